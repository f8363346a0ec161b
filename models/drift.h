#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "frames/context.h"
#include "frames/frame.h"
#include "line/line.h"
#include "models/drift_track.h"
#include "models/relation.h"

namespace steadyline {

/// What one signal is held against. `low` and `high`: one number for each context and statistic (drift_context * drift_statistics +
/// statistic), the place where its excess is -1 and 1; 0: never.
struct DriftSignal {
  std::string name;               ///< "fd1/feed_factor", "nir1 against feeders"
  std::string unit;               ///< id of the unit that it speaks of
  std::vector<std::string> tags;  ///< that it is made of, the one it accuses first
  bool relation = false;
  bool follows_lots = false;  ///< a new lot of its unit moves it: its anchor is laid anew after the lot's tail
  std::int64_t phase = -1;    ///< of a batch-wise unit: speaks only in this one; -1: always
  std::vector<DriftTerm> terms;
  double centre = 0;  ///< over all plants learned from
  double spread = 0;  ///< root mean square step away from its own 8 s mean
  double unrest = 0;  ///< usual standard deviation of five-minute means within an anchor; 0: not looked at
  std::vector<double> low, high;
};

/// The drift detectors of one line: which signals are held against what, over which spans, with which limits. A plain value; part of a
/// bundle as drift.json. Method: docs/model.md, Drift.
struct DriftSpec {
  double settle_s = 600;   ///< after start-up or a move so long nothing is judged
  double phase_s = 600;    ///< likewise in a phase
  double anchor_s = 1800;  ///< the anchor is the mean of so long
  bool anew_after_stop = false;  ///< a line without recorded set-points: behind each stop stands another operating point
  std::vector<DriftSignal> signals;
  bool empty() const { return signals.empty(); }
};

std::string write_drift(const DriftSpec& spec);
/// Reads what write_drift wrote; every fault at once, `where` in front of each.
Checked<DriftSpec> read_drift(std::string_view text, std::string_view where);

/// What one signal shows: a tag, or a relation between tags such as a balance.
struct DriftChannel {
  std::string name;            ///< "fd1/feed_factor", "nir1 against feeders"
  UnitIndex unit;              ///< that it speaks of
  std::vector<TagIndex> tags;  ///< that it is made of, the one it accuses first
  bool relation = false;       ///< made of several tags: a gross error of one of them, or a change of the material
};

/// What the detectors say of one frame.
struct DriftReading {
  std::vector<float>
      excess;  ///< by channel: signed largest statistic / limit over its spans; beyond ±1 the channel has drifted; 0 without verdict
  std::vector<float> minute;  ///< by channel: its 1 min mean, in its own unit; NaN while it rests
  std::vector<char> of_lots;  ///< by channel: the comparison with earlier lots says so, and nothing else as much
};

/// Running state of the drift detectors of one line. A plain value; a cold frame begins it anew.
struct DriftState {
  std::vector<DriftTrack> tracks;  ///< by channel
  std::vector<double> tanks;       ///< of the relations
  std::vector<double> ages;        ///< since the set-points of each unit moved, as in the frame before
  std::vector<double> feeds;       ///< set-points of the feeders' flows when the operating point began; NaN: not known yet
  double rest_s = 0;               ///< since start-up or the last move
  double recipe = 0;
};

/// Runs the drift detectors (EWMA of residuals over several spans) over one line's frames.
///
/// Threads  constant after construction. Errors: none after construction; channels whose tags the line lacks are left out.
class DriftModel {
 public:
  DriftModel(const DriftSpec& spec, const Line& line);
  const std::vector<DriftChannel>& channels() const { return channels_; }
  void step(const Frame& frame, const Context& context, DriftState& state, DriftReading& reading) const;

  /// For learning: takes the frame into the state without judging it.
  void follow(const Frame& frame, const Context& context, DriftState& state) const;
  /// For learning: the statistics of a channel and in which context they stand; NaN where one says nothing.
  DriftContext statistics(const DriftState& state, std::size_t channel, DriftStatistics& values) const;
  /// For learning: the place of a channel in the spec.
  std::size_t place(std::size_t channel) const { return parts_[channel].place; }
  double period_s() const { return period_s_; }

 private:
  struct Part {
    std::size_t place;
    Relation relation;
    std::size_t memory;  ///< first of its tanks
    UnitIndex unit;
    std::int64_t phase;
    bool follows_lots;
    double centre, spread, unrest;
    std::vector<float> below, above;  ///< 1 / limit by context and statistic; 0: never
  };
  void begin(DriftState& state, const Context& context) const;
  bool moved(const Frame& frame, const Context& context, DriftState& state) const;
  DriftGate gate(const Part& part, const Context& context, double rest_s) const;

  const DriftSpec spec_;
  double period_s_ = 1;
  std::optional<TagIndex> state_tag_;
  std::vector<bool> batch_wise_, feeder_;  // by unit
  std::vector<TagIndex> feeds_;            // set-points of the feeders
  std::vector<DriftChannel> channels_;
  std::vector<Part> parts_;
  std::size_t memory_ = 0;
};

}  // namespace steadyline
