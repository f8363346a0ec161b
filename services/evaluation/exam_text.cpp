#include <cmath>
#include <fmt/format.h>
#include <map>

#include "evaluation/detection_comparison.h"
#include "evaluation/detection_score.h"
#include "evaluation/exam_report.h"
#include "evaluation/precision_recall.h"

namespace steadyline {
namespace {

std::string counted(const Share& share) { return share.of == 0 ? "-" : fmt::format("{}/{}", share.hits, share.of); }

std::string with_interval(const Share& share) {
  return share.of == 0
             ? "-"
             : fmt::format("{:.1f} % ({:.1f} to {:.1f}), {}", 100 * share.value(), 100 * share.low, 100 * share.high, counted(share));
}

std::string seconds(double s) { return std::isnan(s) ? "-" : fmt::format("{:.0f}", s); }

std::string listed(const std::map<std::string, std::size_t>& counts) {
  std::string text;
  for (const auto& [what, n] : counts) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", what, n);
  return text;
}

void append_faults(const std::vector<FaultRow>& rows, std::string& out) {
  out += fmt::format("{:<16} {:>4} {:>7} {:>7} {:>7} {:>8} {:>7} {:>7} {:>7} {:>9} {:>7}  {}\n", "fault", "diff", "low", "middle", "high",
                     "delay s", "hit@1", "hit@3", "unit", "breaches", "lead s", "verdicts; units named first");
  for (const FaultScore& s : score_faults(rows))
    out += fmt::format("{:<16} {:>4} {:>7} {:>7} {:>7} {:>8} {:>7} {:>7} {:>7} {:>9} {:>7}  {}; {}\n", s.fault, s.difficulty,
                       counted(s.detected[0]), counted(s.detected[1]), counted(s.detected[2]), seconds(s.median_delay_s), counted(s.hit1),
                       counted(s.hit3), counted(s.unit), s.breaches, seconds(s.median_lead_s), listed(s.verdicts), listed(s.named));
}

void append_shares(const std::vector<FaultRow>& rows, std::string& out) {
  out += "\nDetected, middle and upper thirds of the severities, with 95 % interval\n";
  for (const ClassScore& score : score_classes(rows))
    out += fmt::format("difficulty {}  {}; wanted {:.0f} %; median delay {} s\n", score.difficulty, with_interval(score.detected),
                       100 * score.wanted, seconds(score.median_delay_s));
  const CauseScore causes = score_causes(rows);
  out += fmt::format("\nRoot tag first {}\nRoot tag among three {}\nRoot tag among five {}\nRight unit {}\n", with_interval(causes.hit1),
                     with_interval(causes.hit3), with_interval(causes.hit5), with_interval(causes.unit));
  for (const PairScore& pair : score_pairs(rows)) out += fmt::format("Called right, {}: {}\n", pair.name, with_interval(pair.right));
}

void append_comparison(const std::vector<FaultRow>& rows, std::string& out) {
  for (const Comparison& c : compare_with_baselines(rows))
    out += fmt::format("against {:<20} difficulty {} to {}: {} / {}, {:+.1f} points ({:+.1f} to {:+.1f}); median delay {} s / {} s\n",
                       c.baseline, c.easiest, c.hardest, counted(c.ours), counted(c.theirs), 100 * c.difference, 100 * c.low, 100 * c.high,
                       seconds(c.median_delay_s), seconds(c.their_median_delay_s));
}

void append_precision(const std::vector<FaultRow>& rows, std::string& out) {
  const auto scores = score_precision_recall(rows);
  if (!scores.empty()) out += "\nPR-AUC: the 20 min behind an onset against those before it, by height of the score, with 95 % interval\n";
  for (const PrecisionRecall& s : scores)
    out += fmt::format("{:<20} difficulty {} to {}: {:.3f} ({:.3f} to {:.3f}), {} runs; chance {:.2f}\n", s.detector, s.easiest, s.hardest, s.area, s.low,
                       s.high, s.runs, s.base);
}

void append_calm(const std::vector<NormalRow>& rows, std::string& out) {
  const CalmScore score = score_calm(rows);
  out += fmt::format("\nFalse alarms: {} in {:.1f} h of running: {:.2f} in 24 h ({:.2f} to {:.2f}); unplanned stops told {}/{}\n",
                     score.all.events, score.all.hours, score.all.per_24h, score.all.per_24h_low, score.all.per_24h_high, score.stops_told,
                     score.stops);
  for (const auto& [tag, count] : score.by_tag) out += fmt::format("  {:>4} {}\n", count, tag);
  if (!score.during.empty()) out += fmt::format("  during: {}\n", listed(score.during));
}

}  // namespace

std::string to_text(const ExamReport& report) {
  std::string out = fmt::format("Exam of {}: bundle {}, commit {}\n", report.line, report.bundle, report.commit);
  if (!report.normal.empty()) append_calm(report.normal, out);
  if (!report.faults.empty()) {
    out += '\n';
    append_faults(report.faults, out);
    append_shares(report.faults, out);
    append_comparison(report.faults, out);
    append_precision(report.faults, out);
  }
  for (const auto& [name, found] : report.suites) out += "\n" + name + "\n" + found.text;
  out += '\n';
  for (const Promise& p : promises_of(report))
    out += fmt::format("{}  {}: {}; wanted {}\n", p.kept ? "kept    " : "NOT KEPT", p.what, p.found, p.wanted);
  for (const std::string& what : report.left_out) out += "left out: " + what + "\n";
  return out;
}

}  // namespace steadyline
