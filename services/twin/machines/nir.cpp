#include "twin/machines/nir.h"

#include <algorithm>
#include <string>

#include "core/numeric.h"
#include "twin/machines/blender.h"

namespace steadyline {
namespace {

constexpr double fouled_by = 0.15;        // loss of gain at which the bias is `fouling_bias_pct_lc_`
constexpr double residual_per_loss = 8;   // Q grows by 1 + 8 * loss of gain
constexpr double residual_log_sd = 0.25;  // of Q
constexpr double factors = 5;             // of the PLS model: T2 is chi-square with so many degrees of freedom
constexpr double claimed = 100;           // % of label claim

// Chi-square from a normal number (Wilson & Hilferty 1931).
double chi_square(double z) {
  constexpr double ninth = 2 / (9 * factors);
  const double cube_root = std::max(0.0, 1 - ninth + z * numeric::sqrt(ninth));
  return factors * cube_root * cube_root * cube_root;
}

std::string joined(std::string_view name, std::string_view what) { return std::string{name} + std::string{what}; }

}  // namespace

Nir::Nir(const TwinParameters& p, std::string_view unit, std::string_view name, Board& board)
    : scan_sd_pct_lc_{p.path.nir_scan_sd_pct_lc},
      mixed_rsd_pct_{blend_rsd_pct(p.path, p.blender1.rpm)},
      fouling_bias_pct_lc_{p.path.nir_fouling_bias_pct_lc},
      drift_sd_pct_{p.path.nir_drift_sd_pct},
      scans_{std::clamp(p.path.nir_scans, 1, most_scans)},
      scan_{board.add_noise(unit, joined(name, " scan"))},
      drift_{board.add_noise(unit, joined(name, " drift"), p.path.nir_drift_tau_s)},
      scores_{board.add_noise(unit, joined(name, " t2"))},
      residual_{board.add_noise(unit, joined(name, " q"))},
      api_{board.add(unit, joined(name, "_api"))},
      t2_{board.add(unit, joined(name, "_t2"))},
      q_{board.add(unit, joined(name, "_q"))},
      gain_{board.add(unit, joined(name, "_gain"))} {}

double Nir::mean_of_scans(double scan) {
  last_[static_cast<std::size_t>(next_)] = scan;
  next_ = (next_ + 1) % scans_;
  filled_ = std::min(filled_ + 1, scans_);
  double sum = 0;
  for (int i = 0; i < filled_; ++i) sum += last_[static_cast<std::size_t>(i)];
  return sum / filled_;
}

void Nir::step(const Powder& seen, double api_share, const NirEffects& effects, Board& board) {
  const double grams = total(seen), loss = 1 - effects.window_gain;
  const double true_pct_lc = grams > 0 ? 100 * seen[part_active] / grams / api_share : 0;
  const double bias_pct_lc = fouling_bias_pct_lc_ * loss / fouled_by;
  // The scan's own scatter holds that of a well mixed blend.
  const double unmixed = grams > 0 ? std::max(0.0, seen[part_unevenness] / grams - mixed_rsd_pct_ * mixed_rsd_pct_) : 0;
  const double scan_sd = numeric::sqrt(scan_sd_pct_lc_ * scan_sd_pct_lc_ + unmixed);
  const double scan_pct_lc = true_pct_lc + bias_pct_lc + scan_sd * board.noise(scan_);
  board.set(api_, mean_of_scans(scan_pct_lc * api_share) + drift_sd_pct_ * board.noise(drift_));

  const double away = (true_pct_lc + bias_pct_lc - claimed) / scan_sd_pct_lc_;
  board.set(t2_, chi_square(board.noise(scores_)) + away * away);
  board.set(q_, numeric::exp(residual_log_sd * board.noise(residual_)) * (1 + residual_per_loss * loss));
  board.set(gain_, effects.window_gain);
}

}  // namespace steadyline
