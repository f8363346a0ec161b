#include "training/golden_cells.h"

#include <algorithm>
#include <cmath>

namespace steadyline {
namespace {

constexpr double to_sd = 1.4826;             // of a normal distribution's median distance
constexpr double half_in_scales = 3;         // of the wander
constexpr double engineering_share = 0.003;  // no band is narrower
constexpr double half_in_noise = 3;
constexpr std::int32_t sample_every = 60;  // frames
constexpr std::size_t least_samples = 60;  // of a cell
constexpr std::size_t least_of_run = 20;   // for the wander of one run

}  // namespace

double golden_rate(double throughput) { return std::round(throughput * 10) / 10; }

double golden_class(const GoldenProfile& profile, double throughput) {
  for (const double rate : profile.throughputs)
    if (std::fabs(throughput - rate) <= profile.tolerance * rate) return rate;
  return 0;
}

double quantile(std::vector<double>& samples, double p) {
  if (samples.empty()) return 0;
  const double place = p * static_cast<double>(samples.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto at = samples.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(samples.begin(), at, samples.end());
  const double low = *at;
  if (below + 1 >= samples.size()) return low;
  return low + (place - static_cast<double>(below)) * (*std::min_element(at + 1, samples.end()) - low);
}

Robust robust(std::vector<double>& samples) {
  Robust result{quantile(samples, 0.5), 0};
  std::vector<double> distances(samples.size());
  std::transform(samples.begin(), samples.end(), distances.begin(), [&](double v) { return std::fabs(v - result.centre); });
  result.scale = to_sd * quantile(distances, 0.5);
  return result;
}

double least_half(const Tag& tag, double centre, double noise, double readings) {
  return std::max({engineering_share * std::fabs(centre), half_in_noise * noise / std::sqrt(readings), tag.resolution});
}

BandSamples::BandSamples(const GoldenFollower& follower)
    : follower_{&follower},
      last_(follower.tags().size()),
      squares_(last_.size()),
      steps_(last_.size()),
      seconds_(follower.line().units.size()) {}

void BandSamples::take(std::size_t run, const Frame& frame, const Context& context, const GoldenFollower::State& state) {
  for (std::size_t unit = 0; unit < seconds_.size(); ++unit) {
    const GoldenFollower::UnitKey& key = state.keys[unit];
    const bool wanted = key.phase < 0 && (key.activity == Activity::steady || key.activity == Activity::after_lot) && !state.moving;
    const bool anew = frame.cold || !wanted || key != state.before[unit];
    seconds_[unit] = anew ? 0 : seconds_[unit] + 1;
    const bool sample = wanted && seconds_[unit] > 0 && seconds_[unit] % sample_every == 0;
    Samples* into = sample ? &samples_[{unit, context.recipe, golden_rate(state.throughput), key.activity}] : nullptr;
    const auto& places = follower_->of_unit(unit);
    if (into != nullptr) into->resize(places.size());
    for (std::size_t t = 0; t < places.size(); ++t) {
      const std::size_t k = places[t];
      if (anew) squares_[k] = steps_[k] = 0;
      const std::size_t tag = follower_->tags()[k].value;
      if (!usable(frame.flaws[tag])) continue;
      if (!anew) {
        squares_[k] += (frame.values[tag] - last_[k]) * (frame.values[tag] - last_[k]);
        ++steps_[k];
      }
      last_[k] = frame.values[tag];
      if (into == nullptr || steps_[k] == 0) continue;
      (*into)[t].push_back({static_cast<float>(state.slow[k].value), static_cast<float>(std::sqrt(squares_[k] / steps_[k] / 2)),
                            static_cast<std::uint32_t>(run)});
      squares_[k] = steps_[k] = 0;
    }
  }
}

/// Samples of one class become one; a class's cells follow each other by unit, recipe, throughput and activity.
void BandSamples::append_cells(GoldenProfile& profile) {
  std::map<Key, Samples> merged;
  for (auto& [key, samples] : samples_) {
    Key of_class = key;
    of_class.rate = golden_class(profile, key.rate);
    if (of_class.rate == 0 && key.rate != 0) continue;
    Samples& into = merged[of_class];
    into.resize(samples.size());
    for (std::size_t t = 0; t < samples.size(); ++t) into[t].insert(into[t].end(), samples[t].begin(), samples[t].end());
  }
  samples_.clear();
  for (auto& [key, samples] : merged) append_cell(key, samples, profile);
}

void BandSamples::append_cell(const Key& key, Samples& samples, GoldenProfile& profile) const {
  const Line& line = follower_->line();
  GoldenCell cell{.unit = line.units[key.unit].id, .recipe = key.recipe, .throughput = key.rate, .activity = key.activity};
  for (std::size_t t = 0; t < samples.size(); ++t) {
    if (samples[t].size() < least_samples) continue;
    const Tag& tag = line.tag(follower_->tags()[follower_->of_unit(key.unit)[t]]);
    std::vector<double> means, noises, own, of_run;
    for (std::size_t i = 0; i < samples[t].size(); ++i) {
      means.push_back(static_cast<double>(samples[t][i].mean));
      noises.push_back(static_cast<double>(samples[t][i].noise));
      of_run.push_back(means.back());
      if (i + 1 < samples[t].size() && samples[t][i + 1].run == samples[t][i].run) continue;
      if (of_run.size() >= least_of_run) own.push_back(robust(of_run).scale);
      of_run.clear();
    }
    const Robust all = robust(means);
    const double noise = quantile(noises, 0.5);
    cell.episodes = std::max<std::int64_t>(cell.episodes, static_cast<std::int64_t>(means.size()));
    cell.tags.push_back(tag.path);
    cell.centre.push_back(all.centre);
    cell.wander.push_back(all.scale);
    cell.own_wander.push_back(own.empty() ? all.scale : quantile(own, 0.5));
    cell.noise.push_back(noise);
    cell.half.push_back(std::max(half_in_scales * all.scale, least_half(tag, all.centre, noise, 2 * GoldenFollower::slow_span)));
  }
  if (!cell.tags.empty()) profile.cells.push_back(std::move(cell));
}

}  // namespace steadyline
