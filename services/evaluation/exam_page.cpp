#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

#include "evaluation/detection_comparison.h"
#include "evaluation/detection_score.h"
#include "evaluation/exam_report.h"
#include "evaluation/html_chart.h"
#include "evaluation/html_parts.h"
#include "evaluation/precision_recall.h"

namespace steadyline {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string counted(const Share& share) { return share.of == 0 ? "" : fmt::format("{}/{}", share.hits, share.of); }

std::string percent(const Share& share) {
  return share.of == 0
             ? ""
             : fmt::format("{:.1f} % <span class=\"note\">({:.1f}–{:.1f})</span>", 100 * share.value(), 100 * share.low, 100 * share.high);
}

std::string seconds(double s) { return std::isfinite(s) ? fmt::format("{:.0f}", s) : ""; }

std::string judged(bool kept, const std::string& text) {
  return fmt::format("<span class=\"{}\">{}</span>", kept ? "met" : "missed", text);
}

std::string what_of(const ExamReport& report) {
  return fmt::format("<p class=\"note\">Bundle <code>{}</code>, commit <code>{}</code>.</p>\n", html_text(report.bundle.substr(0, 16)),
                     html_text(report.commit));
}

std::string promises(const ExamReport& report) {
  Rows rows;
  for (const Promise& p : promises_of(report))
    rows.push_back({html_text(p.what), judged(p.kept, p.kept ? "kept" : "not kept"), html_text(p.found), html_text(p.wanted)});
  return "<h2>What is promised</h2>\n" + what_of(report) + html_table({"", "", "found (95 % interval)", "wanted"}, rows);
}

std::string rate_cells(const EventRate& rate) {
  return fmt::format("{:.2f} <span class=\"note\">({:.2f}–{:.2f})</span>", rate.per_24h, rate.per_24h_low, rate.per_24h_high);
}

std::string calm(const ExamReport& report) {
  if (report.normal.empty()) return "";
  const CalmScore score = score_calm(report.normal);
  Rows rows;
  for (const auto& [kind, rate] : score.by_kind) rows.push_back({html_text(kind), std::to_string(rate.events), rate_cells(rate)});
  rows.push_back({"<b>all</b>", std::to_string(score.all.events), rate_cells(score.all)});
  Rows tags;
  for (const auto& [tag, count] : score.by_tag) tags.push_back({html_text(tag), std::to_string(count)});
  Rows events;
  for (const auto& [event, count] : score.during) events.push_back({html_text(event), std::to_string(count)});
  return "<h2>Normal running</h2>\n" + what_of(report) +
         fmt::format(
             "<p>{:.0f} h of running production on {} days, each of a plant of its own. Of {} unplanned stops {} were told within 60 "
             "s.</p>\n",
             score.all.hours, report.normal.size(), score.stops, score.stops_told) +
         html_table({"false alarms", "episodes", "in 24 h"}, rows) +
         (tags.empty() ? "" : html_table({"which", "episodes"}, tags) + html_table({"during", "episodes"}, events));
}

std::string detection(const ExamReport& report) {
  std::vector<ShareRow> pictured;
  Rows rows;
  for (const FaultScore& s : score_faults(report.faults)) {
    pictured.push_back({s.fault, {s.detected[0], s.detected[1], s.detected[2]}});
    rows.push_back({html_text(s.fault), std::to_string(s.difficulty), s.kind, counted(s.detected[0]), counted(s.detected[1]),
                    counted(s.detected[2]), percent(s.upper), seconds(s.median_delay_s), counted(s.hit1), counted(s.hit3), counted(s.unit),
                    std::to_string(s.breaches), seconds(s.median_lead_s), seconds(s.low_lead_s)});
  }
  Rows classes;
  for (const ClassScore& s : score_classes(report.faults))
    classes.push_back({std::to_string(s.difficulty), judged(s.detected.value() >= s.wanted, percent(s.detected)), counted(s.detected),
                       fmt::format("{:g} %", 100 * s.wanted), seconds(s.median_delay_s)});
  return "<h2>Detection</h2>\n" + what_of(report) +
         "<p>Middle and upper thirds of the severities, by difficulty (1 easy to 5 very hard).</p>\n" +
         html_table({"difficulty", "detected", "runs", "wanted", "median delay, s"}, classes) + "<figure>" +
         svg_shares("Detected, by fault and third of its severities", pictured, {"lower third", "middle", "upper"}) + "</figure>\n" +
         html_table({"fault", "difficulty", "kind", "lower", "middle", "upper", "middle and upper", "median delay, s", "root tag first",
                     "among three", "unit", "breaches", "median lead, s", "10 % lead, s"},
                    rows);
}

std::string causes(const ExamReport& report) {
  const CauseScore s = score_causes(report.faults);
  Rows rows{{"root tag first", percent(s.hit1), counted(s.hit1), "80 %"},
            {"root tag among three", percent(s.hit3), counted(s.hit3), "95 %"},
            {"root tag among five", percent(s.hit5), counted(s.hit5), ""},
            {"right unit", percent(s.unit), counted(s.unit), "95 %"}};
  Rows pairs;
  for (const PairScore& pair : score_pairs(report.faults))
    pairs.push_back({pair.name, percent(pair.right), counted(pair.right), counted(pair.right_first), counted(pair.right_second)});
  return "<h2>Root causes</h2>\n" + what_of(report) + html_table({"30 s after the alarm", "", "runs", "wanted"}, rows) +
         (pairs.empty() ? ""
                        : "<p>Called a sensor's or a process fault rightly, of the detected (90 % wanted):</p>\n" +
                              html_table({"pair", "right", "runs", "first", "second"}, pairs));
}

std::string confusion(const ExamReport& report) {
  std::set<std::string> units;
  const std::vector<FaultScore> scores = score_faults(report.faults);
  for (const FaultScore& s : scores)
    for (const auto& [unit, count] : s.named) units.insert(unit);
  if (units.empty()) return "";
  std::vector<std::string> heads{"fault \\ unit named first"};
  for (const std::string& unit : units) heads.push_back(html_text(unit));
  Rows rows;
  for (const FaultScore& s : scores) {
    std::vector<std::string> row{html_text(s.fault)};
    std::size_t all = 0;
    for (const auto& [unit, count] : s.named) all += count;
    for (const std::string& unit : units) {
      const auto found = s.named.find(unit);
      row.push_back(found == s.named.end()
                        ? ""
                        : fmt::format("<span style=\"background:rgba(47,111,196,{:.2f});padding:0 .4em\">{}</span>",
                                      0.1 + 0.6 * static_cast<double>(found->second) / static_cast<double>(all), found->second));
    }
    rows.push_back(std::move(row));
  }
  return "<h2>Which unit was named</h2>\n" + what_of(report) + html_table(heads, rows);
}

std::string comparison(const ExamReport& report) {
  Rows rows;
  for (const Comparison& c : compare_with_baselines(report.faults))
    rows.push_back({html_text(c.baseline),
                    c.easiest == c.hardest ? std::to_string(c.easiest) : fmt::format("{} to {}", c.easiest, c.hardest), percent(c.ours),
                    percent(c.theirs), fmt::format("{} / {}", c.only_ours, c.only_theirs),
                    fmt::format("{:+.1f} <span class=\"note\">({:+.1f} to {:+.1f})</span>", 100 * c.difference, 100 * c.low, 100 * c.high),
                    seconds(c.median_delay_s), seconds(c.their_median_delay_s)});
  if (rows.empty()) return "";
  return "<h2>Against classical statistics</h2>\n" + what_of(report) +
         "<p>The same runs, contexts and number of false alarms. Process and sensor faults, middle and upper thirds. A baseline need not "
         "name what the fault moves.</p>\n" +
         html_table({"baseline", "difficulty", "monitor", "baseline", "only one: monitor / baseline", "difference, points",
                     "median delay, s", "baseline's, s"},
                    rows);
}

std::string precision(const ExamReport& report) {
  Rows rows;
  for (const PrecisionRecall& s : score_precision_recall(report.faults))
    rows.push_back({html_text(s.detector), fmt::format("{} to {}", s.easiest, s.hardest),
                    fmt::format("{:.3f} <span class=\"note\">({:.3f} to {:.3f})</span>", s.area, s.low, s.high), std::to_string(s.runs),
                    fmt::format("{:.2f}", s.base)});
  if (rows.empty()) return "";
  return "<h2>Whatever the limit</h2>\n" + what_of(report) +
         "<p>Area under precision over recall: the height of each score in the 20 min behind an onset against that in those before it. "
         "Process and sensor faults, middle and upper thirds.</p>\n" +
         html_table({"score", "difficulty", "PR-AUC", "runs", "chance"}, rows);
}

std::string trace(const ExamTrace& t) {
  Chart value{.title = fmt::format("{} at {}, upper third: {}", name_of(t.of), t.target, t.tag),
              .x_label = "seconds after the onset",
              .y_label = t.uom,
              .bands{},
              .lines{},
              .marks = t.alarms};
  if (!t.ahead_s.empty()) {
    value.bands.push_back({fmt::format("forecast {:g} s before, 90 %", t.horizon_s), "#2f6fc4", t.ahead_s, t.low, t.high});
    value.lines.push_back({"its median", "#2f6fc4", t.ahead_s, t.middle});
  }
  value.lines.push_back({"reading", "#1a1a1a", t.time_s, t.value});
  value.marks.insert(value.marks.begin(), {0, "onset"});
  Chart health{.title = "Health score of the same run",
               .x_label = "seconds after the onset",
               .y_label = "0–100",
               .bands{},
               .lines = {{"", "#00612e", t.time_s, t.health}},
               .marks = {{0, "onset"}},
               .y_low = 0,
               .y_high = 105};
  return "<figure>" + svg_chart(value) + svg_chart(health) + "</figure>\n";
}

std::string traces(const ExamReport& report) {
  if (report.traces.empty()) return "";
  std::string out = "<h2>Single runs</h2>\n" + what_of(report);
  for (const ExamTrace& t : report.traces) out += trace(t);
  return out;
}

std::string others(const ExamReport& report) {
  std::string out;
  for (const auto& [name, found] : report.suites) out += "<h2>" + html_text(name) + "</h2>\n" + what_of(report) + found.html;
  if (report.left_out.empty()) return out;
  out += "<h2>Left out</h2>\n<ul>\n";
  for (const std::string& what : report.left_out) out += "<li>" + html_text(what) + "</li>\n";
  return out + "</ul>\n";
}

}  // namespace

std::string to_html(const ExamReport& report) {
  std::string body = fmt::format(
      "<h1>Exam of {}</h1>\n<p>Bundle <code>{}</code><br>line description <code>{}</code><br>commit <code>{}</code>, of which every seed "
      "is made{}.</p>\n",
      html_text(report.line), html_text(report.bundle), html_text(report.line_sha256), html_text(report.commit),
      report.faults.empty() ? "" : fmt::format("; {} runs of each fault and third of its severities", report.seeds));
  body += promises(report) + calm(report);
  if (!report.faults.empty()) body += detection(report) + comparison(report) + precision(report) + causes(report) + confusion(report);
  body += traces(report) + others(report);
  return html_page("Exam of " + report.line, body);
}

}  // namespace steadyline
