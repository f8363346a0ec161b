#pragma once

#include <cstdint>

#include "line/line.h"
#include "models/bundle.h"

namespace steadyline {

struct RandomBundleShape {
  std::int64_t hidden = 16;
  std::vector<double> horizons_s{10, 30, 60, 120, 300};
};

/// A bundle of untrained, seeded weights that fits the line: all its modelled tags (without any: all its tags), forecasts of those marked
/// so (without any: the first). Equal arguments give equal bits. It knows nothing, but runs, saves and loads as a trained one does.
Bundle random_bundle(const Line& line, std::uint64_t seed, const RandomBundleShape& shape = {});

/// A small line with `tags` modelled tags on one unit "u1", named "t0" ..; the first two are forecast. For tests that need no file.
Line plain_line(std::size_t tags);

}  // namespace steadyline
