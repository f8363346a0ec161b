#pragma once

#include <algorithm>
#include <span>

#include "core/philox.h"

namespace steadyline {

/// Fills one line's features of one step with seeded numbers like those of a running line: scaled values within the clip, few missing.
inline void walk_features(std::uint64_t seed, std::uint64_t line, std::uint64_t step, std::size_t tags, std::span<float> features) {
  const RandomStream random{seed, line};
  for (std::size_t i = 0; i < features.size(); ++i) {
    const std::uint64_t place = step * features.size() + i;
    if (i < 3 * tags) features[i] = static_cast<float>(std::clamp(random.normal(place), -8.0, 8.0));
    else features[i] = random.uniform(place) < 0.02 ? 1.0F : 0.0F;
  }
}

}  // namespace steadyline
