#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"
#include "evaluation/exam_plan.h"
#include "evaluation/exam_report.h"

namespace steadyline {

/// What the suites beside the twin's runs need.
struct SuiteChoices {
  std::filesystem::path data;      ///< folder with skab/, tep/ and zagar_tablet/; empty: none
  std::size_t forecast_runs = 20;  ///< normal ones, and as many with faults
};

/// Runs a suite by name ("forecast", "skab", "tep", "zagar") and adds what it found; what cannot run, for want of data, is added to
/// `left_out`. An error: data that cannot be read.
Result<void> run_suite(const std::string& name, const ExamPlan& plan, const SuiteChoices& choices, ExamReport& report);

}  // namespace steadyline
