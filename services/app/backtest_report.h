#pragma once

#include <string>

#include "app/backtest_run.h"
#include "evaluation/alarm_difference.h"

namespace steadyline {

/// One of the two configurations and what it would have said.
struct BacktestSide {
  std::string settings;  ///< the file
  std::string bundle;    ///< SHA-256; empty: none
  LivedAlarms lived;
};

/// Both, for people: totals, then what came, is gone and moved, each with times, unit/tag, kind and text.
std::string backtest_text(const std::string& line, const BacktestSide& before, const BacktestSide& after,
                          const AlarmDifference& difference);
/// The same as one JSON object with an end of line, for programs.
std::string backtest_json(const std::string& line, const BacktestSide& before, const BacktestSide& after,
                          const AlarmDifference& difference);

}  // namespace steadyline
