#include "evaluation/suite_promises.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace steadyline {
namespace {

const WindowExam* window_of(const std::vector<WindowExam>& windows, ForecastWindow window, double horizon_s) {
  const auto found = std::find_if(windows.begin(), windows.end(), [&](const WindowExam& w) { return w.window == window && w.horizon_s == horizon_s; });
  return found == windows.end() ? nullptr : &*found;
}

std::string percent(const Estimate& e) { return fmt::format("{:.1f} % ({:.1f} to {:.1f})", 100 * e.value, 100 * e.low, 100 * e.high); }

void promise_gain(std::vector<Promise>& promises, const char* where, const WindowExam* found, double least) {
  if (found == nullptr || found->count == 0) return;
  const std::string horizon = found->horizon_s > 0 ? fmt::format(", {} s ahead", found->horizon_s) : "";
  promises.push_back({fmt::format("forecast, {}{}: pinball loss below the best baseline's", where, horizon), fmt::format("at least {:.0f} %", 100 * least),
                      percent(found->gain), found->gain.value >= least});
}

void promise_coverage(std::vector<Promise>& promises, const char* where, const WindowExam* found, double least, double most) {
  if (found == nullptr || found->count == 0) return;
  const std::string wanted = most < 1 ? fmt::format("{:.0f} to {:.0f} %", 100 * least, 100 * most) : fmt::format("at least {:.0f} %", 100 * least);
  promises.push_back({fmt::format("forecast, {}: 90 % intervals cover", where), wanted, percent(found->coverage),
                      found->coverage.value >= least && found->coverage.value <= most});
}

}  // namespace

std::vector<Promise> promises_of(const ForecastExam& exam) {
  std::vector<Promise> promises;
  for (const double horizon : {60.0, 120.0}) promise_gain(promises, "steady", window_of(exam.windows, ForecastWindow::steady, horizon), -0.01);
  promise_gain(promises, "events", window_of(exam.event_windows, ForecastWindow::fault, 0), 0.20);
  promise_coverage(promises, "steady", window_of(exam.windows, ForecastWindow::steady, 0), 0.88, 0.92);
  promise_coverage(promises, "events", window_of(exam.event_windows, ForecastWindow::fault, 0), 0.85, 1);
  return promises;
}

std::vector<Promise> promises_of(const SkabReport& report) {
  const RowCounts& found = report.health.counts;
  const double baseline = report.baseline.counts.f1();
  return {{"SKAB, F1", "at least 0.75", fmt::format("{:.3f}", found.f1()), found.f1() >= 0.75},
          {"SKAB, false alarm rate", "at most 27 %", fmt::format("{:.1f} %", 100 * found.far()), found.far() <= 0.27},
          {"SKAB, F1 against PCA with EWMA at the same false alarm rate", "higher", fmt::format("{:.3f} against {:.3f}", found.f1(), baseline),
           found.f1() > baseline}};
}

std::vector<Promise> promises_of(const TepReport& report) {
  constexpr std::array<int, 6> as_good_as_dpca{1, 2, 4, 6, 7, 8};
  constexpr double slack = 0.005, of_fault_5 = 0.05, of_fault_10 = 0.20;
  const auto dpca = std::find_if(report.baselines.begin(), report.baselines.end(), [](const TepMethod& m) { return m.name == "dynamic PCA"; });
  std::vector<Promise> promises;
  for (std::size_t i = 0; i < report.faults.size(); ++i) {
    const int fault = report.faults[i];
    double most = fault == 5 ? of_fault_5 : of_fault_10;
    if (std::find(as_good_as_dpca.begin(), as_good_as_dpca.end(), fault) != as_good_as_dpca.end()) {
      if (report.published_dpca.empty() && dpca == report.baselines.end()) continue;
      most = slack + (report.published_dpca.empty() ? dpca->missed[i] : report.published_dpca[i]);
    } else if (fault != 5 && fault != 10) {
      continue;
    }
    promises.push_back({fmt::format("TEP, fault {}: missed detections", fault), fmt::format("at most {:.4f}", most), fmt::format("{:.4f}", report.health.missed[i]),
                        report.health.missed[i] <= most});
  }
  return promises;
}

}  // namespace steadyline
