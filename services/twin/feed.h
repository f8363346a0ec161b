#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/philox.h"
#include "line/line.h"
#include "twin/simulation.h"

namespace steadyline {

/// One record as it goes into the input topic.
struct FeedRecord {
  std::string key;   ///< line id
  std::string type;  ///< header `type`: empty (sample) or "tick"
  std::string bytes;
  EventTime time;    ///< event time: when it is due in a live run
};

struct FeedOptions {
  bool own_clocks = true;   ///< each unit stamps at its own phase within the second; false: all at its end
  double jitter_s = 0;      ///< samples are stamped up to so much earlier, at random
  int closing_ticks = 6;    ///< seconds of silence after the last sample: enough for every frame to close
};

/// Turns a simulation into input records, one second a call: a sample per unit, then the tick of the second's end.
///
/// Order    by time within a call; stamps of a unit strictly increase.
/// Bits     a function of the arguments alone.
/// Owner    `line` must outlive the feed. Threads: one at a time.
class Feed {
 public:
  Feed(const Line& line, TwinParameters parameters, Scenario scenario, FeedOptions options = {});

  /// Puts the next second's records into `out` (cleared first). False: the scenario and its closing ticks are over, `out` is empty.
  bool next(std::vector<FeedRecord>& out);

  const Simulation& simulation() const { return simulation_; }

 private:
  EventTime stamp(std::size_t unit) const;
  void add_samples(std::vector<FeedRecord>& out);
  void add_tick(EventTime time, std::vector<FeedRecord>& out) const;

  const Line* line_;
  FeedOptions options_;
  Simulation simulation_;
  RandomStream jitter_;
  std::int64_t seq_ = 0;
  int closing_ = 0;
  std::vector<double> values_;
};

}  // namespace steadyline
