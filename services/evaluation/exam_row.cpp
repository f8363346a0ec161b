#include "evaluation/exam_row.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace steadyline {
namespace {

using Json = nlohmann::ordered_json;

std::string_view unit_part(std::string_view path) { return path.substr(0, path.find('/')); }

/// Peaks have three decimals: as a double too.
double short_number(float value) { return std::round(static_cast<double>(value) * 1000) / 1000; }

bool names(std::string_view root, std::string_view tag) {
  if (root == "*" || root == tag) return true;
  return (root.ends_with("/*") || tag.ends_with("/*")) && unit_part(root) == unit_part(tag);
}

}  // namespace

std::string name_of(const FaultCase& which) { return which.variant.empty() ? which.fault : which.fault + " " + which.variant; }

std::string to_json(const FaultRow& row) {
  Json json{
      {"suite", "faults"}, {"fault", row.of.fault}, {"variant", row.of.variant}, {"tercile", row.of.tercile}, {"index", row.of.index}};
  json.update(Json{{"difficulty", row.difficulty},
                   {"kind", row.kind},
                   {"target", row.target},
                   {"severity", row.severity},
                   {"seed", row.seed},
                   {"lasts_s", row.lasts_s},
                   {"root_tags", row.root_tags},
                   {"detected", row.detected}});
  if (row.detected)
    json.update(Json{{"delay_s", row.delay_s},
                     {"alarm_kind", row.alarm_kind},
                     {"alarm_unit", row.alarm_unit},
                     {"alarm_tag", row.alarm_tag},
                     {"verdict", row.verdict},
                     {"causes", row.causes},
                     {"root_rank", row.root_rank},
                     {"unit_right", row.unit_right}});
  for (const FaultRow::Baseline& b : row.baselines)
    json["baselines"].push_back({{"limit", b.limit}, {"delay_s", b.delay_s ? Json(*b.delay_s) : Json(nullptr)}});
  for (const FaultRow::Peaks& peaks : row.peaks) {
    Json before = Json::array();
    for (const float peak : peaks.before) before.push_back(short_number(peak));
    json["peaks"].push_back({{"before", std::move(before)}, {"behind", short_number(peaks.behind)}});
  }
  if (row.breach_s) json["breach_s"] = *row.breach_s;
  json.update(Json{{"before", row.before}, {"anyhow", row.anyhow}, {"elsewhere", row.elsewhere}, {"lived_s", row.lived_s}});
  return json.dump();
}

std::optional<FaultRow> fault_row(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || json.value("suite", "") != "faults") return {};
  FaultRow row;
  try {
    row.of = {json.at("fault"), json.at("variant"), json.at("tercile"), json.at("index")};
    row.difficulty = json.at("difficulty");
    row.kind = json.at("kind");
    row.target = json.at("target");
    row.severity = json.at("severity");
    row.seed = json.at("seed");
    row.lasts_s = json.at("lasts_s");
    row.root_tags = json.at("root_tags").get<std::vector<std::string>>();
    row.detected = json.at("detected");
    if (row.detected) {
      row.delay_s = json.at("delay_s");
      row.alarm_kind = json.at("alarm_kind");
      row.alarm_unit = json.at("alarm_unit");
      row.alarm_tag = json.at("alarm_tag");
      row.verdict = json.at("verdict");
      row.causes = json.at("causes").get<std::vector<std::string>>();
      row.root_rank = json.at("root_rank");
      row.unit_right = json.at("unit_right");
    }
    for (const auto& b : json.value("baselines", nlohmann::json::array()))
      row.baselines.push_back({b.at("limit"), b.at("delay_s").is_null() ? std::nullopt : std::optional{b.at("delay_s").get<double>()}});
    for (const auto& peaks : json.value("peaks", nlohmann::json::array()))
      row.peaks.push_back({peaks.at("before").get<std::vector<float>>(), peaks.at("behind")});
    if (json.contains("breach_s")) row.breach_s = json["breach_s"].get<double>();
    row.before = json.at("before");
    row.anyhow = json.at("anyhow");
    row.elsewhere = json.at("elsewhere");
    row.lived_s = json.at("lived_s");
  } catch (const nlohmann::json::exception&) {
    return {};
  }
  return row;
}

void judge_causes(FaultRow& row) {
  row.root_rank = 0;
  row.unit_right = false;
  for (std::size_t place = 0; place < row.causes.size() && row.root_rank == 0; ++place)
    if (std::any_of(row.root_tags.begin(), row.root_tags.end(), [&](const std::string& root) { return names(root, row.causes[place]); }))
      row.root_rank = place + 1;
  if (row.causes.empty()) return;
  const std::string_view named = unit_part(row.causes.front());
  row.unit_right = named == unit_part(row.target) || row.target == "line";
  for (const std::string& root : row.root_tags) row.unit_right = row.unit_right || root == "*" || named == unit_part(root);
}

}  // namespace steadyline
