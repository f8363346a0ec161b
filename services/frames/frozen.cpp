#include "frames/frozen.h"

#include <algorithm>
#include <cmath>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr double log_chance = -23;  // ln 1e-10
constexpr double least_periods = 30, longest_s = 600;
constexpr double density = 0.4;  // of a normal variate at its centre

}  // namespace

std::optional<double> frozen_after_s(const Tag& tag, double value, Milliseconds period) {
  if (tag.clock == Clock::on_change) return std::nullopt;
  if (tag.stuck_after_s) return tag.stuck_after_s;
  if (tag.role != Role::measured || !tag.codes.empty()) return std::nullopt;
  const double period_s = static_cast<double>(period.count()) / 1000;
  const double sd = tag.noise.sd + tag.noise.share * std::fabs(value);
  const double renewed =
      tag.noise.tau_s > 0 ? 1 - numeric::exp(-period_s / tag.noise.tau_s) : 1;  // share of the noise that a period renews
  const double change_sd = sd * std::sqrt(2 * renewed);
  if (!(change_sd > 0)) return std::nullopt;
  const double same = density * tag.resolution / change_sd;  // chance that a reading repeats the one before
  if (same >= 0.9) return std::nullopt;
  const double periods = same > 0 ? std::max(least_periods, log_chance / numeric::log(same)) : least_periods;
  if (periods * period_s > longest_s) return std::nullopt;
  return periods * period_s;
}

}  // namespace steadyline
