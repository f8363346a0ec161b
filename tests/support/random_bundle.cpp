#include "support/random_bundle.h"

#include <cmath>
#include <string>

#include "core/philox.h"
#include "core/sha256.h"

namespace steadyline {
namespace {

/// Uniform weights within ±1/sqrt(fan_in), as PyTorch begins; the stream is the tensor's place.
Tensor random_tensor(std::vector<std::int64_t> shape, std::int64_t fan_in, std::uint64_t seed, std::uint64_t stream) {
  std::size_t count = 1;
  for (const std::int64_t side : shape) count *= static_cast<std::size_t>(side);
  const RandomStream random{seed, stream};
  const double reach = 1 / std::sqrt(static_cast<double>(fan_in));
  Tensor tensor{std::move(shape), std::vector<float>(count)};
  for (std::size_t i = 0; i < count; ++i) tensor.values[i] = static_cast<float>((2 * random.uniform(i) - 1) * reach);
  return tensor;
}

void choose_tags(const Line& line, Bundle& bundle) {
  for (const bool all : {false, true}) {
    if (!bundle.tag_paths.empty()) break;
    for (std::size_t i = 0; i < line.tags.size(); ++i) {
      const Tag& tag = line.tags[i];
      if (!tag.modelled && !all) continue;
      if (tag.forecast) bundle.forecaster.targets.push_back(bundle.tag_paths.size());
      bundle.tag_paths.push_back(tag.path);
      bundle.features.tags.emplace_back(static_cast<std::uint32_t>(i));
      const bool banded = std::isfinite(tag.hard.low) && std::isfinite(tag.hard.high) && tag.hard.high > tag.hard.low;
      bundle.features.center.push_back(banded ? (tag.hard.low + tag.hard.high) / 2 : 0);
      bundle.features.scale.push_back(banded ? (tag.hard.high - tag.hard.low) / 4 : 1);
    }
  }
  if (bundle.forecaster.targets.empty()) bundle.forecaster.targets = {0};
}

void make_tensors(Bundle& bundle, std::uint64_t seed) {
  const std::int64_t hidden = bundle.forecaster.hidden;
  const auto inputs = static_cast<std::int64_t>(bundle.features.network_size());
  const auto outputs =
      static_cast<std::int64_t>(bundle.forecaster.targets.size() * bundle.forecaster.horizons_s.size() * bundle.forecaster.quantiles.size());
  std::uint64_t stream = 0;
  const auto add = [&](const std::string& name, std::vector<std::int64_t> shape, std::int64_t fan_in) {
    bundle.tensors[name] = random_tensor(std::move(shape), fan_in, seed, stream++);
  };
  add("forecaster.lstm.weight_ih_l0", {4 * hidden, inputs}, hidden);
  add("forecaster.lstm.weight_hh_l0", {4 * hidden, hidden}, hidden);
  add("forecaster.lstm.bias_ih_l0", {4 * hidden}, hidden);
  add("forecaster.lstm.bias_hh_l0", {4 * hidden}, hidden);
  add("forecaster.heads.weight", {outputs, hidden}, hidden);
  add("forecaster.heads.bias", {outputs}, hidden);
  const auto groups = static_cast<std::int64_t>(ForecasterSpec::groups), linear = static_cast<std::int64_t>(bundle.features.linear_size());
  const auto fans = outputs / static_cast<std::int64_t>(bundle.forecaster.quantiles.size());
  add("forecaster.linear.weight", {groups, fans, linear}, inputs);
  add("forecaster.linear.bias", {groups, outputs}, inputs);
  Tensor& reach = bundle.tensors["forecaster.linear.reach"] = {{groups, fans, 2}, std::vector<float>(static_cast<std::size_t>(2 * groups * fans), 4.0F)};
  for (std::size_t i = 0; i < reach.values.size(); i += 2) reach.values[i] = -4;
  Tensor& trust = bundle.tensors["forecaster.trust"] = {{groups, fans}, std::vector<float>(static_cast<std::size_t>(groups * fans), 0.5F)};
  for (std::size_t i = 0; i < trust.values.size(); i += 2) trust.values[i] = 1;
  const std::vector<std::int64_t>& layers = bundle.health.layers;
  for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
    const std::string name = "autoencoder." + std::to_string(i);
    add(name + ".weight", {layers[i + 1], layers[i]}, layers[i]);
    add(name + ".bias", {layers[i + 1]}, layers[i]);
  }
}

}  // namespace

Bundle random_bundle(const Line& line, std::uint64_t seed, const RandomBundleShape& shape) {
  Bundle bundle;
  bundle.line = line.id;
  bundle.line_sha256 = line.sha256.size() == 64 ? line.sha256 : sha256_hex(line.id);
  bundle.period = line.period;
  choose_tags(line, bundle);
  bundle.features.followed = bundle.forecaster.targets;
  bundle.features.ladder_s = {2, 20};
  bundle.features.unrest.assign(bundle.forecaster.targets.size(), 1.5);
  bundle.features.unrest_refill.assign(bundle.forecaster.targets.size(), 2);
  for (std::size_t i = 0; i < bundle.forecaster.targets.size(); ++i) {
    bundle.features.to_product_s.push_back(static_cast<double>(bundle.forecaster.targets.size() - i));
    bundle.features.unit_of.push_back(static_cast<double>(i / 2));
  }
  bundle.features.hoppers = {{.unit = UnitIndex{0}, .weight = bundle.features.tags.front(), .below = 1, .loss = 0.01, .scale = 0.1}};
  bundle.hopper_paths = {bundle.tag_paths.front()};
  bundle.forecaster.hidden = shape.hidden;
  bundle.forecaster.horizons_s = shape.horizons_s;
  bundle.forecaster.quantiles = {0.05, 0.5, 0.95};
  const std::size_t fans = bundle.forecaster.targets.size() * shape.horizons_s.size();
  bundle.forecaster.conformal_low.assign(ForecasterSpec::groups * fans, 0.1);
  bundle.forecaster.conformal_high.assign(ForecasterSpec::groups * fans, 0.2);
  bundle.forecaster.conformal_mid.assign(ForecasterSpec::groups * fans, 0);
  const auto ends = static_cast<std::int64_t>(2 * bundle.tag_paths.size());
  bundle.health.layers = {ends, 12, 5, 12, ends};
  bundle.health.error_scale.assign(static_cast<std::size_t>(ends), 1.0);
  bundle.passport = {{"seed", std::to_string(seed)}, {"weights", "random, for tests"}};
  make_tensors(bundle, seed);
  return bundle;
}

Line plain_line(std::size_t tags) {
  Line line;
  line.id = "plain";
  line.site = "test";
  line.units.push_back({"u1", "a unit", 0});
  for (std::size_t i = 0; i < tags; ++i) {
    Tag tag;
    tag.unit = UnitIndex{0};
    tag.name = std::string{"t"}.append(std::to_string(i));
    tag.path = "u1/" + tag.name;
    tag.hard = {-4, 4};
    tag.modelled = true;
    tag.forecast = i < 2;
    line.tags.push_back(tag);
  }
  line.sha256 = sha256_hex("plain line " + std::to_string(tags));
  return line;
}

}  // namespace steadyline
