#include <algorithm>
#include <map>

#include "training/golden_cells.h"
#include "training/golden_episodes.h"
#include "training/learn.h"

namespace steadyline {
namespace {

constexpr double settle_share = 4;  // of the mean way to the product: what a move of the throughput does is over by then
constexpr double least_settle_s = 60;
constexpr double share_of_class = 0.02;  // of the time at rest: less is no throughput class of its own

/// Throughputs at which production rested, ascending: those nearer than the tolerance are one, with the commonest as its name.
std::vector<double> classes_of(const std::map<double, std::int64_t>& seconds, double tolerance) {
  std::vector<std::pair<std::int64_t, double>> commonest;
  std::int64_t all = 0;
  for (const auto& [rate, n] : seconds) {
    commonest.emplace_back(n, rate);
    all += n;
  }
  std::stable_sort(commonest.begin(), commonest.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<double> classes;
  for (const auto& [n, rate] : commonest) {
    const auto near = [&, rate = rate](double other) { return std::abs(rate - other) <= 2 * tolerance * other; };
    if (rate > 0 && static_cast<double>(n) >= share_of_class * static_cast<double>(all) &&
        std::none_of(classes.begin(), classes.end(), near))
      classes.push_back(rate);
  }
  std::sort(classes.begin(), classes.end());
  return classes;
}

}  // namespace

GoldenProfile learn_golden(const Line& line, const Production& production, const TrainOptions&) {
  GoldenProfile profile;
  double way_s = 0;
  for (const Unit& unit : line.units) way_s = std::max(way_s, unit.to_product_s);
  profile.settle_s = std::max(least_settle_s, settle_share * way_s);
  const GoldenFollower follower{line, profile.settle_s};
  GoldenFollower::State state;
  BandSamples bands{follower};
  Episodes episodes{follower};
  std::map<double, std::int64_t> seconds;
  production([&](std::size_t run, const Frame& frame, const Context& context) {
    follower.take(frame, context, state);
    if (context.activity == Activity::steady && !state.moving) ++seconds[golden_rate(state.throughput)];
    bands.take(run, frame, context, state);
    episodes.take(frame, context, state);
  });
  profile.throughputs = classes_of(seconds, profile.tolerance);
  bands.append_cells(profile);
  episodes.append_cells(profile);
  return profile;
}

}  // namespace steadyline
