#pragma once

#include <cstdint>
#include <vector>

#include "core/philox.h"
#include "line/line.h"
#include "twin/options.h"

namespace steadyline {

/// What the plant's network does to one unit's record of one second.
struct CommsEffects {
  Milliseconds skew{0};    ///< added to the record's own time stamp
  bool held = false;       ///< the link is down: the record waits and is sent, marked as historical, once it is up again
  bool duplicate = false;  ///< sent twice
  bool late = false;       ///< sent behind this unit's record of the next second
};

/// The comms faults of a scenario (F23, F24) as a description that the feed obeys. The line itself, its loops and its truth know nothing of
/// them.
///
/// F23  clock skew of `severity` s; "drift": severity ppm since the onset; "duplicate", "disorder": that share of records
/// F24  records of [on, on + severity s] arrive afterwards, in order
/// Bits     a function of scenario, unit and second alone.
class Comms {
 public:
  Comms(const Line& line, const Scenario& scenario);
  CommsEffects at(UnitIndex unit, double t_s) const;
  bool quiet() const { return faults_.empty(); }  ///< the scenario has no comms fault

 private:
  struct Fault {
    FaultSpec spec;
    bool all;  // the whole line
    UnitIndex unit;
    RandomStream draws;
    double end_s;
  };
  std::vector<Fault> faults_;
};

}  // namespace steadyline
