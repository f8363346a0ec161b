#pragma once

#include <array>
#include <cstdint>
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
/// Below, L is allowed_lateness, S is max_skew or, on slow lines, (silent_after_periods + 1) periods + L if that is more: a limit shorter
/// than the line's own rhythm would tear it at every lost record.
///
/// Silence  counts ticks: a source is silent when the ticks since its last sample span more than silent_after_periods periods + L. The first
///          of them counts one period, so that nothing before the sample matters; a leap of more than S counts one period too.
/// Clock    The line's clock is its newest sample or, if later, the newest tick that found it current (at most S ahead of the clock). Each
///          tick thus carries a line that was current, so a silent line goes on, and goes stale; a recording of another day does not move.
/// Mark     The watermark only grows: to the least of the newest times of all sources that have spoken since the start and are not silent.
///          One more than 2 S behind the line holds nobody up; where three or more speak, behind the second newest of them, so that one whose
///          clock is ahead makes no laggards of the others. When none is left, current ticks carry the mark;
///          ticks of another day then let the frames close that hold samples, and no more.
/// Closing  The frame of t closes when the mark passes t + L. The mark never passes the newest sample (or, when all are silent, the tick):
///          so a sample at most L behind those is never late, in whatever order the records come, and its frame has the same content.
///          Frames close consecutively, one per period, with or without samples.
/// Content  per tag the newest sample in (t - period, t]; ties by `Sample::content`, not by arrival. A sample of which any value enters the
///          frame is `used`, an identical second one `duplicate`, else `superseded`; all this when the frame closes. `late` and
///          `historical` are decided at once, and such samples enter nothing.
/// Jumps    A sample more than S ahead of the clock, or a line's first, waits. It ends as `future` when its source sends one more than S
///          older, when ticks pass it by more than S + L, when its source falls silent while the ticks are far from it, or when the line goes
///          elsewhere. When 3 consecutive samples of one source, or samples of two sources, lie within S of each other, the line follows
///          them: its clock is set to the newest of these; what comes and is older than that by more than S is late. One source alone is not
///          followed while another goes on as before (two samples of it since the first of the three): then it is its clock that is wrong.
/// Starts   The run of frames after a jump starts with the earliest frame that holds a sample when the first one closes, so the order
///          within L does not matter. Only then is it known whether time really jumped: if that first sample is within S of the old clock, the
///          frames go on, and nothing else has happened. Otherwise the open frames of the old run close, those without samples only as
///          far as ticks had carried it, none fill the gap, and the next frame is `cold`: nothing before it enters it or a later one.
/// Frames   `values` hold raw readings (last known for on_change tags and bad ones); flaws: null (a null reading, or OPC below 64), uncertain,
///          missing, stale; the checker adds the rest. A `period` tag without a sample is missing, and stale when its last one is more than
///          stale_after (at least 2 periods) of frames ago. An on_change tag stays as it was, until its source is unheard for so long.
/// Memory   bounded: open frames span a few S; a frame keeps only samples that still win a tag once they are many; 16 wait per source.
/// Threads  one at a time.
class Aligner {
 public:
  /// `line` must outlive the aligner.
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
  /// Where the present run of frames began: a restart with a fresh aligner that reads from here closes the same frames and decides the same
  /// fates for everything from `oldest_open` on. It is the oldest record that waited when the line jumped; records of the old run may
  /// lie between, and the aligner moves this place forward only when the last of them has its fate. Empty: no sample yet.
  std::optional<Position> cold_start() const;
  /// Newest event time taken, for the data-age gauge.
  std::optional<EventTime> newest() const;

 private:
  struct Held {  // a sample not yet part of a closed frame
    Sample sample;
    Position at;
    std::uint64_t turn = 0;  // of its coming, among all samples
  };
  struct Source {
    std::optional<EventTime> newest;          // since the line's last jump
    std::optional<Milliseconds> unheard_since;  // tick clock at the first tick after its last sample
    std::vector<Held> waiting;                // ahead of the line; in order of arrival
    std::array<std::uint64_t, 2> taken{};     // turns of its last two samples that did not wait
  };
  struct Jump {  // agreed, but no frame of the new run has closed yet
    std::optional<EventTime> left;    // the clock of the old run
    std::optional<EventTime> ticked;  // the last tick that had found it current
    EventTime floor;                  // older samples are late
    EventTime earliest;               // of the new run
    Position first;                   // oldest record that waited
  };
  struct Begin {  // of a run of frames
    Position first;  // read from here,
    Position last;   // once all records up to here have their fates
  };
  struct Known {  // of one tag, since the last cold frame
    double value;
    Flaw flaw = Flaw::missing;
    std::optional<EventTime> frame;  // the last one with a reading
  };

  EventTime frame_of(EventTime time) const;
  bool silent(const Source& source) const;
  bool is_late(EventTime time) const;
  bool waited_in_vain(EventTime sample, EventTime tick, bool source_is_silent) const;
  void flush_if_silent(Closed& out);
  void accept(Held&& held, Closed& out);
  void wait(Held&& held, Closed& out);
  bool agreed(const Source& source, EventTime time) const;
  bool contradicted(const Source& source, std::uint64_t since) const;
  EventTime front() const;
  void jump(EventTime agreed, Closed& out);
  void release(Closed& out);
  void settle(Closed& out);
  void advance(std::optional<EventTime> tick, Closed& out);
  void close(EventTime time, Closed& out);
  void judge(const std::vector<Held>& held);
  void thin(std::vector<Held>& held, Closed& out);
  void forget();
  bool begun() const;
  template <class Gone>
  void give_up(Source& source, Closed& out, Gone&& gone);

  const Line* line_;
  Milliseconds period_, lateness_, skew_, silence_, stale_after_;
  std::vector<Source> sources_;
  std::map<EventTime, std::vector<Held>> open_;  // by frame time

  bool started_ = false;
  EventTime clock_{}, lead_{}, watermark_{};
  std::optional<EventTime> ticked_, last_tick_, next_;
  Milliseconds tick_clock_{0};
  std::optional<Jump> jump_;
  bool cold_ = false;
  std::optional<Position> origin_;
  std::optional<Begin> begin_;
  Position last_taken_{};
  std::uint64_t turn_ = 0;

  std::vector<Known> known_;       // by tag
  std::vector<std::optional<EventTime>> heard_;  // by unit: the last frame with a sample of it
  struct Best {
    std::uint32_t held;
    const SampleValue* value;
  };
  std::vector<Best> best_;         // of judge(): by tag, which sample wins
  std::vector<Fate> fates_;        // of judge(): by place in the frame
};

/// So many ticks, one per period, after a recording's last sample close all its frames and decide all its fates.
int closing_ticks(const Line& line, const AlignmentOptions& options);

}  // namespace steadyline
