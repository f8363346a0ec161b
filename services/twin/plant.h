#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "twin/blender.h"
#include "twin/feeder.h"
#include "twin/press.h"
#include "twin/signals.h"
#include "twin/truth.h"
#include "twin/vessel.h"

namespace steadyline {

/// The machines in the order of the material: fd1..fd5 → bl1 → bl2 (with fd6) → chute → feed frame → tp1. Neither copied nor moved:
/// the signal table points into it.
class MaterialPath {
 public:
  MaterialPath(const TwinParameters& parameters, std::uint64_t seed, bool running);
  MaterialPath(const MaterialPath&) = delete;
  MaterialPath& operator=(const MaterialPath&) = delete;

  using Disturbances = std::array<FeederDisturbance, feeder_count>;
  /// One second; `second` counts from 1.
  void step(std::int64_t second, const Disturbances& disturbances);

  const SignalTable& signals() const { return signals_; }
  Truth truth() const;  ///< all but the time
  double potency_pct() const { return potency_pct_; }
  double tablets_now() const { return press_.tablets(); }

 private:
  double recipe_share(std::int64_t second) const;
  Powder feed(std::int64_t second, const Disturbances& disturbances);
  void press(const Powder& from_blenders);
  Powder contents() const;

  TwinParameters own_;
  bool started_running_;
  bool press_released_;
  std::vector<Feeder> feeders_;
  Blender blender1_, blender2_;
  Vessel chute_, feed_frame_;
  Press press_;
  SignalTable signals_;

  double first_contents_g_;
  double fed_g_ = 0, taken_g_ = 0, tablets_ = 0;
  double potency_pct_ = 100, stearate_pct_ = 1;
};

/// "fd1" .. "fd6"
std::string_view feeder_id(std::size_t feeder);

}  // namespace steadyline
