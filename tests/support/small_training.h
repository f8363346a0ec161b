#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/numeric.h"
#include "core/philox.h"
#include "line/line.h"
#include "training/options.h"
#include "training/recordings.h"

namespace steadyline {

/// Two tags of one unit, modelled and forecast.
inline Line small_line() {
  Line line;
  line.id = "tiny";
  line.sha256 = std::string(64, '0');
  line.units = {{"u", "", 0}};
  for (const char* name : {"a", "b"}) {
    Tag tag;
    tag.name = name;
    tag.path = std::string{"u/"} + name;
    tag.modelled = true;
    tag.forecast = true;
    line.tags.push_back(tag);
  }
  line.running_tag = TagIndex{0};
  line.running_above = 0;
  return line;
}

/// Two coupled waves with noise: b follows a.
inline Recording waves(const std::string& group, std::uint64_t seed, int frames) {
  const RandomStream noise{seed, 1};
  Recording recording{group, {}};
  for (int i = 0; i < frames; ++i) {
    const auto k = static_cast<std::uint64_t>(2 * i);
    const double a = 10 + numeric::sin(i / 40.0) + 0.1 * noise.normal(k);
    const double b = 5 + numeric::sin((i - 20) / 40.0) + 0.1 * noise.normal(k + 1);
    recording.frames.push_back({EventTime{std::chrono::seconds{i}}, i == 0, true, {a, b}, {Flaw::good, Flaw::good}});
  }
  return recording;
}

/// A training of seconds.
inline TrainOptions quick() {
  TrainOptions options;
  options.hidden = 8;
  options.epochs = 3;
  options.streams = 4;
  options.horizons_s = {10, 30};
  options.autoencoder_epochs = 3;
  return options;
}

}  // namespace steadyline
