#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/philox.h"
#include "frames/encode.h"
#include "line/line.h"
#include "twin/faults/comms.h"
#include "twin/simulation.h"

namespace steadyline {

/// One record as it goes into the input topic.
struct FeedRecord {
  std::string key;   ///< line id
  std::string type;  ///< header `type`: empty (sample) or "tick"
  std::string bytes;
  EventTime time;  ///< event time: when it is due in a live run
};

struct FeedOptions {
  bool own_clocks = true;  ///< each unit stamps at its own phase within the second; false: all at its end
  double jitter_s = 0;     ///< samples are stamped up to so much earlier, at random
  int closing_ticks = 6;   ///< seconds of silence after the last sample: enough for every frame to close
};

/// Turns a simulation into input records, one second a call: a sample per unit, then the tick of the second's end.
///
/// Comms    faults of the network (F23, F24) act here: clocks that are off, records sent twice, late, or afterwards as historical ones.
/// Gaps     in the log (Scenario::data_traps) have ticks only.
/// Order    by time within a call; without such faults the stamps of a unit strictly increase.
/// Bits     a function of the arguments, and of the set-points moved meanwhile, alone.
/// Owner    `line` must outlive the feed. Threads: one at a time.
class Feed {
 public:
  Feed(const Line& line, TwinParameters parameters, Scenario scenario, FeedOptions options = {});

  /// Puts the next second's records into `out` (cleared first). False: the scenario and its closing ticks are over, `out` is empty.
  bool next(std::vector<FeedRecord>& out);

  /// An operator's command, obeyed from the next second on. Its record is the sender's. An error: no set-point, or outside its physical range.
  Result<void> move_set_point(std::string_view tag, double value) { return simulation_.move_set_point(tag, value); }

  const Simulation& simulation() const { return simulation_; }

 private:
  struct Waiting {  // a sample that the network holds back
    EventTime stamp;
    std::int64_t seq;
    std::vector<SampleValue> values;
  };
  EventTime stamp(std::size_t unit) const;
  void add_samples(std::vector<FeedRecord>& out);
  void add_sample(std::uint32_t unit, std::vector<FeedRecord>& out);
  FeedRecord record(std::uint32_t unit, EventTime stamp, std::int64_t seq, const std::vector<SampleValue>& values, bool historical) const;
  void add_tick(EventTime time, std::vector<FeedRecord>& out) const;

  const Line* line_;
  FeedOptions options_;
  Comms comms_;
  Simulation simulation_;
  RandomStream jitter_;
  std::vector<std::vector<TagIndex>> tags_;    // by unit
  std::vector<std::vector<Waiting>> held_;      // by unit
  std::vector<std::vector<FeedRecord>> late_;  // by unit: to be sent behind the next one
  std::int64_t seq_ = 0;
  int closing_ = 0;
  std::vector<double> values_;
  std::vector<SampleValue> sample_;
};

}  // namespace steadyline
