#include "twin/machines/lots.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/one_feeder.h"

namespace steadyline {
namespace {

using test::twin_parameters;

constexpr std::size_t api = 0, mcc = 1;

double spread_of(std::size_t feeder, double Lot::*property) {
  const TwinParameters p = twin_parameters();
  double sum = 0, square = 0;
  constexpr int lots = 4000;
  for (std::uint32_t n = 1; n <= lots; ++n) {
    const double x = draw_lot(7, feeder, n, p.feeders[feeder].lot).*property;
    sum += x;
    square += x * x;
  }
  return std::sqrt(square / lots - sum / lots * sum / lots);
}

TEST(Lots, ScatterAsTheirMaterialDoes) {
  EXPECT_NEAR(spread_of(api, &Lot::potency), 0.005, 0.0003);
  EXPECT_EQ(spread_of(mcc, &Lot::potency), 0);
  EXPECT_NEAR(spread_of(mcc, &Lot::density), 0.033, 0.002);
  EXPECT_NEAR(spread_of(mcc, &Lot::yield), 0.04 / 3, 0.001);
  EXPECT_NEAR(spread_of(mcc, &Lot::strength), 0.02, 0.001);
  EXPECT_NEAR(spread_of(api, &Lot::flow), 0.15, 0.01);
  EXPECT_EQ(spread_of(mcc, &Lot::cohesion), 0);
}

TEST(Lots, OfTheApiStayInTheirRange) {
  const TwinParameters p = twin_parameters();
  for (std::uint32_t n = 1; n < 1000; ++n) {
    const Lot lot = draw_lot(1, api, n, p.feeders[api].lot);
    ASSERT_GE(lot.cohesion, 0.6);
    ASSERT_LE(lot.cohesion, 2.0);
    ASSERT_GT(lot.flow, 0.5);
    ASSERT_LT(lot.flow, 1.5);
  }
}

TEST(Lots, AreTheSameWhoeverDrawsThemAndDifferBySeedFeederAndNumber) {
  const LotParameters spread = twin_parameters().feeders[mcc].lot;
  const auto density = [&](std::uint64_t seed, std::size_t feeder, std::uint32_t number) {
    return draw_lot(seed, feeder, number, spread).density;
  };
  EXPECT_EQ(density(1, 1, 1), density(1, 1, 1));
  EXPECT_NE(density(1, 1, 1), density(2, 1, 1));
  EXPECT_NE(density(1, 1, 1), density(1, 2, 1));
  EXPECT_NE(density(1, 1, 1), density(1, 1, 2));
}

TEST(Lots, GiveTheBlendTheFlowOfItsApi) {
  Lot lot;
  lot.flow = 0.85;
  lot.cohesion = 1.4;
  lot.density = 0.1;
  const Powder gram = gram_of(lot, api, 0.2);
  EXPECT_EQ(gram[api], 1);
  EXPECT_EQ(gram[part_active], 1);
  EXPECT_NEAR(0.2 * gram[part_flow], -0.15, 1e-12);  // 0.2 g of API in 1 g of blend
  EXPECT_NEAR(0.2 * gram[part_cohesion], 0.4, 1e-12);
  EXPECT_EQ(gram[part_density], 0.1);
  EXPECT_EQ(gram_of(lot, mcc, 0.49)[part_active], 0);
}

TEST(RefillStation, UsesItsBinsFromSeventyToTwentyPercentAndThenItsLot) {
  TwinParameters p = twin_parameters();
  Board board{test::weighing_line(), 4};
  RefillStation station{p.feeders[api], api, 1, board};
  const SignalId level = *board.find("rf1/bin_level");
  double drawn_kg = 0, before = 0;
  int bins = 0, lots = 0;
  const double left = station.lot_left_kg();
  EXPECT_GT(left, 0);
  EXPECT_LT(left, 120);
  for (int t = 0; lots < 3; ++t) {
    ASSERT_LT(t, 2000);
    board.begin_second();
    station.step(false, board);
    board.finish_second();
    ASSERT_GE(board.value(level), 20);
    ASSERT_LE(board.value(level), 70);
    bins += t > 0 && board.value(level) > before;
    before = board.value(level);
    if (station.lot_changed()) {
      ++lots;
      EXPECT_EQ(station.lot_code(), 1 + lots);
      EXPECT_NEAR(drawn_kg, left + 120 * (lots - 1), 0.5);
    }
    if (lots < 3) drawn_kg += total(station.draw(250, {})) / 1000;
  }
  EXPECT_GE(bins, 8);
  EXPECT_LE(bins, 12);
}

TEST(RefillStation, TakesTheNextLotWhenTold) {
  TwinParameters p = twin_parameters();
  Board board{test::weighing_line(), 4};
  RefillStation station{p.feeders[api], api, 0.1, board};
  board.begin_second();
  station.step(true, board);
  EXPECT_TRUE(station.lot_changed());
  EXPECT_EQ(station.lot().number, 2U);
  EXPECT_NEAR(station.lot_left_kg(), 12, 1e-9);  // lots cut short
  EXPECT_EQ(board.value(*board.find("rf1/bin_level")), 70);
  station.step(false, board);
  EXPECT_FALSE(station.lot_changed());
  EXPECT_EQ(station.draw(10, {})[part_active], 10 * station.lot().potency);
  EXPECT_NEAR(station.draw(10, {.lot_potency = 0.9})[part_active], 9 * station.lot().potency, 1e-12);
}

}  // namespace
}  // namespace steadyline
