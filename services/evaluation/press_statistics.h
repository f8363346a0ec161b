#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace steadyline {

/// What a tablet press logs every ten seconds. Any source: a recorded press or a simulated one. NaN: no reading.
struct PressReading {
  double time_s;      ///< since any fixed moment
  double speed;       ///< any unit; above 0: the press runs
  double force_kn;    ///< mean main compression force
  double srel_pct;    ///< relative standard deviation of the main force of single tablets
  double fill_mm;     ///< fill depth
  double ejection_n;  ///< ejection force
};

/// The press readings that realism is about, in this order everywhere.
inline constexpr std::size_t press_tags = 4;
inline constexpr double PressReading::*press_tag[press_tags] = {&PressReading::force_kn, &PressReading::srel_pct, &PressReading::fill_mm,
                                                                &PressReading::ejection_n};
inline constexpr const char* press_tag_name[press_tags] = {"force", "SREL", "fill", "ejection"};

/// One batch, in time order; readings of the logger's pauses are simply absent.
struct PressBatch {
  std::string product, campaign, batch;
  std::vector<PressReading> readings;
};

/// As recorded presses write them: 0.1 kN, 0.1 %, 0.01 mm, 1 N. Both sides of a comparison pass through it.
PressReading as_logged(PressReading reading);

/// What counts as running.
struct RunningRules {
  double interval_s = 10;      ///< of the log
  double gap_s = 15;           ///< a longer silence ends a stretch
  double settle_s = 60;        ///< of each stretch set aside: speeding up
  std::size_t stale_rows = 6;  ///< so many rows in which none of the four readings moves: the logger is stale, not the press calm
};

/// Stretches of undisturbed running, all four readings present. They view the batch.
struct Running {
  std::vector<std::span<const PressReading>> stretches;
  std::size_t rows = 0;                                 ///< with speed above 0
  std::size_t settling = 0, stale = 0, incomplete = 0;  ///< of these, set aside
};
Running running(const PressBatch& batch, const RunningRules& rules = {});

/// Allan deviation of one tag: half the mean square difference of adjacent means of `samples` readings, overlapping, pooled over stretches.
/// NaN when no stretch is long enough.
double allan_deviation(std::span<const std::span<const PressReading>> stretches, double PressReading::*tag, std::size_t samples);

/// Of one batch.
struct LoopStatistics {
  std::size_t rows = 0;                        ///< in stretches
  double mean[press_tags], white[press_tags];  ///< white: Allan deviation of one sample
  double allan_6, allan_30, allan_180;         ///< of the force, relative to one sample; NaN: stretches too short
  double moves_per_h;                          ///< readings of the fill depth that differ from the one before
  double move_mm;                              ///< mean size
  double move_quantum_mm;                      ///< smallest step that at least a tenth of the moves makes
};
LoopStatistics loop_statistics(const Running& running, double interval_s = 10);

/// Standstills between the first and the last running reading of a batch: speed 0 for one reading (10 s) or more, until the next running
/// one.
struct PressStops {
  double running_h = 0;
  std::vector<double> durations_s;  ///< ascending
  double per_h() const;
  double quantile_s(double p) const;
};
PressStops press_stops(std::span<const PressBatch> batches, double interval_s = 10);

/// Linear interpolation between order statistics; `sorted` ascending, not empty.
double quantile(std::span<const double> sorted, double p);
/// Of the values that are not NaN; NaN when there is none.
double median_of(std::vector<double> values);

/// Slope of y on x by least squares.
double slope(std::span<const double> x, std::span<const double> y);

}  // namespace steadyline
