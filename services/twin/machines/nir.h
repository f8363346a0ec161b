#pragma once

#include <array>
#include <string_view>

#include "twin/signals/board.h"
#include "twin/machines/effects.h"
#include "twin/parameters.h"
#include "twin/machines/powder.h"

namespace steadyline {

/// A near-infrared probe in the powder (LINE §3.5): y = c + b + e, one spectrum a second, reported as the mean of the last scans.
///
/// Shows     <name>_api (% w/w of active substance), _t2, _q (distance within and from the calibration), _gain (of the light path).
/// Fouling   the gain falls, the content reads `nir_fouling_bias_pct_lc * (1 - gain) / 0.15` off, Q grows by 1 + 8 * (1 - gain).
/// Noise     scans, drift, T2 and Q scatter here, since a mean of five scans is no AR(1); of these signals only the gain scatters in the
/// line description.
class Nir {
 public:
  /// "ch1" and "nir1": signals ch1/nir1_api ..
  Nir(const TwinParameters& parameters, std::string_view unit, std::string_view name, Board& board);

  /// One second before `seen`; `api_share`: label claim, w/w.
  void step(const Powder& seen, double api_share, const NirEffects& effects, Board& board);

 private:
  static constexpr int most_scans = 16;
  double mean_of_scans(double scan);

  double scan_sd_pct_lc_, mixed_rsd_pct_, fouling_bias_pct_lc_, drift_sd_pct_;
  int scans_;
  std::array<double, most_scans> last_{};  // scans, a ring
  int next_ = 0, filled_ = 0;
  NoiseId scan_, drift_, scores_, residual_;
  SignalId api_, t2_, q_, gain_;
};

}  // namespace steadyline
