#include "twin/machines/tablets.h"

#include <array>
#include <cmath>

#include "core/philox.h"
#include "twin/machines/effects.h"
#include "twin/signals/noise.h"

namespace steadyline {
namespace {

constexpr double outlier_low = 0.06, outlier_high = 0.30;  // assumed: gross outliers are so much lighter or heavier, share of the weight

/// How many tablets are whole; the sum over the seconds is rounded a little.
std::int64_t whole(double tablets) { return static_cast<std::int64_t>(std::floor(tablets + 1e-6)); }

std::string station_path(std::size_t station) {
  const std::string number = std::to_string(station + 1);
  return "tp1/st" + std::string(2 - number.size(), '0') + number + "_force_main_z";
}

/// How far the force of each punch lies from the turret's mean, as a share.
std::array<double, station_count> odd_punches(const Simulation& simulation, const PressParameters& press) {
  static const auto paths = [] {
    std::array<std::string, station_count> all;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = station_path(i);
    return all;
  }();
  std::array<double, station_count> shares{};
  for (std::size_t i = 0; i < shares.size(); ++i) shares[i] = simulation.true_value(paths[i]).value_or(0) * press.station_z_pct / 100;
  return shares;
}

/// The random numbers of single tablets, by the tablet's number.
struct Draws {
  explicit Draws(std::uint64_t seed)
      : weight{seed, stream_of("tp1", "single weight")},
        force{seed, stream_of("tp1", "single force")},
        outlier{seed, stream_of("tp1", "gross outlier")} {}

  /// A tablet's weight over the mean one, as a share.
  double off(std::uint64_t tablet, double rsd, double outliers) const {
    const double chance = outlier.uniform(2 * tablet);
    if (chance >= outliers) return rsd * weight.normal(tablet);
    const double size = outlier_low + (outlier_high - outlier_low) * outlier.uniform(2 * tablet + 1);
    return chance < outliers / 2 ? -size : size;
  }

  RandomStream weight, force, outlier;
};

double rounded(double value, double parts) { return std::floor(value * parts + 0.5) / parts; }

}  // namespace

std::vector<std::string> tablet_columns() { return {"station", "weight_mg", "force_main_kn", "rejected"}; }

void append_tablets(const Simulation& simulation, const PressParameters& press, std::uint64_t seed, std::vector<std::int64_t>& times_ms,
                    std::vector<double>& rows) {
  const Truth truth = simulation.truth();
  const std::int64_t before = whole(truth.tablets - truth.tablets_now), made = whole(truth.tablets);
  if (made <= before || !(truth.weight_mg > 0)) return;
  const Draws draws{seed};
  const auto punches = odd_punches(simulation, press);
  const double wanted_kn = simulation.true_value("tp1/force_main_sp").value_or(truth.force_kn);
  const std::int64_t end_ms = truth.time.time_since_epoch().count();
  for (std::int64_t tablet = before; tablet < made; ++tablet) {
    const auto number = static_cast<std::uint64_t>(tablet);
    const std::size_t station = number % station_count;
    const double off = draws.off(number, truth.weight_sd_mg / truth.weight_mg, press.outlier_share);
    const double share = press.srel_per_weight * off + press.srel_station_pct / 100 * draws.force.normal(number) + punches[station];
    const double force_kn = std::fmax(0, truth.force_kn * (1 + share));
    times_ms.push_back(end_ms - 1000 + 1000 * (tablet - before + 1) / (made - before));
    rows.push_back(static_cast<double>(station + 1));
    rows.push_back(rounded(truth.weight_mg * (1 + off), 100));
    rows.push_back(rounded(force_kn, 1000));
    rows.push_back(std::fabs(force_kn - wanted_kn) > press.reject_band * wanted_kn ? 1 : 0);
  }
}

}  // namespace steadyline
