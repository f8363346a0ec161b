#pragma once

#include <string>
#include <vector>

#include "line/line.h"
#include "twin/simulation.h"

namespace steadyline {

/// Some curves of a run, second by second: tags and columns of the truth ("truth/potency_pct"), as they are named.
struct Curves {
  std::vector<double> time_s;
  std::vector<std::vector<double>> curves;  ///< in the order of the names
};

/// Lives through `until_s` seconds and keeps those from `from_s` on.
Curves live_and_keep(Simulation simulation, const Line& line, const std::vector<std::string>& names, double from_s, double until_s);

/// Trailing mean of `length` values; NaN ones do not count.
std::vector<double> trailing_mean(const std::vector<double>& values, std::size_t length);

/// "tp1/fill_pv, mm" or "true potency at the tablet, % of label claim".
std::string titled(const Line& line, const std::string& name);

}  // namespace steadyline
