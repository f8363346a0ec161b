#include "campaigns/curves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>

#include "core/error.h"

namespace steadyline {
namespace {

constexpr std::string_view of_truth = "truth/";

std::size_t truth_column(std::string_view name) {
  const std::vector<std::string> columns = truth_columns();
  const auto found = std::find(columns.begin(), columns.end(), name);
  STEADYLINE_ASSERT(found != columns.end(), "a picture shows a column of the truth");
  return static_cast<std::size_t>(found - columns.begin());
}

}  // namespace

Curves live_and_keep(Simulation simulation, const Line& line, const std::vector<std::string>& names, double from_s, double until_s) {
  Curves kept;
  kept.curves.resize(names.size());
  std::vector<std::size_t> at;
  for (const std::string& name : names)
    at.push_back(name.starts_with(of_truth) ? truth_column(name.substr(of_truth.size())) : line.find_tag(name)->value);
  std::vector<double> readings, truth;
  for (double t = 1; t <= until_s; ++t) {
    simulation.step(readings);
    if (t < from_s) continue;
    kept.time_s.push_back(t);
    truth.clear();
    append_truth(simulation.truth(), truth);
    for (std::size_t i = 0; i < names.size(); ++i) kept.curves[i].push_back((names[i].starts_with(of_truth) ? truth : readings)[at[i]]);
  }
  return kept;
}

std::vector<double> trailing_mean(const std::vector<double>& values, std::size_t length) {
  std::vector<double> means;
  for (std::size_t i = 0; i < values.size(); ++i) {
    double sum = 0, count = 0;
    for (std::size_t k = i + 1 > length ? i + 1 - length : 0; k <= i; ++k)
      if (!std::isnan(values[k])) sum += values[k], ++count;
    means.push_back(count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN());
  }
  return means;
}

std::string titled(const Line& line, const std::string& name) {
  const std::map<std::string_view, std::string_view> truths{
      {"potency_pct", "true potency at the tablet, % of label claim"},
      {"weight_mg", "true tablet weight, mg"},
      {"hardness_n", "true hardness after 30 min, N"},
      {"dissolution_pct", "true dissolution in 30 min, %"},
      {"blend_rsd_pct", "true scatter of the blend behind blender 1, relative sd in %"},
      {"age_mean_s", "true mean age of the API in the tablet, s"},
      {"capping", "true share of capping tablets"},
      {"film_pct", "true film in the coater, % of the cores' weight"},
      {"fd1_kg_h", "true flow of API, kg/h"},
      {"fd2_kg_h", "true flow of MCC, kg/h"},
  };
  if (name.starts_with(of_truth)) {
    const auto found = truths.find(std::string_view{name}.substr(of_truth.size()));
    return found == truths.end() ? name : std::string{found->second};
  }
  const Tag& tag = line.tag(*line.find_tag(name));
  return tag.uom == "1" ? name : name + ", " + tag.uom;
}

}  // namespace steadyline
