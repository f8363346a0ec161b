#pragma once

#include "twin/options.h"
#include "twin/procedure/set_points.h"

namespace steadyline {

/// What the line makes: throughput and strength, and the set-points that follow from them. MCC makes up for a changed strength and for the
/// potency of the API lot, so that the throughput stays.
class Recipe {
 public:
  explicit Recipe(const TwinParameters& parameters);

  /// Ramps the set-points to another recipe. True: another strength, whose powder must first reach the press.
  bool change(const RecipeMove& move, SetPoints& set_points);
  /// The API lot now loaded has this potency. Its first call places the set-points, later ones move them at their rate limit.
  void correct(double potency, SetPoints& set_points);

  double throughput_kg_h() const { return throughput_kg_h_; }
  double api_share() const { return api_share_; }
  int number() const;  ///< of the formulation, at any throughput: 1 at the nominal strength, else the API share in permille

 private:
  double feed_kg_h(std::size_t feeder) const;

  std::array<double, feeder_count> shares_{};
  double full_kg_h_, turret_rpm_, ramp_s_, changeover_ramp_s_;
  double throughput_kg_h_, api_share_, potency_ = 1;
  bool scanned_ = false;
};

}  // namespace steadyline
