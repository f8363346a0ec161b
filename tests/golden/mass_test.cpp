// The balance of mass as a reader of the truth's columns finds it, without the twin's own account of it.
#include <cmath>
#include <gtest/gtest.h>

#include "support/twin_runs.h"

namespace steadyline {
namespace {

double inside_kg(const Truth& t) { return t.blender1_kg + t.blender2_kg + t.feed_frame_kg; }

TEST(Mass, OfEightHoursIsFoundAgainInTheTablets) {
  for (const std::uint64_t seed : {21, 22}) {
    SCOPED_TRACE(seed);
    Simulation simulation = test::cdc1_run(test::production(seed));
    simulation.step();
    const Truth first = simulation.truth();
    double fed_kg = 0, pressed_kg = 0;
    for (int second = 1; second < 8 * 3600; ++second) {
      simulation.step();
      const Truth now = simulation.truth();
      for (const double flow : now.flow_kg_h) fed_kg += flow / 3600;
      pressed_kg += now.tablets_now * now.weight_mg * 1e-6;
      ASSERT_GT(std::fmin(std::fmin(now.blender1_kg, now.blender2_kg), std::fmin(now.feed_frame_kg, now.chute_level_pct)), 0) << second;
    }
    const Truth last = simulation.truth();
    const double chute_kg =
        test::cdc1_parameters().path.chute.holdup_kg / 0.5 * (last.chute_level_pct - first.chute_level_pct) / 100;  // nominal at half
    const double found_kg =
        pressed_kg + inside_kg(last) - inside_kg(first) + chute_kg + last.dust_kg - first.dust_kg + last.diverted_kg - first.diverted_kg;
    std::printf("seed %d: fed %.4f kg, found %.4f kg, off by %.4f %%\n", static_cast<int>(seed), fed_kg, found_kg,
                100 * (found_kg / fed_kg - 1));
    EXPECT_GT(fed_kg, 150);
    EXPECT_LT(std::fabs(found_kg / fed_kg - 1), 0.0005);
  }
}

}  // namespace
}  // namespace steadyline
