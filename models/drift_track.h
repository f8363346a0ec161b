#pragma once

#include <array>
#include <cstdint>

namespace steadyline {

/// The statistics of one signal, in this order. Means are exponentially weighted (Roberts 1959); the anchor is the fixed mean of the first
/// settled half hour of this run, which no slow drift can draw after itself; the centre is the mean over all plants learned from.
enum class DriftStatistic : std::uint8_t {
  jump,     ///< 8 s mean - 10 min mean
  step,     ///< 1 min mean - 1 h mean
  fast,     ///< 8 s mean - anchor
  middle,   ///< 1 min mean - anchor
  slow,     ///< 10 min mean - anchor
  slowest,  ///< 1 h mean - anchor
  level,    ///< 1 min mean - centre
  scatter,  ///< rms step away from the 8 s mean over 2 min, against the learned one
  lots      ///< 10 min mean - home, the mean of the lots before this one; scaled as if home were known
};
inline constexpr std::size_t drift_statistics = 9;
using DriftStatistics = std::array<float, drift_statistics>;

/// Limits differ by what the signal's unit just does.
enum class DriftContext : std::uint8_t { calm, refill, after_lot, both };
inline constexpr std::size_t drift_contexts = 4;

/// What a frame means for a signal.
struct DriftGate {
  bool open = false;  ///< the line is settled: take it in
  DriftContext context = DriftContext::calm;
  bool lot_tail = false;  ///< a new lot comes: the old anchor stays for comparison, a new one is laid afterwards
};

/// Running state of one signal. A plain value.
struct DriftTrack {
  static constexpr std::size_t spans = 4;
  std::array<double, spans> mean{};
  double square = 0;                ///< mean square step away from the fastest mean
  double anchor = 0, gathered = 0;  ///< gathered: sum for the next anchor
  double count = 0;                 ///< seconds since the fast means began
  double slow_count = 0;            ///< likewise of the slowest, which lasts through stops
  double gathered_s = 0;            ///< seconds in `gathered`
  bool anchored = false, gathering = true;
  double home = 0, lots = 0;  ///< mean of the anchors of the lots before this one; how many
  bool new_anchor = false;    ///< this lot's anchor stands and is no part of `home` yet
  bool open = false;
  DriftContext context = DriftContext::calm;
  double silent_s = 0;  ///< since the last usable value
  double block = 0, block_s = 0, block_sum = 0, block_square = 0, blocks = 0;  ///< five-minute means of what the next anchor gathers
  double unrest = 0;  ///< standard deviation of those of the anchor that stands

  void take(double value, const DriftGate& gate, double period_s, double anchor_s);
  void close();    ///< the line rests: fast means begin anew when it is settled again
  void restart();  ///< another operating point: everything begins anew
  double minute() const;  ///< its 1 min mean; NaN without
  /// `usual_unrest`: where it is above 0, a signal whose anchor was less at rest is held to so much less, and nothing is said before there is
  /// an anchor.
  DriftContext statistics(double centre, double spread, DriftStatistics& values, double usual_unrest = 0) const;

 private:
  void gather(double value, double period_s);
  void end_lot();
};

}  // namespace steadyline
