#include "models/health.h"

#include <algorithm>
#include <string>

#include "core/numeric.h"
#include "models/kernels.h"

namespace steadyline {
namespace {

constexpr double square_max = 100;  // one mad tag speaks as loud as ten standard deviations, no louder
constexpr double ln_2 = 0.693147180559945309417232121458;

float* scratch(std::size_t size) {
  thread_local AlignedFloats floats;
  if (floats.size() < size) floats = AlignedFloats(size);
  return floats.data();
}

}  // namespace

struct HealthModel::Weights {
  explicit Weights(const Bundle& bundle) : spec{bundle.health}, tags{bundle.features.tag_count()} {
    const double period_s = static_cast<double>(bundle.period.count()) / 1000;
    smoothing = period_s / (spec.smooth_s + period_s);
    for (std::size_t i = 0; i + 1 < spec.layers.size(); ++i) {
      const std::string name = "autoencoder." + std::to_string(i);
      layers.push_back(kernels::pack(bundle.tensors.at(name + ".weight").values, bundle.tensors.at(name + ".bias").values,
                                     static_cast<std::size_t>(spec.layers[i + 1]), static_cast<std::size_t>(spec.layers[i])));
      widest = std::max({widest, layers.back().inputs, layers.back().outputs});
    }
    widest = kernels::padded(std::max(widest, 2 * tags));
    if (!spec.spans.empty()) pack_whitening(bundle.tensors.at("health.whitening").values);
  }
  void pack_whitening(const std::vector<float>& all);

  /// A tag whose value could not be used keeps its last place as an input, but says nothing itself.
  bool usable(std::span<const float> features, std::size_t tag) const { return features[3 * tags + tag] == 0; }
  double residual(const float* input, const float* rebuilt, std::size_t i) const {
    return (static_cast<double>(input[i]) - static_cast<double>(rebuilt[i])) / spec.error_scale[i];
  }
  const float* rebuild(std::span<const float> features, float*& input) const;
  void smooth(std::span<const float> features, const float* input, const float* rebuilt, HealthState& state) const;
  double statistic(std::size_t span, const HealthState& state) const;
  void share(std::size_t span, const HealthState& state, std::span<const float> features, std::span<float> contributions) const;
  double join(const HealthState& state, std::size_t& worst) const;

  HealthSpec spec;
  std::size_t tags;
  std::size_t widest = 0;
  double smoothing = 1;
  std::vector<kernels::PackedDense> layers;
  std::vector<kernels::PackedDense> whitening, transposed;  // one per span
};

void HealthModel::Weights::pack_whitening(const std::vector<float>& all) {
  const std::vector<float> no_bias(tags, 0.0F);
  for (std::size_t k = 0; k < spec.spans.size(); ++k) {
    const std::span<const float> v{all.data() + k * tags * tags, tags * tags};
    std::vector<float> turned(v.size());
    for (std::size_t i = 0; i < tags; ++i)
      for (std::size_t j = 0; j < tags; ++j) turned[j * tags + i] = v[i * tags + j];
    whitening.push_back(kernels::pack(v, no_bias, tags, tags));
    transposed.push_back(kernels::pack(turned, no_bias, tags, tags));
  }
}

/// Steps the EWMAs of the residuals. A tag without a usable value fades: it says nothing.
void HealthModel::Weights::smooth(std::span<const float> features, const float* input, const float* rebuilt, HealthState& state) const {
  if (!state.warm || state.means.size() != spec.spans.size() * tags) {
    state.means.assign(spec.spans.size() * tags, 0.0);
    state.frames = 0;
  }
  state.frames += 1;
  for (std::size_t tag = 0; tag < tags; ++tag) {
    const double now = usable(features, tag) ? residual(input, rebuilt, tag) : 0;
    for (std::size_t k = 0; k < spec.spans.size(); ++k) {
      double& mean = state.means[k * tags + tag];
      mean += (now - mean) / std::min(spec.spans[k], state.frames);
    }
  }
}

/// |V m|²; leaves V m in the fifth block of the scratch, for `share`.
double HealthModel::Weights::statistic(std::size_t span, const HealthState& state) const {
  float* const mean = scratch(5 * widest) + 3 * widest;
  float* const white = mean + widest;
  for (std::size_t tag = 0; tag < tags; ++tag) mean[tag] = static_cast<float>(state.means[span * tags + tag]);
  kernels::dense(whitening[span], mean, widest, 1, white, widest);
  double total = 0;
  for (std::size_t i = 0; i < tags; ++i) total += static_cast<double>(white[i]) * static_cast<double>(white[i]);
  return total;
}

/// Each tag's part of T²: m_i (VᵀV m)_i, where it is above 0 (Alcala & Qin 2009, complete decomposition by columns).
void HealthModel::Weights::share(std::size_t span, const HealthState& state, std::span<const float> features, std::span<float> contributions) const {
  statistic(span, state);
  float* const pulled = scratch(5 * widest) + 3 * widest;
  const float* const white = pulled + widest;
  kernels::dense(transposed[span], white, widest, 1, pulled, widest);
  double total = 0;
  for (std::size_t tag = 0; tag < tags; ++tag) {
    const double part = usable(features, tag) ? state.means[span * tags + tag] * static_cast<double>(pulled[tag]) : 0;
    contributions[tag] = static_cast<float>(std::max(0.0, part));
    total += std::max(0.0, part);
  }
  for (float& part : contributions) part = total > 0 ? static_cast<float>(static_cast<double>(part) / total) : 0.0F;
}

double HealthModel::Weights::join(const HealthState& state, std::size_t& worst) const {
  double most = -1;
  for (std::size_t k = 0; k < spec.spans.size(); ++k) {
    const double ratio = statistic(k, state) / spec.span_limits[k];
    if (ratio > most) {
      most = ratio;
      worst = k;
    }
  }
  return most;
}

/// Runs the layers; `input` becomes the place of [z, fast], the answer that of its rebuilding. Both last until the thread's next call.
const float* HealthModel::Weights::rebuild(std::span<const float> features, float*& input) const {
  input = scratch(5 * widest);
  for (std::size_t tag = 0; tag < tags; ++tag) {
    input[tag] = features[tag];
    input[tags + tag] = features[tag] - features[tags + tag];  // z - (z - fast)
  }
  if (layers.empty()) {
    std::fill_n(input + widest, 2 * tags, 0.0F);
    return input + widest;
  }
  const float* from = input;
  float* to = input + widest;
  float* other = input + 2 * widest;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    kernels::dense(layers[i], from, widest, 1, to, widest);
    if (i + 1 < layers.size()) kernels::tanh_all(to, layers[i].outputs);
    from = to;
    std::swap(to, other);
  }
  return from;
}

HealthModel::HealthModel(const Bundle& bundle) : weights_{std::make_unique<const Weights>(bundle)} {}
HealthModel::~HealthModel() = default;
HealthModel::HealthModel(HealthModel&&) noexcept = default;
HealthModel& HealthModel::operator=(HealthModel&&) noexcept = default;

Health HealthModel::step(std::span<const float> features, HealthState& state, std::span<float> contributions) const {
  const Weights& w = *weights_;
  STEADYLINE_ASSERT(features.size() >= 4 * w.tags + 2 && contributions.size() == w.tags, "features and contributions fit the bundle's tags");
  float* input = nullptr;
  const float* const rebuilt = w.rebuild(features, input);
  double total = 0;
  std::size_t count = 0;
  for (std::size_t tag = 0; tag < w.tags; ++tag) {
    contributions[tag] = 0;
    if (!w.usable(features, tag)) continue;
    const double now = w.residual(input, rebuilt, tag);
    const double fast = w.residual(input, rebuilt, w.tags + tag);
    const double error = std::min(now * now, square_max) + std::min(fast * fast, square_max);
    contributions[tag] = static_cast<float>(error);
    total += error;
    count += 2;
  }
  if (total > 0)
    for (float& share : contributions) share = static_cast<float>(static_cast<double>(share) / total);

  // With no usable tag there is nothing to judge: the score stays where it was, and the frame counts as unlike anything trained.
  const double error = count > 0 ? total / static_cast<double>(count) : state.smoothed;
  if (count > 0 && w.spec.spans.empty()) state.smoothed = state.warm ? state.smoothed + w.smoothing * (error - state.smoothed) : error;
  if (count > 0 && !w.spec.spans.empty()) {
    std::size_t worst = 0;
    w.smooth(features, input, rebuilt, state);
    state.smoothed = w.join(state, worst);
    w.share(worst, state, features, contributions);
  }
  if (count > 0) state.warm = true;
  const double excess = std::max(0.0, state.smoothed - w.spec.e_typical) / (w.spec.e_limit - w.spec.e_typical);
  return {.score = 100 * numeric::exp(-ln_2 * excess), .error = state.smoothed, .inside = count > 0 && error <= w.spec.e_space};
}

void HealthModel::statistics(const HealthState& state, std::span<double> out) const {
  STEADYLINE_ASSERT(out.size() == weights_->spec.spans.size(), "one statistic a span");
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = state.warm ? weights_->statistic(k, state) : 0;
}

void HealthModel::residuals(std::span<const float> features, std::span<float> out) const {
  const Weights& w = *weights_;
  STEADYLINE_ASSERT(features.size() >= 4 * w.tags + 2 && out.size() == 2 * w.tags, "features and residuals fit the bundle's tags");
  float* input = nullptr;
  const float* const rebuilt = w.rebuild(features, input);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = w.usable(features, i % w.tags) ? static_cast<float>(w.residual(input, rebuilt, i)) : 0.0F;
}

}  // namespace steadyline
