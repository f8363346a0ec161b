#pragma once

#include "twin/parameters.h"

namespace steadyline::test {

/// The feeders of the reference line: LINE §1.2, §2.1, §4.
inline void give_feeders(TwinParameters& p) {
  const auto lots = [](double size_kg, double particle_size_sd, double potency_sd) {
    return LotParameters{size_kg, 0.033, particle_size_sd, potency_sd, 0.04 / 3, 0.06 / 3};
  };
  p.feeders = {{
      {"API", 0.20, 0.80, 0.55, 1.5, 3.5, 5.0, 15, 0.020, 6, 0.040, 0.35, 1.30, lots(120, 0.29, 0.005)},
      {"MCC", 0.49, 1.65, 1.25, 1.8, 4.0, 6.8, 20, 0.012, 6, 0.025, 0.33, 1.56, lots(600, 0.038, 0)},
      {"lactose", 0.265, 2.30, 2.05, 2.0, 5.0, 8.0, 15, 0.012, 6, 0.015, 0.60, 1.54, lots(500, 0.038, 0)},
      {"croscarmellose", 0.03, 0.26, 0.20, 0.5, 1.0, 1.6, 10, 0.025, 6, 0.025, 0.52, 1.60, lots(100, 0.038, 0)},
      {"silica", 0.005, 0.032, 0.020, 0.05, 0.08, 0.15, 8, 0.050, 8, 0.060, 0.05, 2.20, lots(20, 0.038, 0)},
      {"Mg stearate", 0.01, 0.075, 0.055, 0.10, 0.25, 0.40, 8, 0.040, 8, 0.050, 0.20, 1.09, lots(40, 0.038, 0)},
  }};
  p.feeding = {.gain = 0.25,
               .reset_s = 40,
               .integral_low = -0.5,
               .integral_high = 2.0,
               .speed_low_rpm = 5,
               .speed_high_rpm = 300,
               .speed_rate_rpm_s = 20,
               .speed_tau_s = 0.5,
               .settle_s = 20,
               .fresh_powder_tau_s = 60,
               .feed_factor_wander = 0.01,
               .feed_factor_wander_tau_s = 1800,
               .vibration_per_h = 1,
               .humidity_per_pct = -0.004,
               .lot_density_effect = 0.8,
               .refill_array = true,
               .torque_nominal_pct = 22,
               .agitator_rpm = 40};
}

/// The reference line of LINE. What a test needs and does not find here stands at zero: add its block.
inline TwinParameters twin_parameters() {
  TwinParameters p{};
  give_feeders(p);
  p.procedure.throughput_kg_h = 25;
  return p;
}

}  // namespace steadyline::test
