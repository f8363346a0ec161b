#include "twin/breach.h"

#include "line/line.h"

namespace steadyline {
namespace {

constexpr Band potency_alert{95, 105}, potency_spec{90, 110};
constexpr Band weight_alert{246, 254}, weight_spec{242.5, 257.5};
constexpr Band hardness_alert{76, 98}, hardness_spec{65, 110};
constexpr double capping_alert = 0.003, capping_spec = 0.01;

}  // namespace

Breach breach_of(double potency_pct, double weight_mg, double hardness_n, double capping) {
  return {!potency_alert.contains(potency_pct) || !weight_alert.contains(weight_mg) || !hardness_alert.contains(hardness_n) ||
              capping > capping_alert,
          !potency_spec.contains(potency_pct) || !weight_spec.contains(weight_mg) || !hardness_spec.contains(hardness_n) ||
              capping > capping_spec};
}

Breach breach_of(const Truth& truth) {
  return truth.tablets_now > 0 ? breach_of(truth.potency_pct, truth.weight_mg, truth.hardness_n, truth.capping) : Breach{};
}

}  // namespace steadyline
