#include "models/forecaster.h"

#include <algorithm>
#include <string_view>

#include "models/kernels.h"

namespace steadyline {
namespace {

/// Rows that pass together: enough to keep a panel of weights busy, few enough for their gates to stay in the cache.
constexpr std::size_t rows_max = 24;

/// Makes of W_ih, W_hh and the two biases one layer over [h ; x], each gate padded by itself to whole panels.
kernels::PackedDense pack_gates(const Tensors& tensors, std::size_t hidden, std::size_t inputs) {
  const Tensor& from_input = tensors.at("forecaster.lstm.weight_ih_l0");
  const Tensor& from_hidden = tensors.at("forecaster.lstm.weight_hh_l0");
  const Tensor& bias_input = tensors.at("forecaster.lstm.bias_ih_l0");
  const Tensor& bias_hidden = tensors.at("forecaster.lstm.bias_hh_l0");
  const std::size_t width = hidden + inputs;
  const std::size_t gate_rows = kernels::padded(hidden);
  std::vector<float> weight(4 * gate_rows * width);
  std::vector<float> bias(4 * gate_rows);
  for (std::size_t gate = 0; gate < 4; ++gate) {
    for (std::size_t i = 0; i < hidden; ++i) {
      const std::size_t from = gate * hidden + i;
      const std::size_t to = gate * gate_rows + i;
      std::copy_n(from_hidden.values.begin() + from * hidden, hidden, weight.begin() + to * width);
      std::copy_n(from_input.values.begin() + from * inputs, inputs, weight.begin() + to * width + hidden);
      bias[to] = bias_input.values[from] + bias_hidden.values[from];
    }
  }
  return kernels::pack(weight, bias, 4 * gate_rows, width);
}

/// The input that says whether the target's own unit is under refill; the line's where its unit has no context.
std::size_t flag_of(const Bundle& bundle, std::size_t place) {
  const FeatureSpec& features = bundle.features;
  const std::string& path = bundle.tag_paths[place];
  const std::string_view unit = std::string_view{path}.substr(0, path.find('/'));
  for (std::size_t k = 0; k < bundle.unit_ids.size(); ++k)
    if (bundle.unit_ids[k] == unit) return features.unit_at(k);
  return features.line_at();
}

float* scratch(std::size_t size) {
  thread_local AlignedFloats floats;
  if (floats.size() < size) floats = AlignedFloats(size);
  return floats.data();
}

}  // namespace

struct Forecaster::Weights {
  explicit Weights(const Bundle& bundle)
      : input_spec{bundle.features},
        inputs{bundle.features.size()},
        network{bundle.features.network_size()},
        linear_inputs{bundle.features.linear_size()},
        hidden{static_cast<std::size_t>(bundle.forecaster.hidden)},
        horizons{bundle.forecaster.horizons_s.size()},
        quantiles{bundle.forecaster.quantiles.size()},
        conformal_low{bundle.forecaster.conformal_low},
        conformal_high{bundle.forecaster.conformal_high},
        conformal_mid{bundle.forecaster.conformal_mid},
        gates{pack_gates(bundle.tensors, hidden, network)} {
    const Tensor& weight = bundle.tensors.at("forecaster.heads.weight");
    const Tensor& bias = bundle.tensors.at("forecaster.heads.bias");
    heads = kernels::pack(weight.values, bias.values, bias.values.size(), hidden);
    for (const std::size_t target : bundle.forecaster.targets) {
      center.push_back(bundle.features.center[target]);
      scale.push_back(bundle.features.scale[target]);
      flags.push_back(flag_of(bundle, target));
    }
    pack_linear(bundle);
  }

  std::size_t outputs() const { return center.size() * horizons * quantiles; }
  void step_rows(const float* features, float* state, float* forecasts, std::size_t rows) const;
  void to_units(const float* features, float* z, float* forecasts) const;

  void pack_linear(const Bundle& bundle);
  void add_linear(const float* features, float* z) const;

  FeatureSpec input_spec;
  std::size_t inputs, network, linear_inputs, hidden, horizons, quantiles;
  std::vector<double> center, scale;                 // one per target
  std::vector<std::size_t> flags;  // by target: the input that tells of its unit's refill
  std::vector<double> conformal_low, conformal_high, conformal_mid;
  std::vector<double> linear, linear_bias;  // [groups][targets][inputs][horizons]; [groups][outputs]
  std::vector<double> reach;                // [groups][targets][horizons][2], down and up
  std::vector<float> trust;                 // [groups][targets][horizons]
  std::vector<std::size_t> places;          // by target: its z among the inputs
  std::vector<std::size_t> unclipped;       // by target: what the clip took from its z
  std::vector<std::vector<std::size_t>> own;  // by target: what its linear forecast reads beside the network's inputs
  kernels::PackedDense gates, heads;        // over [h ; x]; over h
};

void Forecaster::Weights::pack_linear(const Bundle& bundle) {
  const Tensor& weight = bundle.tensors.at("forecaster.linear.weight");
  const Tensor& bias = bundle.tensors.at("forecaster.linear.bias");
  linear_bias.assign(bias.values.begin(), bias.values.end());
  const Tensor& far = bundle.tensors.at("forecaster.linear.reach");
  reach.assign(far.values.begin(), far.values.end());
  places = bundle.forecaster.targets;
  for (std::size_t target = 0; target < places.size(); ++target) {
    own.push_back(input_spec.own_inputs(target));
    unclipped.push_back(input_spec.ladder_at(target) + input_spec.rungs() - 1);
  }
  trust.assign(bundle.tensors.at("forecaster.trust").values.begin(), bundle.tensors.at("forecaster.trust").values.end());
  for (std::size_t block = 0; block < ForecasterSpec::groups * center.size(); ++block)
    for (std::size_t i = 0; i < linear_inputs; ++i)
      for (std::size_t h = 0; h < horizons; ++h) linear.push_back(static_cast<double>(weight.values[(block * horizons + h) * linear_inputs + i]));
}

/// In double precision: what a smooth tag's next minutes follow from are small differences with large weights.
void Forecaster::Weights::add_linear(const float* features, float* z) const {
  thread_local std::vector<double> sums;
  sums.resize(horizons);
  for (std::size_t target = 0; target < center.size(); ++target) {
    const std::size_t group = forecast_group(input_spec, {features, inputs}, target, flags[target]);
    const double* weight = &linear[(group * center.size() + target) * linear_inputs * horizons];
    std::fill(sums.begin(), sums.end(), 0.0);
    const std::size_t read = network + own[target].size();
    for (std::size_t i = 0; i < read; ++i, weight += horizons) {
      const auto x = static_cast<double>(features[i < network ? i : own[target][i - network]]);
      for (std::size_t h = 0; h < horizons; ++h) sums[h] += weight[h] * x;
    }
    const double now = static_cast<double>(features[places[target]]) + static_cast<double>(features[unclipped[target]]);
    const double* const bounds = &reach[(group * center.size() + target) * horizons * 2];
    for (std::size_t h = 0; h < horizons; ++h) sums[h] = now + std::min(std::max(sums[h] - now, bounds[2 * h]), bounds[2 * h + 1]);
    for (std::size_t h = 0; h < horizons; ++h)
      for (std::size_t q = 0; q < quantiles; ++q) {
        const std::size_t place = (target * horizons + h) * quantiles + q;
        const float correction = trust[(group * center.size() + target) * horizons + h] * z[place];
        z[place] = static_cast<float>(sums[h] + linear_bias[group * outputs() + place] + static_cast<double>(correction));
      }
  }
}

/// Ascending quantiles, widened by the conformal shifts, in the tag's unit. A negative shift narrows, but never past its neighbour.
void Forecaster::Weights::to_units(const float* features, float* z, float* forecasts) const {
  for (std::size_t target = 0; target < center.size(); ++target) {
    const std::size_t group = forecast_group(input_spec, {features, inputs}, target, flags[target]) * center.size() * horizons;
    for (std::size_t horizon = 0; horizon < horizons; ++horizon) {
      const std::size_t fan = target * horizons + horizon;
      float* const first = z + fan * quantiles;
      std::sort(first, first + quantiles);
      first[quantiles / 2] += static_cast<float>(conformal_mid[group + fan]);
      if (quantiles > 3) std::sort(first + 1, first + quantiles - 1);
      for (std::size_t q = 0; q < quantiles; ++q) {
        double value = static_cast<double>(first[q]);
        if (q == 0 && quantiles > 1) value = std::min(value - conformal_low[group + fan], static_cast<double>(first[1]));
        if (q + 1 == quantiles && quantiles > 1) value = std::max(value + conformal_high[group + fan], static_cast<double>(first[q - 1]));
        forecasts[fan * quantiles + q] = static_cast<float>(center[target] + scale[target] * value);
      }
    }
  }
}

void Forecaster::Weights::step_rows(const float* features, float* state, float* forecasts, std::size_t rows) const {
  const std::size_t lanes = kernels::padded(hidden);
  const std::size_t width = kernels::padded(hidden + network);
  float* const joined = scratch(rows * (width + 4 * lanes + heads.outputs) + 2 * lanes);  // [rows][h ; x]
  float* const gate_sums = joined + rows * width;
  float* const z = gate_sums + rows * 4 * lanes;
  float* const h = z + rows * heads.outputs;
  float* const c = h + lanes;
  for (std::size_t row = 0; row < rows; ++row) {
    std::copy_n(state + row * 2 * hidden, hidden, joined + row * width);
    std::copy_n(features + row * inputs, network, joined + row * width + hidden);
  }
  kernels::dense(gates, joined, width, rows, gate_sums, 4 * lanes);
  for (std::size_t row = 0; row < rows; ++row) {
    float* const row_state = state + row * 2 * hidden;
    std::copy_n(row_state + hidden, hidden, c);
    std::fill(c + hidden, c + lanes, 0.0F);
    kernels::update_lstm(gate_sums + row * 4 * lanes, lanes, h, c);
    std::copy_n(h, hidden, row_state);
    std::copy_n(c, hidden, row_state + hidden);
    std::copy_n(h, hidden, joined + row * width);
  }
  kernels::dense(heads, joined, width, rows, z, heads.outputs);
  for (std::size_t row = 0; row < rows; ++row) {
    add_linear(features + row * inputs, z + row * heads.outputs);
    to_units(features + row * inputs, z + row * heads.outputs, forecasts + row * outputs());
  }
}

Forecaster::Forecaster(const Bundle& bundle) : weights_{std::make_unique<const Weights>(bundle)} {}
Forecaster::~Forecaster() = default;
Forecaster::Forecaster(Forecaster&&) noexcept = default;
Forecaster& Forecaster::operator=(Forecaster&&) noexcept = default;

std::size_t Forecaster::inputs() const { return weights_->inputs; }
std::size_t Forecaster::state_size() const { return 2 * weights_->hidden; }
std::size_t Forecaster::outputs() const { return weights_->outputs(); }

void Forecaster::step(std::span<const float> features, std::span<float> state, std::span<float> forecasts) const {
  const std::size_t batch = features.size() / inputs();
  STEADYLINE_ASSERT(features.size() == batch * inputs() && state.size() == batch * state_size() && forecasts.size() == batch * outputs(),
                    "features, state and forecasts hold the same number of lines");
  for (std::size_t row = 0; row < batch; row += rows_max)
    weights_->step_rows(features.data() + row * inputs(), state.data() + row * state_size(), forecasts.data() + row * outputs(),
                        std::min(rows_max, batch - row));
}

}  // namespace steadyline
