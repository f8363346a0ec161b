#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "line/line.h"
#include "twin/options.h"
#include "twin/truth.h"

namespace steadyline {

/// What in this line or scenario the twin cannot do: tags that it has no signal for, faults it does not know, targets that do not exist,
/// severities and set-points outside physical range, overlapping faults on one mechanism. All of them at once.
std::vector<Error> unsimulated(const Line& line, const TwinParameters& parameters, const Scenario& scenario);

/// The simulated tablet line, second by second (docs/twin.md). A pure function of its arguments and of the set-points moved meanwhile.
///
/// Bits      the same for the same line, parameters and scenario on every machine; a fault changes nothing before its onset.
/// Values    copyable: the copy lives on by itself, with the same random numbers.
/// Errors    none after construction; asserts that `unsimulated` is empty.
/// Threads   one at a time. `line` must outlive it.
class Simulation {
 public:
  Simulation(const Line& line, TwinParameters parameters, Scenario scenario);
  ~Simulation();
  Simulation(const Simulation&);
  Simulation& operator=(const Simulation&);
  Simulation(Simulation&&) noexcept;
  Simulation& operator=(Simulation&&) noexcept;

  /// Lives through one second. `values`: resized to one reading per tag of the line; NaN is a bad reading.
  void step(std::vector<double>& values);
  /// The same without handing out the readings.
  void step();
  /// The readings of the last second lived through, as `step` hands them out.
  void readings(std::vector<double>& values) const;
  /// What faster instruments would have read `k` of `rate` parts of a second earlier: the same process, noise drawn afresh. 0 < k < rate.
  void readings_before(int k, int rate, std::vector<double>& values) const;

  /// Moves a set-point as the operator's command does, from the next second on, at the rate limit of its kind. An error: no set-point, or outside its physical range.
  Result<void> move_set_point(std::string_view tag, double value);

  bool logged() const;     ///< false: a gap in the log (Scenario::data_traps); whoever keeps the readings leaves this second out
  EventTime time() const;  ///< end of the last second lived through
  bool finished() const;   ///< the scenario's duration is over; `step` may go on
  Truth truth() const;
  const std::vector<Label>& labels() const;             ///< faults of the scenario, then events in order of time, as known up to now (without `affected`)
  const std::vector<Crossing>& crossings() const;       ///< of hard limits, in order of time
  std::optional<double> true_value(std::string_view path) const;  ///< of a signal, before noise and sensor faults
  double spread(std::string_view path) const;           ///< sd of its noise and wander here and now
  void reseed(std::uint64_t seed);                      ///< from the next second on all noises are drawn anew: one of the futures that might be
  void switch_off(std::size_t fault);                   ///< the scenario's n-th fault never acts from now on: for the run to compare with

 private:
  struct Plant;
  std::unique_ptr<Plant> plant_;
};

}  // namespace steadyline
