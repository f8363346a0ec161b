#include "evaluation/exam_report.h"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "evaluation/detection_comparison.h"
#include "evaluation/detection_score.h"
#include "evaluation/precision_recall.h"

namespace steadyline {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Share& share) {
  return {{"hits", share.hits}, {"of", share.of}, {"value", share.value()}, {"low", share.low}, {"high", share.high}};
}

Json json_of(const EventRate& rate) {
  return {{"events", rate.events},
          {"hours", rate.hours},
          {"per_24h", rate.per_24h},
          {"per_24h_low", rate.per_24h_low},
          {"per_24h_high", rate.per_24h_high}};
}

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

/// A table of the report; what it is about stands in it.
Json table(const ExamReport& report, Json rows) {
  return {{"bundle", report.bundle}, {"commit", report.commit}, {"rows", std::move(rows)}};
}

Json fault_table(const ExamReport& report) {
  Json rows = Json::array();
  for (const FaultScore& s : score_faults(report.faults)) {
    Json row{{"fault", s.fault},
             {"kind", s.kind},
             {"difficulty", s.difficulty},
             {"low", json_of(s.detected[0])},
             {"middle", json_of(s.detected[1])},
             {"high", json_of(s.detected[2])}};
    row["middle_and_high"] = json_of(s.upper);
    row["median_delay_s"] = number(s.median_delay_s);
    row.update(Json{{"hit_1", json_of(s.hit1)}, {"hit_3", json_of(s.hit3)}, {"hit_5", json_of(s.hit5)}, {"unit", json_of(s.unit)}});
    row.update(Json{{"breaches", s.breaches},
                    {"before_breach", json_of(s.lead)},
                    {"median_lead_s", number(s.median_lead_s)},
                    {"tenth_lead_s", number(s.low_lead_s)}});
    row["verdicts"] = s.verdicts;
    row["named_first"] = s.named;
    rows.push_back(std::move(row));
  }
  return table(report, std::move(rows));
}

Json class_table(const ExamReport& report) {
  Json rows = Json::array();
  for (const ClassScore& s : score_classes(report.faults))
    rows.push_back({{"difficulty", s.difficulty},
                    {"detected", json_of(s.detected)},
                    {"wanted", s.wanted},
                    {"median_delay_s", number(s.median_delay_s)}});
  return table(report, std::move(rows));
}

Json cause_table(const ExamReport& report) {
  const CauseScore s = score_causes(report.faults);
  return table(report, Json{{{"what", "root tag first"}, {"share", json_of(s.hit1)}, {"wanted", 0.80}},
                            {{"what", "root tag among three"}, {"share", json_of(s.hit3)}, {"wanted", 0.95}},
                            {{"what", "root tag among five"}, {"share", json_of(s.hit5)}},
                            {{"what", "right unit"}, {"share", json_of(s.unit)}, {"wanted", 0.95}}});
}

Json pair_table(const ExamReport& report) {
  Json rows = Json::array();
  for (const PairScore& s : score_pairs(report.faults)) {
    Json row{{"pair", s.name}, {"right", json_of(s.right)}, {"wanted", 0.90}, {s.first, json_of(s.right_first)}};
    if (!s.second.empty()) row[s.second] = json_of(s.right_second);
    rows.push_back(std::move(row));
  }
  return table(report, std::move(rows));
}

Json baseline_table(const ExamReport& report) {
  Json rows = Json::array();
  for (const Comparison& c : compare_with_baselines(report.faults))
    rows.push_back({{"baseline", c.baseline},
                    {"easiest", c.easiest},
                    {"hardest", c.hardest},
                    {"ours", json_of(c.ours)},
                    {"theirs", json_of(c.theirs)},
                    {"only_ours", c.only_ours},
                    {"only_theirs", c.only_theirs},
                    {"difference", c.difference},
                    {"low", c.low},
                    {"high", c.high},
                    {"median_delay_s", number(c.median_delay_s)},
                    {"their_median_delay_s", number(c.their_median_delay_s)}});
  return table(report, std::move(rows));
}

Json precision_table(const ExamReport& report) {
  Json rows = Json::array();
  for (const PrecisionRecall& s : score_precision_recall(report.faults))
    rows.push_back({{"detector", s.detector},
                    {"easiest", s.easiest},
                    {"hardest", s.hardest},
                    {"runs", s.runs},
                    {"pr_auc", number(s.area)},
                    {"low", number(s.low)},
                    {"high", number(s.high)},
                    {"base", s.base}});
  return table(report, std::move(rows));
}

Json calm_table(const ExamReport& report) {
  const CalmScore s = score_calm(report.normal);
  Json out = table(report, Json::array());
  for (const auto& [kind, rate] : s.by_kind) {
    Json row = json_of(rate);
    row["kind"] = kind;
    out["rows"].push_back(std::move(row));
  }
  out["all"] = json_of(s.all);
  out["by_tag"] = s.by_tag;
  out["during"] = s.during;
  out["unplanned_stops"] = s.stops;
  out["unplanned_stops_told"] = s.stops_told;
  return out;
}

std::string percent(const Share& share) {
  return fmt::format("{:.1f} % ({:.1f} to {:.1f}), {} of {}", 100 * share.value(), 100 * share.low, 100 * share.high, share.hits, share.of);
}

void promise_share(std::vector<Promise>& promises, const std::string& what, const Share& share, double wanted) {
  if (share.of > 0) promises.push_back({what, fmt::format("at least {:g} %", 100 * wanted), percent(share), share.value() >= wanted});
}

void promise_calm(const ExamReport& report, std::vector<Promise>& promises) {
  if (report.normal.empty()) return;
  const EventRate rate = score_calm(report.normal).all;
  const double allowed = 12 * rate.hours / 480;
  promises.push_back({"false alarms in normal running", "at most 12 in 480 h, upper bound below 1 in 24 h; at least 480 h",
                      fmt::format("{} in {:.0f} h: {:.2f} in 24 h ({:.2f} to {:.2f})", rate.events, rate.hours, rate.per_24h,
                                  rate.per_24h_low, rate.per_24h_high),
                      rate.hours >= 480 && static_cast<double>(rate.events) <= allowed && rate.per_24h_high < 1});
}

void promise_single_faults(const std::vector<FaultScore>& faults, std::vector<Promise>& promises) {
  constexpr double least = 26.0 / 30;
  for (const FaultScore& s : faults) {
    if (s.fault == "F06" && std::isfinite(s.median_delay_s))
      promises.push_back({"F06, median delay", "at most 15 s", fmt::format("{:.0f} s", s.median_delay_s), s.median_delay_s <= 15});
    if ((s.fault == "F01" || s.fault == "F02") && s.breaches > 0)
      promises.push_back({s.fault + ", median lead to a breach that comes", "at least 100 s",
                          fmt::format("{:.0f} s in {} runs", s.median_lead_s, s.breaches), s.median_lead_s >= 100});
    if (s.difficulty <= 3 && s.upper.of > 0 && s.upper.value() < least)
      promises.push_back({s.fault + " detected", "at least 26 of 30 for each fault of difficulty 1 to 3", percent(s.upper), false});
  }
}

void promise_better(const ExamReport& report, std::vector<Promise>& promises) {
  for (const Comparison& c : compare_with_baselines(report.faults)) {
    const auto delay = [](double s) { return std::isnan(s) ? std::string{"nothing found"} : fmt::format("{:.0f} s", s); };
    const std::string found = fmt::format("{:+.1f} points ({:+.1f} to {:+.1f}), delay {} against {}", 100 * c.difference, 100 * c.low,
                                          100 * c.high, delay(c.median_delay_s), delay(c.their_median_delay_s));
    if (c.easiest == 1 && c.hardest == 2)
      promises.push_back({"against " + c.baseline + ", difficulty 1 to 2", "not worse by more than a point, no longer median delay", found,
                          c.difference >= -0.01 && !(c.median_delay_s > c.their_median_delay_s)});
    if (c.easiest == 3 && c.hardest == 5)
      promises.push_back({"against " + c.baseline + ", difficulty 3 to 5", "better, the interval without zero", found, c.low > 0});
  }
}

}  // namespace

CalmScore score_calm(const std::vector<NormalRow>& rows) {
  CalmScore score;
  std::map<std::string, std::size_t> kinds;
  double hours = 0;
  std::size_t events = 0;
  for (const NormalRow& row : rows) {
    hours += row.running_h;
    score.stops += row.stops;
    score.stops_told += row.stops_told;
    for (const NormalRow::Episode& e : row.episodes) {
      ++events;
      ++kinds[e.kind];
      ++score.by_tag[e.kind + " " + (e.tag == "*" ? e.unit : e.tag)];
      ++score.during[e.during.empty() ? "nothing" : e.during];
    }
  }
  score.all = event_rate(events, hours);
  for (const auto& [kind, count] : kinds) score.by_kind[kind] = event_rate(count, hours);
  return score;
}

std::vector<Promise> promises_of(const ExamReport& report) {
  std::vector<Promise> promises;
  promise_calm(report, promises);
  for (const ClassScore& s : score_classes(report.faults))
    promise_share(promises, fmt::format("detected, difficulty {}, middle and upper thirds", s.difficulty), s.detected, s.wanted);
  promise_single_faults(score_faults(report.faults), promises);
  const CauseScore causes = score_causes(report.faults);
  promise_share(promises, "root tag first", causes.hit1, 0.80);
  promise_share(promises, "root tag among three", causes.hit3, 0.95);
  promise_share(promises, "right unit", causes.unit, 0.95);
  for (const PairScore& pair : score_pairs(report.faults)) promise_share(promises, "sensor or process, " + pair.name, pair.right, 0.90);
  promise_better(report, promises);
  for (const auto& [name, found] : report.suites) promises.insert(promises.end(), found.promises.begin(), found.promises.end());
  return promises;
}

std::string to_json(const ExamReport& report) {
  Json json{{"exam", 1},
            {"line", report.line},
            {"line_sha256", report.line_sha256},
            {"bundle", report.bundle},
            {"commit", report.commit},
            {"seeds", report.seeds}};
  Json promises = Json::array();
  for (const Promise& p : promises_of(report))
    promises.push_back({{"what", p.what}, {"wanted", p.wanted}, {"found", p.found}, {"kept", p.kept}});
  json["promises"] = table(report, std::move(promises));
  if (!report.normal.empty()) json["normal"] = calm_table(report);
  if (!report.faults.empty())
    json.update(Json{{"classes", class_table(report)},
                     {"faults", fault_table(report)},
                     {"causes", cause_table(report)},
                     {"pairs", pair_table(report)},
                     {"baselines", baseline_table(report)},
                     {"precision_recall", precision_table(report)}});
  for (const auto& [name, found] : report.suites) {
    Json suite = Json::parse(found.json, nullptr, false);
    json[name] = table(report, suite.is_discarded() ? Json(found.json) : std::move(suite));
  }
  json["left_out"] = report.left_out;
  json["runs"] = Json::array();
  for (NormalRow row : report.normal) {
    row.minutes.clear();  // thousands of numbers; they stay with the finished runs
    json["runs"].push_back(Json::parse(to_json(row)));
  }
  for (const FaultRow& row : report.faults) json["runs"].push_back(Json::parse(to_json(row)));
  return json.dump(1) + "\n";
}

}  // namespace steadyline
