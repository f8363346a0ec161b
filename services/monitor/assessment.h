#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/units.h"
#include "models/drift.h"
#include "models/golden.h"
#include "models/health.h"
#include "models/health_trend.h"
#include "models/soft_sensors.h"

namespace steadyline {

/// Whether the models have something to say of a frame, and if not, why.
enum class Verdict : std::uint8_t {
  none,        ///< the line has no bundle
  standstill,  ///< the line does not run
  warming,     ///< it has not run for warm_up_s yet
  outside,     ///< it makes another product, or at other rates, than the models were trained for: they say nothing
  unlike,      ///< the frame is unlike anything trained: health speaks, the forecaster does not
  inside
};
inline constexpr std::size_t verdict_count = 6;
std::string_view to_text(Verdict verdict);
/// There is a health score.
constexpr bool scored(Verdict verdict) { return verdict == Verdict::unlike || verdict == Verdict::inside; }

/// One tag whose forecast is far on its way from the trained centre to a hard limit.
struct Worst {
  std::size_t target = 0;  ///< place in ForecasterSpec::targets
  double horizon_s = 0;
  double value = 0;        ///< the median forecast
  double limit = 0;
  double share = 0;        ///< 0 centre .. 1 at the limit
  double probability = 0;  ///< of being outside the hard limits at that horizon
};

/// What the models say of one frame. A plain value.
struct Assessment {
  Verdict verdict = Verdict::none;
  Health health;                    ///< meaningful where the verdict is scored
  TrendReading trend;               ///< of the score within its batch; likewise
  std::vector<float> shares;        ///< of the health error, by modelled tag, smoothed over 30 s; empty without a model
  std::vector<float> fan;           ///< [targets][horizons][quantiles], in the tags' units; NaN: the tag's reading is bad; empty unless inside or warming
  std::array<Worst, 3> worst{};     ///< falling by share
  std::size_t worst_count = 0;      ///< how many of them count; 0 unless inside
  DriftReading drift;               ///< by channel of the drift model
  Conformance conformance;          ///< with the golden profile
  std::vector<SoftEstimate> quality;  ///< by soft sensor
};

}  // namespace steadyline
