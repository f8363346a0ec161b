#pragma once

#include <memory>
#include <vector>

#include "core/error.h"
#include "line/line.h"
#include "twin/options.h"
#include "twin/truth.h"

namespace steadyline {

/// What in this line or scenario the twin cannot do: tags that it has no signal for, faults it does not know, targets that do not exist.
std::vector<Error> unsimulated(const Line& line, const TwinParameters& parameters, const Scenario& scenario);

/// The simulated tablet line, second by second (docs/twin.md). A pure function of its arguments.
///
/// Bits      the same for the same line, parameters and scenario on every machine; a fault changes nothing before its onset.
/// Errors    none after construction; asserts that `unsimulated` is empty.
/// Threads   one at a time.
/// Cost      about 5 µs for a second of 55 tags.
class Simulation {
 public:
  Simulation(const Line& line, TwinParameters parameters, Scenario scenario);
  ~Simulation();
  Simulation(Simulation&&) noexcept;
  Simulation& operator=(Simulation&&) noexcept;

  /// Lives through one second. `values`: resized to one reading per tag of the line; NaN is a bad reading.
  void step(std::vector<double>& values);

  EventTime time() const;  ///< end of the last second lived through
  bool finished() const;   ///< the scenario's duration is over; `step` may go on
  Truth truth() const;
  std::vector<FaultLabel> labels() const;               ///< one per fault of the scenario, as known up to now
  const std::vector<Crossing>& crossings() const;       ///< of hard limits, in order of time

 private:
  struct Plant;
  std::unique_ptr<Plant> plant_;
};

}  // namespace steadyline
