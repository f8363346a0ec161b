#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/alarm_score.h"
#include "evaluation/exam_normal.h"
#include "evaluation/exam_row.h"
#include "evaluation/exam_trace.h"

namespace steadyline {

/// Something promised, and what came out.
struct Promise {
  std::string what, wanted, found;
  bool kept = false;
};

/// What a further suite found, in three forms. Each is whole by itself.
struct SuiteReport {
  std::string json, text, html;
  std::vector<Promise> promises = {};
};

/// One exam: what was lived through, as rows, and what other suites bring. A plain value; every table follows from it.
struct ExamReport {
  std::string line, line_sha256, bundle, commit;  ///< of the line description and the bundle by SHA-256; "none": limits only
  std::size_t seeds = 0;
  std::vector<FaultRow> faults;
  std::vector<NormalRow> normal;
  std::vector<ExamTrace> traces;
  std::map<std::string, SuiteReport> suites;  ///< by name: "forecast", "skab", "tep", "zagar"
  std::vector<std::string> left_out;          ///< what is not in it, and why
};

/// False alarms of the normal days, heads of groups merged (false_alarms.h), with the exact interval.
struct CalmScore {
  EventRate all;
  std::map<std::string, EventRate> by_kind;
  std::map<std::string, std::size_t> by_tag, during;
  std::size_t stops = 0, stops_told = 0;
};
CalmScore score_calm(const std::vector<NormalRow>& rows);

/// The promises that this exam can judge.
std::vector<Promise> promises_of(const ExamReport& report);

std::string to_json(const ExamReport& report);  ///< one object, indented; bundle and commit stand in every table
std::string to_html(const ExamReport& report);  ///< one self-contained page
std::string to_text(const ExamReport& report);  ///< tables for a terminal

}  // namespace steadyline
