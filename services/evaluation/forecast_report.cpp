#include "evaluation/forecast_report.h"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "evaluation/html_chart.h"
#include "evaluation/html_parts.h"

namespace steadyline {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Estimate& e) { return {{"value", e.value}, {"low", e.low}, {"high", e.high}}; }

std::string name_of(const WindowExam& w, bool any_event) {
  return fmt::format("{}, {}", any_event ? "any event" : std::string{to_text(w.window)},
                     w.horizon_s > 0 ? fmt::format("{:g} s", w.horizon_s) : "all horizons");
}

Json json_of(const WindowExam& w, bool any_event) {
  Json row{{"window", any_event ? "any event" : std::string{to_text(w.window)}},
           {"horizon_s", w.horizon_s},
           {"fans", w.fans},
           {"count", w.count}};
  row["gain"] = json_of(w.gain);
  row["coverage"] = json_of(w.coverage);
  row["gap_closed"] = w.gap_closed ? Json(*w.gap_closed) : Json(nullptr);
  return row;
}

Json json_of(const FanExam& fan) {
  return {{"tag", fan.tag},
          {"horizon_s", fan.horizon_s},
          {"window", std::string{to_text(fan.window)}},
          {"count", fan.count},
          {"covered", fan.covered},
          {"pinball", fan.ours},
          {"baselines", fan.baselines},
          {"best", fan.best},
          {"gain", json_of(fan.gain)},
          {"oracle_count", fan.oracle_count},
          {"oracle", fan.oracle},
          {"pinball_there", fan.ours_there},
          {"best_there", fan.best_there}};
}

template <class Visit>
void each_window(const ForecastExam& exam, Visit visit) {
  for (const WindowExam& w : exam.windows) visit(w, false);
  for (const WindowExam& w : exam.event_windows) visit(w, true);
}

Share as_share(const Estimate& e) {
  constexpr double parts = 1e6;  // a share from a number
  return {static_cast<std::size_t>(std::lround(e.value * parts)), static_cast<std::size_t>(parts), e.low, e.high};
}

std::string percent(const Estimate& e) { return fmt::format("{:.1f} % ({:.1f} to {:.1f})", 100 * e.value, 100 * e.low, 100 * e.high); }

}  // namespace

std::string to_json(const ForecastExam& exam) {
  Json json{{"hours", exam.hours}, {"runs", exam.runs}, {"moments", exam.moments}, {"windows", Json::array()}, {"tags", Json::array()}};
  each_window(exam, [&](const WindowExam& w, bool any) { json["windows"].push_back(json_of(w, any)); });
  for (const FanExam& fan : exam.fans) json["tags"].push_back(json_of(fan));
  return json.dump();
}

std::string to_text(const ForecastExam& exam) {
  std::string out = fmt::format("{} runs, {:.0f} h; the twin itself asked at {} moments\n", exam.runs, exam.hours, exam.moments);
  each_window(exam, [&](const WindowExam& w, bool any) {
    out += fmt::format("{:<28} gain over the best baseline {}; 90 % interval covers {}; gap to the twin closed {}\n", name_of(w, any),
                       percent(w.gain), percent(w.coverage), w.gap_closed ? fmt::format("{:.0f} %", 100 * *w.gap_closed) : "-");
  });
  return out;
}

std::string to_html(const ForecastExam& exam) {
  std::vector<std::vector<std::string>> rows;
  std::vector<ShareRow> coverage;
  each_window(exam, [&](const WindowExam& w, bool any) {
    rows.push_back({html_text(name_of(w, any)), std::to_string(w.count), percent(w.gain), percent(w.coverage),
                    w.gap_closed ? fmt::format("{:.0f} %", 100 * *w.gap_closed) : ""});
    if (w.count > 0) coverage.push_back({name_of(w, any), {as_share(w.coverage)}});
  });
  return fmt::format("<p>{} runs, {:.0f} h; the twin itself was asked at {} moments.</p>\n", exam.runs, exam.hours, exam.moments) +
         html_table(
             {"window, horizon", "forecasts", "pinball loss below the best baseline's", "90 % interval covers", "gap to the twin closed"},
             rows) +
         "<figure>" + svg_shares("Reliability: how often the 90 % interval held", coverage, {"covered"}) + "</figure>\n";
}

}  // namespace steadyline
