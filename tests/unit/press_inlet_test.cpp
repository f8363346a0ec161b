#include "twin/machines/press_inlet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>

#include "support/blending.h"
#include "twin/machines/age.h"
#include "twin/machines/potency_sensor.h"
#include "twin/machines/room.h"

namespace steadyline {
namespace {

using test::blend;
using test::Inlet;
using test::no_tags;
using test::nominal_g_s;
using test::twin_parameters;

TEST(PressInlet, PassesOnWhatThePressTakesAndKeepsItsLevel) {
  Inlet line{blend(nominal_g_s)};
  Powder out{};
  for (int t = 0; t < 1000; ++t) out = line.step(blend(nominal_g_s), nominal_g_s);
  EXPECT_NEAR(total(out), nominal_g_s, 1e-9);
  EXPECT_NEAR(line.inlet.level_pct(), 50, 0.1);
  EXPECT_NEAR(line.value("ch1/level"), 50, 0.1);
  EXPECT_NEAR(line.value("ff1/bed_height"), 38, 0.1);
  EXPECT_NEAR(1000 * out[part_shear] / total(out), 32.4, 0.2);  // the paddles' share of LINE §3.3
  EXPECT_NEAR(age_of(out).mean_s, 50.4 + 43.2, 0.3);
}

TEST(PressInlet, LevelFollowsWhatThePressLeaves) {
  Inlet line{blend(nominal_g_s)};
  for (int t = 0; t < 50; ++t) line.step(blend(nominal_g_s), 1.3 * nominal_g_s);  // F16: +30 % turret: below 35 % after 50 s
  EXPECT_LT(line.inlet.level_pct(), 36);
  for (int t = 0; t < 150; ++t) line.step(blend(nominal_g_s), 1.3 * nominal_g_s);
  EXPECT_LT(line.inlet.level_pct(), 10);
}

TEST(PressInlet, DiverterSendsArrivingPowderToWasteAndKeepsTheLevel) {
  Inlet line{blend(nominal_g_s)};
  line.orders.divert = true;
  line.orders.press_runs = false;
  line.orders.paddles_run = true;
  double in = 0, diverted = 0;
  const double at_first = total(line.inlet.contents());
  for (int t = 0; t < 300; ++t) {
    line.step(blend(nominal_g_s), 0);
    in += nominal_g_s;
    diverted += total(line.inlet.diverted());
  }
  EXPECT_NEAR(diverted, in, 1e-6);
  EXPECT_NEAR(total(line.inlet.contents()), at_first, 1e-6);
  EXPECT_EQ(line.value("ch1/v1_pos"), 1);
  line.orders.divert = false;
  line.step(blend(nominal_g_s), 0);
  EXPECT_EQ(total(line.inlet.diverted()), 0);
}

TEST(PressInlet, ShearGrowsWhileThePaddlesTurnAndThePressStands) {  // LINE §4: restart effect
  Inlet line{blend(nominal_g_s)};
  for (int t = 0; t < 200; ++t) line.step(blend(nominal_g_s), nominal_g_s);
  const auto shear = [&] { return 1000 * line.inlet.outlet()[part_shear] / total(line.inlet.outlet()); };
  const double before = shear();
  line.orders.press_runs = false;
  for (int t = 0; t < 60; ++t) line.step(Powder{}, 0);
  EXPECT_NEAR(shear(), before, 1) << "the paddles stand too";
  line.orders.paddles_run = true;
  for (int t = 0; t < 60; ++t) line.step(Powder{}, 0);
  EXPECT_NEAR(shear(), before + 45, 1.5);
}

TEST(PressInlet, BlockedChuteStarvesTheFeedFrame) {  // F13
  Inlet line{blend(nominal_g_s)};
  line.effects.chute.outflow = 0.5;
  for (int t = 0; t < 40; ++t) line.step(blend(nominal_g_s), nominal_g_s);
  EXPECT_GT(line.inlet.level_pct(), 60);
  EXPECT_LT(line.inlet.bed_share(), 0.65);
  double got = 0;
  for (int t = 0; t < 200; ++t) got = total(line.step(blend(nominal_g_s), nominal_g_s));
  EXPECT_LT(got, 0.6 * nominal_g_s);
  EXPECT_LT(line.inlet.room_g(), 0.1 * nominal_g_s) << "blender 2 backs up";
}

TEST(PressInlet, StarvedFeedFrameHasALowBed) {  // F14
  Inlet line{blend(nominal_g_s)};
  line.effects.feed_frame.filling = 0.9;
  for (int t = 0; t < 100; ++t) line.step(blend(nominal_g_s), nominal_g_s);
  EXPECT_NEAR(line.value("ff1/bed_height"), 38 * 0.9, 0.1);
}

TEST(Nir, ReportsTheMeanOfFiveScans) {  // LINE §2.2: sd 0.16 % w/w and a drift of 0.06
  Inlet line{blend(nominal_g_s)};
  double sum = 0, squares = 0, steps = 0, last = 20;
  constexpr int n = 20000;
  for (int t = 0; t < n; ++t) {
    line.step(blend(nominal_g_s), nominal_g_s);
    const double y = line.value("ch1/nir1_api");
    sum += y;
    squares += y * y;
    steps += (y - last) * (y - last);
    last = y;
  }
  const double mean = sum / n, sd = std::sqrt(squares / n - mean * mean);
  EXPECT_NEAR(mean, 20, 0.12);
  EXPECT_NEAR(sd, std::sqrt(0.161 * 0.161 + 0.06 * 0.06), 0.03);
  EXPECT_NEAR(std::sqrt(steps / n), 0.36 / 5 * std::sqrt(2.0), 0.003) << "one scan enters, one leaves";
}

TEST(Nir, FoulingBiasesOneProbeAndShowsInItsResiduals) {  // F20
  Inlet line{blend(nominal_g_s)};
  line.effects.nir[0].window_gain = 0.85;
  double nir1 = 0, nir2 = 0, q1 = 0, q2 = 0, t1 = 0, t2 = 0;
  constexpr int n = 3000;
  for (int t = 0; t < n; ++t) {
    line.step(blend(nominal_g_s), nominal_g_s);
    nir1 += line.value("ch1/nir1_api") / n, nir2 += line.value("ff1/nir2_api") / n;
    q1 += line.value("ch1/nir1_q") / n, q2 += line.value("ff1/nir2_q") / n;
    t1 += line.value("ch1/nir1_t2") / n, t2 += line.value("ff1/nir2_t2") / n;
  }
  EXPECT_NEAR(nir1 - 20, -6 * 0.2, 0.2);
  EXPECT_NEAR(nir2 - 20, 0, 0.2);
  EXPECT_NEAR(q1 / q2, 2.2, 0.1);
  EXPECT_NEAR(q2, 1.03, 0.05);
  EXPECT_NEAR(t2, 5, 0.3);
  EXPECT_GT(t1, 12);
  EXPECT_EQ(line.value("ch1/nir1_gain"), 0.85);
}

TEST(Nir, SeesTheActiveSubstanceNotTheMassFed) {  // F09: a weak lot
  Powder weak = blend(nominal_g_s);
  weak[part_active] *= 0.92;
  Inlet line{weak};
  double mean = 0;
  for (int t = 0; t < 1000; ++t) {
    line.step(weak, nominal_g_s);
    mean += line.value("ff1/nir2_api") / 1000;
  }
  EXPECT_NEAR(mean, 20 * 0.92, 0.2);
}

TEST(PotencySensor, FollowsTheMeasuredFlowsWithTheNominalDelay) {
  const TwinParameters parameters = twin_parameters();
  Board board{no_tags, 1};
  PotencySensor sensor{parameters, board};
  std::array<double, feeder_count> flows{5, 12.25, 6.625, 0.75, 0.125, 0.25};
  const auto potency = [&] { return board.value(*board.find("line/potency_rtd")); };
  const auto live = [&](int seconds) {
    for (int t = 0; t < seconds; ++t) {
      board.begin_second();
      sensor.step(flows, 0.20, board);
      board.finish_second();
    }
  };
  live(100);
  EXPECT_NEAR(potency(), 100, 1e-9);
  flows[0] = 4.5;  // -10 %: -8.16 % of label claim once it is there
  live(101);
  EXPECT_NEAR(potency(), 100, 0.1) << "0.5 % have arrived";
  live(104);
  EXPECT_NEAR(potency(), 100 - 8.163 / 2, 0.1) << "the median is there";
  live(1000);
  EXPECT_NEAR(potency(), 100 - 8.163, 0.01);
  flows = {};
  live(500);
  EXPECT_NEAR(potency(), 100 - 8.163, 0.01) << "a standing line keeps its powder";
}

TEST(Room, HasItsDailyCourseAndWeather) {
  const TwinParameters parameters = twin_parameters();
  Board board{no_tags, 11};
  Room room{parameters, board};
  double sum = 0, squares = 0, by_day = 0, least_c = 99, most_c = 0;
  constexpr int days = 20, every = 86400;
  for (int t = 0; t < days * every; ++t) {
    board.begin_second();
    const Surroundings now = room.step(t % every, board);
    board.finish_second();
    sum += now.room_rh_pct;
    squares += now.room_rh_pct * now.room_rh_pct;
    by_day += (now.room_rh_pct - 40) * std::cos(2 * 3.14159265358979 * (t % every - 21600) / every);
    least_c = std::min(least_c, now.room_c), most_c = std::max(most_c, now.room_c);
    if (t % 5000 == 0) {
      EXPECT_NEAR(now.inlet_humidity / 0.008, now.room_rh_pct / 40, 1e-9);
    }
  }
  constexpr double n = double(days) * every;
  EXPECT_NEAR(sum / n, 40, 1);
  EXPECT_NEAR(2 * by_day / n, 4, 1);
  EXPECT_NEAR(std::sqrt(squares / n - sum / n * sum / n), std::sqrt(4.0 * 4 / 2 + 2 * 2), 0.5);
  EXPECT_NEAR(most_c - least_c, 1.0, 0.01);
}

}  // namespace
}  // namespace steadyline
