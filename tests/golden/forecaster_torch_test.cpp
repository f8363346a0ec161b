#include <torch/torch.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "models/forecaster.h"
#include "models/health.h"
#include "support/feature_walk.h"
#include "support/random_bundle.h"

namespace steadyline {
namespace {

constexpr std::uint64_t seed = 17;
constexpr std::size_t tags = 12;
constexpr std::size_t steps = 10'000;
constexpr double tolerance_z = 1e-5;

torch::Tensor to_torch(const Tensor& tensor) {
  return torch::from_blob(const_cast<float*>(tensor.values.data()), tensor.shape, torch::kFloat32).clone();
}

torch::nn::LSTM make_lstm(const Bundle& bundle) {
  torch::nn::LSTM lstm{torch::nn::LSTMOptions(static_cast<std::int64_t>(bundle.features.network_size()), bundle.forecaster.hidden).batch_first(true)};
  auto parameters = lstm->named_parameters();
  for (const char* name : {"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"})
    parameters[name].copy_(to_torch(bundle.tensors.at(std::string{"forecaster.lstm."} + name)));
  return lstm;
}

/// Centre 0, scale 1 and no conformal shift: forecasts are then the sorted heads themselves, in z units.
Bundle bundle_in_z_units() {
  Bundle bundle = random_bundle(plain_line(tags), seed, {.hidden = 64});
  std::fill(bundle.features.center.begin(), bundle.features.center.end(), 0.0);
  std::fill(bundle.features.scale.begin(), bundle.features.scale.end(), 1.0);
  std::fill(bundle.forecaster.conformal_low.begin(), bundle.forecaster.conformal_low.end(), 0.0);
  std::fill(bundle.forecaster.conformal_mid.begin(), bundle.forecaster.conformal_mid.end(), 0.0);
  std::fill(bundle.forecaster.conformal_high.begin(), bundle.forecaster.conformal_high.end(), 0.0);
  return bundle;
}

TEST(ForecasterAgainstTorch, AgreesAtEachOfTenThousandCarriedSteps) {
  const torch::NoGradGuard no_grad;
  const Bundle bundle = bundle_in_z_units();
  const Forecaster forecaster{bundle};
  const auto inputs = static_cast<std::int64_t>(forecaster.inputs());
  const auto outputs = static_cast<std::int64_t>(forecaster.outputs());
  torch::Tensor features = torch::empty({static_cast<std::int64_t>(steps), inputs});
  for (std::size_t step = 0; step < steps; ++step)
    walk_features(seed, 0, step, tags, {features.data_ptr<float>() + step * forecaster.inputs(), forecaster.inputs()});

  auto lstm = make_lstm(bundle);
  const FeatureSpec& spec = bundle.features;
  const auto network = static_cast<std::int64_t>(spec.network_size());
  const torch::Tensor hidden = std::get<0>(lstm->forward(features.slice(1, 0, network).unsqueeze(0))).squeeze(0);
  torch::Tensor heads = torch::linear(hidden, to_torch(bundle.tensors.at("forecaster.heads.weight")), to_torch(bundle.tensors.at("forecaster.heads.bias"))) ;
  const torch::Tensor weight = to_torch(bundle.tensors.at("forecaster.linear.weight")).to(torch::kFloat64);
  const torch::Tensor bias = to_torch(bundle.tensors.at("forecaster.linear.bias"));
  const torch::Tensor trust = to_torch(bundle.tensors.at("forecaster.trust"));
  const auto each = static_cast<std::int64_t>(bundle.forecaster.horizons_s.size());
  std::vector<int> of_group(ForecasterSpec::groups);
  for (std::size_t step = 0; step < steps; ++step) {  // the linear part, and how far the network is trusted, hang on the group
    const auto at = static_cast<std::int64_t>(step);
    const float* const row = features.data_ptr<float>() + step * forecaster.inputs();
    for (std::size_t target = 0; target < bundle.forecaster.targets.size(); ++target) {
      const std::size_t group = forecast_group(spec, {row, forecaster.inputs()}, target, spec.line_at());
      ++of_group[group];
      const auto g = static_cast<std::int64_t>(group), first = static_cast<std::int64_t>(target) * each;
      std::vector<float> of_its_own;
      for (const std::size_t place : spec.own_inputs(target)) of_its_own.push_back(row[place]);
      const torch::Tensor x = torch::cat({features[at].slice(0, 0, network), torch::tensor(of_its_own)});
      const double now = x[static_cast<std::int64_t>(bundle.forecaster.targets[target])].item<double>() +
                         static_cast<double>(of_its_own[spec.rungs() - 1]);
      const torch::Tensor read = weight[g].slice(0, first, first + each).slice(1, 0, x.size(0));
      const torch::Tensor change = (torch::matmul(read, x.to(torch::kFloat64)) - now).clamp(-4, 4);
      const torch::Tensor linear = (change + now).repeat_interleave(3);
      torch::Tensor own = heads[at].slice(0, 3 * first, 3 * (first + each));
      own *= trust[g].slice(0, first, first + each).repeat_interleave(3);
      own += (linear + bias[g].slice(0, 3 * first, 3 * (first + each))).to(torch::kFloat32);
    }
  }
  EXPECT_GT(of_group[0], 100);
  EXPECT_GT(of_group[unrest_group], 100);
  const torch::Tensor expected = std::get<0>(heads.view({static_cast<std::int64_t>(steps), -1, 3}).sort(2)).reshape({-1, outputs}).contiguous();

  std::vector<float> state(forecaster.state_size());
  std::vector<float> forecasts(forecaster.outputs());
  double worst = 0;
  for (std::size_t step = 0; step < steps; ++step) {
    forecaster.step({features.data_ptr<float>() + step * forecaster.inputs(), forecaster.inputs()}, state, forecasts);
    const float* const want = expected.data_ptr<float>() + step * forecaster.outputs();
    for (std::size_t i = 0; i < forecasts.size(); ++i) {
      const double error = std::abs(static_cast<double>(forecasts[i]) - static_cast<double>(want[i]));
      worst = std::max(worst, error);
      ASSERT_LT(error, tolerance_z) << "step " << step << ", output " << i;
    }
  }
  std::cout << "worst difference over " << steps << " steps: " << worst << " z\n";
  EXPECT_GT(expected.std().item<double>(), 0.1) << "the outputs move, so agreement means something";
}

TEST(HealthAgainstTorch, RebuildsAsTheAutoencoderDoes) {
  const torch::NoGradGuard no_grad;
  const Bundle bundle = random_bundle(plain_line(tags), seed);
  const HealthModel model{bundle};
  std::vector<float> features(4 * tags + 2);
  std::vector<float> residuals(2 * tags);
  for (std::size_t step = 0; step < 500; ++step) {
    walk_features(seed, 1, step, tags, features);
    std::fill_n(features.begin() + 3 * tags, tags, 0.0F);
    torch::Tensor input = torch::empty({static_cast<std::int64_t>(2 * tags)});
    for (std::size_t i = 0; i < tags; ++i) {
      input.data_ptr<float>()[i] = features[i];
      input.data_ptr<float>()[tags + i] = features[i] - features[tags + i];
    }
    torch::Tensor x = input;
    for (std::size_t layer = 0; layer + 1 < bundle.health.layers.size(); ++layer) {
      const std::string name = "autoencoder." + std::to_string(layer);
      x = torch::linear(x, to_torch(bundle.tensors.at(name + ".weight")), to_torch(bundle.tensors.at(name + ".bias")));
      if (layer + 2 < bundle.health.layers.size()) x = torch::tanh(x);
    }
    const torch::Tensor want = (input - x).contiguous();
    model.residuals(features, residuals);
    for (std::size_t i = 0; i < residuals.size(); ++i) ASSERT_NEAR(residuals[i], want.data_ptr<float>()[i], tolerance_z) << step << ' ' << i;
  }
}

}  // namespace
}  // namespace steadyline
