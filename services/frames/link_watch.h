#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "frames/leaky_count.h"
#include "frames/message.h"
#include "frames/trouble.h"
#include "line/line.h"

namespace steadyline {

/// Watches clocks and links of one line's units by what their samples tell on arrival, before they are aligned.
///
/// Clock       a unit's newest stamp is held against each tick; the median of 30 ticks says how far it is off. Off the median of all units
/// by
///             more than 1.5 s (1.5 periods, if that is more) is trouble, until it is less than 1 s. It takes three units to tell whose
///             clock it is; with fewer there is no verdict. Stamps that come late on a slow link look like a clock that is behind.
/// Duplicates  the same sample again within the source's last 8.   Disorder  a stamp older than the source's newest.
/// Lost        `seq` leaps, of a source that counted by one before. Each of the three counts at most once in 20 ticks (LeakyCount).
/// Backfill    5 or more historical samples of a source; it stands until 60 ticks without.
/// Line        what befalls more than half of the units that speak (three at least) is one trouble of the line.
/// State       depends on the records since the last `begin_anew` alone: the line's cold frame, as for alarms. Troubles change at ticks.
/// Threads     one at a time.
class LinkWatch {
 public:
  /// `line` must outlive the watch.
  explicit LinkWatch(const Line& line);
  void take(const Sample& sample);
  void tick(EventTime time);
  void begin_anew();
  /// As of the last tick, by kind.
  std::span<const DataTrouble> troubles() const { return troubles_; }

 private:
  static constexpr std::size_t recent_samples = 8, clock_ticks = 30;
  struct Source {
    std::optional<EventTime> newest;   // stamp, of samples that are not historical
    std::optional<EventTime> arrived;  // newest stamp since the last tick
    int unheard = 0;                   // ticks
    std::array<std::uint64_t, recent_samples> contents{};
    std::size_t place = 0;
    std::optional<std::int64_t> seq;
    int counted = 0;          // samples in a row with seq one more
    std::optional<int> hole;  // ticks since seq leapt; a sample that was overtaken fills it
    std::array<std::int32_t, clock_ticks> offsets_ms{};
    std::size_t offsets = 0;  // how many there have been
    double offset_s = 0;      // their median, against the ticks
    double ahead_s = 0;       // and against the middle of the units
    bool off = false;         // the clock
    LeakyCount duplicates{}, disorder{}, losses{};
    int backfilled = 0, calm = 0;  // samples; ticks since the last
  };
  static void count_seq(Source& source, std::int64_t seq);
  static void count_holes(Source& source);
  void note_offset(Source& source, EventTime tick) const;
  void judge_clocks();
  void gather(Trouble kind, std::size_t speaking);
  static std::optional<double> measure(const Source& source, Trouble kind);

  const Line* line_;
  double period_s_, kept_;
  std::vector<Source> sources_;  // one per unit, then "*"
  std::vector<DataTrouble> troubles_;
  std::vector<double> medians_;  // scratch
};

}  // namespace steadyline
