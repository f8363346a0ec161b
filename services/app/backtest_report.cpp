#include "app/backtest_report.h"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/duration_text.h"
#include "core/time_text.h"

namespace steadyline {
namespace {

using Json = nlohmann::ordered_json;

std::size_t members_of(const BacktestSide& side) {
  std::size_t sum = 0;
  for (const AlarmEpisode& episode : side.lived.episodes) sum += episode.members;
  return sum;
}

double per_24h(const BacktestSide& side) {
  return side.lived.hours > 0 ? 24 * static_cast<double>(side.lived.episodes.size()) / side.lived.hours : 0;
}

/// "2026-11-20 08:21:03".
std::string clock(EventTime time) {
  std::string text = to_rfc3339(time).substr(0, 19);
  text[10] = ' ';
  return text;
}

std::string path_of(const AlarmEpisode& episode) { return episode.unit + "/" + episode.tag; }

std::string standing(const AlarmEpisode& episode) {
  if (!episode.ended) return "stands";
  return to_duration_text(static_cast<double>((*episode.ended - episode.raised).count()) / 1000);
}

/// "12 s earlier; low → high; ends 40 s later".
std::string change(const MovedAlarm& moved) {
  std::string text;
  const auto add = [&](const std::string& words) { text += (text.empty() ? "" : "; ") + words; };
  const auto shift = [](double s) { return fmt::format("{} {}", to_duration_text(std::abs(s)), s < 0 ? "earlier" : "later"); };
  if (moved.later_s() != 0) add(shift(moved.later_s()));
  if (moved.other_priority()) add(fmt::format("{} → {}", to_text(moved.before.priority), to_text(moved.after.priority)));
  if (moved.other_end() && moved.before.ended && moved.after.ended)
    add("ends " + shift(static_cast<double>((*moved.after.ended - *moved.before.ended).count()) / 1000));
  else if (moved.other_end())
    add(moved.after.ended ? "ends, stood before" : "stands, ended before");
  return text;
}

void append_row(const AlarmEpisode& episode, const std::string& what, std::string& out) {
  out += fmt::format("  {}  {:<22} {:<16} {:<7} {:<28} {:>7}  {}\n", clock(episode.raised), path_of(episode), to_text(episode.kind),
                     to_text(episode.priority), what, episode.members, episode.text);
}

void append_head(const std::string& title, std::size_t count, const char* what, std::string& out) {
  out += fmt::format("\n{} ({})\n", title, count);
  if (count > 0)
    out +=
        fmt::format("  {:<19}  {:<22} {:<16} {:<7} {:<28} {:>7}  {}\n", "raised, UTC", "unit/tag", "kind", "prio", what, "members", "text");
}

std::string side_line(const char* name, const BacktestSide& side) {
  return fmt::format("  {:<7} {} alarms and {} that joined them, {:.2f} alarms per 24 h: {}, {}\n", name, side.lived.episodes.size(),
                     members_of(side), per_24h(side), side.settings,
                     side.bundle.empty() ? "no bundle" : "bundle " + side.bundle.substr(0, 12));
}

Json json_of(const AlarmEpisode& episode) {
  Json json{{"unit", episode.unit}, {"tag", episode.tag}, {"kind", to_text(episode.kind)}, {"priority", to_text(episode.priority)}};
  json["raised"] = to_rfc3339(episode.raised);
  json["ended"] = episode.ended ? Json(to_rfc3339(*episode.ended)) : Json(nullptr);
  json["members"] = episode.members;
  json["text"] = episode.text;
  return json;
}

Json json_of(const std::vector<AlarmEpisode>& episodes) {
  Json list = Json::array();
  for (const AlarmEpisode& episode : episodes) list.push_back(json_of(episode));
  return list;
}

Json json_of(const BacktestSide& side) {
  return {{"settings", side.settings},
          {"bundle", side.bundle.empty() ? Json(nullptr) : Json(side.bundle)},
          {"alarms", side.lived.episodes.size()},
          {"members", members_of(side)},
          {"alarms_per_24h", per_24h(side)}};
}

}  // namespace

std::string backtest_text(const std::string& line, const BacktestSide& before, const BacktestSide& after,
                          const AlarmDifference& difference) {
  std::string out = fmt::format("line {}: {} of stored production, {} to {} UTC\n", line, to_duration_text(3600 * before.lived.hours),
                                clock(before.lived.from), clock(before.lived.until));
  out += side_line("before", before) + side_line("after", after);
  out += fmt::format("  came {}, gone {}, moved {}, same {}\n", difference.came.size(), difference.gone.size(), difference.moved.size(),
                     difference.same);
  append_head("Came", difference.came.size(), "lasts", out);
  for (const AlarmEpisode& episode : difference.came) append_row(episode, standing(episode), out);
  append_head("Gone", difference.gone.size(), "lasted", out);
  for (const AlarmEpisode& episode : difference.gone) append_row(episode, standing(episode), out);
  append_head("Moved", difference.moved.size(), "how", out);
  for (const MovedAlarm& moved : difference.moved) append_row(moved.after, change(moved), out);
  return out;
}

std::string backtest_json(const std::string& line, const BacktestSide& before, const BacktestSide& after,
                          const AlarmDifference& difference) {
  Json json{
      {"line", line}, {"from", to_rfc3339(before.lived.from)}, {"until", to_rfc3339(before.lived.until)}, {"hours", before.lived.hours}};
  json["before"] = json_of(before);
  json["after"] = json_of(after);
  json["came"] = json_of(difference.came);
  json["gone"] = json_of(difference.gone);
  json["moved"] = Json::array();
  for (const MovedAlarm& moved : difference.moved)
    json["moved"].push_back({{"later_s", moved.later_s()}, {"before", json_of(moved.before)}, {"after", json_of(moved.after)}});
  json["same"] = difference.same;
  json["notes"] = before.lived.notes;
  return json.dump(1) + "\n";
}

}  // namespace steadyline
