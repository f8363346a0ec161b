#pragma once

#include <map>
#include <vector>

#include "models/golden.h"

namespace steadyline {

/// A throughput by which samples are kept until the classes are known: to a tenth.
double golden_rate(double throughput);
/// The class of `profile` to which a throughput belongs; 0: none.
double golden_class(const GoldenProfile& profile, double throughput);

/// Robust centre and scale of samples, reordered: median and 1.4826 times the median distance from it.
struct Robust {
  double centre = 0, scale = 0;
};
Robust robust(std::vector<double>& samples);
/// The p-quantile of samples, reordered; between two of them a straight line.
double quantile(std::vector<double>& samples, double p);

/// No band or tube is narrower than this on either side of `centre`: 0.3 %, the step of its readings, or what `noise` leaves in a mean
/// over so many readings.
double least_half(const Tag& tag, double centre, double noise, double readings);

/// Collects slow means and noise of steady running, for the bands: once a minute and tag.
class BandSamples {
 public:
  explicit BandSamples(const GoldenFollower& follower);
  void take(std::size_t run, const Frame& frame, const Context& context, const GoldenFollower::State& state);
  void append_cells(GoldenProfile& profile);

 private:
  struct Key {
    std::size_t unit;
    double recipe, rate;
    Activity activity;
    auto operator<=>(const Key&) const = default;
  };
  struct Sample {
    float mean, noise;
    std::uint32_t run;
  };
  using Samples = std::vector<std::vector<Sample>>;  // by tag of the unit

  void append_cell(const Key& key, Samples& samples, GoldenProfile& profile) const;

  const GoldenFollower* follower_;
  std::map<Key, Samples> samples_;
  std::vector<double> last_, squares_;  // by watched tag: the last reading, and squared steps since the last sample
  std::vector<std::int32_t> steps_;
  std::vector<std::int32_t> seconds_;  // by unit: frames in this context
};

}  // namespace steadyline
