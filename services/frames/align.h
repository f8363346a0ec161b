#pragma once

#include <map>
#include <optional>
#include <vector>

#include "frames/frame.h"
#include "frames/message.h"
#include "frames/options.h"
#include "line/line.h"

namespace steadyline {

/// What became of one record and where it stood.
struct Fated {
  Position at;
  Fate fate;
  friend bool operator==(const Fated&, const Fated&) = default;
};

/// Aligns the samples of one line into frames by event time. Pure: what it returns depends on the records alone.
///
/// Clock    Every source has its newest accepted time. The watermark is the least of these over the sources that are not silent; silence
///          counts ticks. When all are silent, ticks carry the watermark as long as the line is current (newest sample within max_skew).
///          The frame of t closes when the watermark passes t + allowed_lateness. Thus a sample at most allowed_lateness behind the
///          newest of its line is never late, in whatever order it comes.
/// Content  per tag the newest sample in (t - period, t]; ties by `Sample::content`, not by arrival. A sample of which any value enters the
///          frame is `used`, an identical second one `duplicate`, else `superseded`.
/// Jumps    a sample more than max_skew ahead of the line, or a line's first, waits until 3 consecutive samples of its source, or one
///          of a second source, agree (lie within max_skew of each other): then all open frames close, the line jumps, and the next frame is
///          cold. Otherwise it ends as `future` when its source sends a current sample again.
/// Frames   `values` hold raw readings (last known for on_change tags and bad ones), flaws: missing, null, stale, uncertain; the checker adds the rest.
/// Threads  one at a time.
class Aligner {
 public:
  Aligner(const Line& line, AlignmentOptions options);

  /// Frames that closed and fates that were decided by one record, appended in order.
  struct Closed {
    std::vector<Frame> frames;
    std::vector<Fated> fates;
  };
  void take(Sample&& sample, Position at, Closed& out);
  void tick(EventTime time, Closed& out);

  /// The oldest record whose fate is still open, if any: never commit past it.
  std::optional<Position> oldest_open() const;
  /// Where the present run of frames began (the first record of the line, or of its last jump): a restart reads from here.
  std::optional<Position> cold_start() const;
  /// Newest event time taken, for the data-age gauge.
  std::optional<EventTime> newest() const;

 private:
  struct Held {  // a sample not yet part of a closed frame
    Sample sample;
    Position at;
  };
  struct Source {
    std::optional<EventTime> newest;
    std::uint64_t ticks_at_last = 0;
    std::vector<Held> waiting;  // ahead of the line by more than max_skew
  };
  const Line* line_;
  AlignmentOptions options_;
  std::vector<Source> sources_;
  std::map<EventTime, std::vector<Held>> open_;  // by frame time
};

}  // namespace steadyline
