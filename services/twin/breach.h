#pragma once

#include "twin/truth.h"

namespace steadyline {

/// How far the tablets of one second are outside.
struct Breach {
  bool alert = false;  ///< potency outside 95–105 % LC, weight 246–254 mg, hardness 76–98 N (means), or capping above 0.3 %
  bool spec = false;   ///< outside 90–110 % LC, 242.5–257.5 mg, 65–110 N, or capping above 1 %: no longer fit for use
};

/// Source   LINE §1.2, §2.3.
Breach breach_of(double potency_pct, double weight_mg, double hardness_n, double capping);
/// Of the second's tablets; none made are never outside.
Breach breach_of(const Truth& truth);

}  // namespace steadyline
