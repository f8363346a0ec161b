#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/units.h"
#include "frames/context.h"

namespace steadyline {

/// Where the health score goes within a batch.
enum class TrendState : std::uint8_t {
  unknown,  ///< the batch has not been scored for an hour yet
  down,
  steady,
  up
};
std::string_view to_text(TrendState state);

/// What is known of the present batch's trend.
struct TrendReading {
  TrendState state = TrendState::unknown;
  double change = 0;        ///< points of the score over `over_s` (Theil-Sen); 0 while unknown
  double over_s = 0;        ///< scored seconds that it was looked for in
  EventTime batch_began{};  ///< first scored frame of the batch
  friend bool operator==(const TrendReading&, const TrendReading&) = default;
};

/// Running state of one line's trend. A plain value; a cold line begins it anew.
struct TrendTrack {
  bool begun = false;
  double recipe = 0, batch = 0;  ///< of the present batch
  EventTime last{};              ///< of the last scored frame
  std::vector<float> scores;     ///< of the block that is being gathered
  std::vector<float> medians;    ///< of the last blocks of this batch, oldest first
  TrendReading reading;
  friend bool operator==(const TrendTrack&, const TrendTrack&) = default;
};

/// Tells from medians of five scored minutes whether the score of a batch goes up or down: Mann-Kendall's test (Mann 1945) over the last
/// two and the last four hours, its variance widened for the score's own memory (Hamed & Rao 1998), and a change of at least 5 points by
/// the Theil-Sen slope (Sen 1968). A trend stays until both have gone back to half. What leaps once and stays is no trend.
///
/// A batch begins with another batch number, another recipe, or after an hour without a score.
///
/// Threads  constant after construction. Cost: a number kept per frame, some 30 µs each five minutes. Errors: none.
class HealthTrend {
 public:
  /// `memory_s`: of the slowest mean that the score is made of.
  HealthTrend(double period_s, double memory_s);
  const TrendReading& step(double score, EventTime time, const Context& context, TrendTrack& track) const;

 private:
  struct Look;
  Look look(const std::vector<float>& medians, std::size_t window) const;
  void conclude(TrendTrack& track) const;

  std::size_t frames_;  // of a block
  double block_s_;
  double kinship_;  // correlation of neighbouring medians that the score's memory makes
};

}  // namespace steadyline
