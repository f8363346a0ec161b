#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <set>

#include "models/manifest.h"

namespace steadyline {
namespace {

constexpr std::int64_t width_max = 8192;  // of any layer; keeps every product of shapes far from overflow
constexpr std::size_t count_max = 4096;   // tags, horizons, quantiles

/// Notes what does not hold; reading goes on, so that all faults come at once.
class Checks {
 public:
  Checks(std::string_view where, std::vector<Error>& faults) : where_{where}, faults_{faults} {}
  bool holds(bool condition, std::string what) {
    if (!condition) faults_.push_back({Errc::bundle, std::move(what), std::string{where_}, "train the bundle again or take it as the training wrote it"});
    return condition;
  }
  void has_size(std::string_view name, std::size_t size, std::size_t expected) {
    holds(size == expected, fmt::format("{} holds {} numbers instead of {}", name, size, expected));
  }
  void is_positive(std::string_view name, double number) {
    holds(std::isfinite(number) && number > 0, fmt::format("{} is {}, it must be above 0", name, number));
  }
  void are_finite(std::string_view name, const std::vector<double>& numbers) {
    for (std::size_t i = 0; i < numbers.size(); ++i) holds(std::isfinite(numbers[i]), fmt::format("{}[{}] is not finite", name, i));
  }
  void are_positive(std::string_view name, const std::vector<double>& numbers) {
    for (std::size_t i = 0; i < numbers.size(); ++i) is_positive(fmt::format("{}[{}]", name, i), numbers[i]);
  }
  void ascend(std::string_view name, const std::vector<double>& numbers) {
    for (std::size_t i = 1; i < numbers.size(); ++i)
      holds(numbers[i - 1] < numbers[i], fmt::format("{} do not ascend: {} stands before {}", name, numbers[i - 1], numbers[i]));
  }

 private:
  std::string_view where_;
  std::vector<Error>& faults_;
};

void check_line(const Bundle& bundle, Checks& checks) {
  checks.holds(!bundle.line.empty(), "line is empty");
  checks.holds(bundle.line_sha256.size() == 64, "line_sha256 has not 64 digits");
  checks.holds(bundle.period.count() > 0 && bundle.period.count() <= 86'400'000, fmt::format("period_ms is {}, allowed 1..86400000", bundle.period.count()));
  checks.holds(!bundle.tag_paths.empty() && bundle.tag_paths.size() <= count_max, fmt::format("tags names {} tags, allowed 1..{}", bundle.tag_paths.size(), count_max));
  std::set<std::string> seen;
  for (const std::string& path : bundle.tag_paths) checks.holds(seen.insert(path).second, fmt::format("tags names {} twice", path));
}

void check_features(const Bundle& bundle, Checks& checks) {
  const FeatureSpec& features = bundle.features;
  checks.has_size("features.tags", features.tags.size(), bundle.tag_paths.size());
  checks.has_size("features.center", features.center.size(), bundle.tag_paths.size());
  checks.has_size("features.scale", features.scale.size(), bundle.tag_paths.size());
  checks.are_finite("features.center", features.center);
  checks.are_positive("features.scale", features.scale);
  checks.is_positive("features.fast_span_s", features.fast_span_s);
  checks.is_positive("features.slow_span_s", features.slow_span_s);
  checks.is_positive("features.clip", features.clip);
  checks.is_positive("features.quick_span_s", features.quick_span_s);
  checks.holds(features.ladder_s.size() <= 32, fmt::format("features.ladder_s holds {} spans, allowed 0..32", features.ladder_s.size()));
  checks.ascend("features.ladder_s", features.ladder_s);
  checks.are_positive("features.ladder_s", features.ladder_s);
  if (!features.unrest.empty()) checks.has_size("features.unrest", features.unrest.size(), bundle.forecaster.targets.size());
  checks.are_positive("features.unrest", features.unrest);
  checks.has_size("features.unrest_refill", features.unrest_refill.size(), features.unrest.size());
  checks.are_positive("features.unrest_refill", features.unrest_refill);
  checks.has_size("features.unit_of", features.unit_of.size(), features.unrest.size());
  checks.are_finite("features.unit_of", features.unit_of);
  checks.has_size("features.to_product_s", features.to_product_s.size(), features.unrest.size());
  checks.are_finite("features.to_product_s", features.to_product_s);
  checks.holds(bundle.guide_paths.size() <= count_max && bundle.unit_ids.size() <= count_max, "features name too many guides or units");
  checks.has_size("features.guides", features.guides.size(), bundle.guide_paths.size());
  checks.has_size("features.guide_center", features.guide_center.size(), bundle.guide_paths.size());
  checks.has_size("features.guide_scale", features.guide_scale.size(), bundle.guide_paths.size());
  checks.has_size("features.hoppers", features.hoppers.size(), bundle.hopper_paths.size());
  for (const Hopper& hopper : features.hoppers) {
    checks.holds(std::isfinite(hopper.below) && std::isfinite(hopper.loss) && std::isfinite(hopper.scale) && hopper.scale > 0,
                 "features.hopper_below, _loss and _scale must be finite, the scale above 0");
    checks.holds(!features.unit_of.empty(), "features.hoppers need features.unit_of");
  }
  checks.has_size("features.units", features.units.size(), bundle.unit_ids.size());
  checks.are_finite("features.guide_center", features.guide_center);
  checks.are_positive("features.guide_scale", features.guide_scale);
}

void check_horizons(const Bundle& bundle, Checks& checks) {
  const std::vector<double>& horizons = bundle.forecaster.horizons_s;
  checks.holds(!horizons.empty() && horizons.size() <= count_max, "forecaster.horizons_s is empty or too long");
  checks.are_positive("forecaster.horizons_s", horizons);
  checks.ascend("forecaster.horizons_s", horizons);
  const double period_ms = static_cast<double>(bundle.period.count());
  for (const double horizon_s : horizons)
    if (period_ms > 0 && std::isfinite(horizon_s))
      checks.holds(std::fmod(horizon_s * 1000, period_ms) == 0, fmt::format("forecaster.horizons_s: {} s is no multiple of the period of {} ms", horizon_s, period_ms));
}

void check_quantiles(const Bundle& bundle, Checks& checks) {
  const std::vector<double>& quantiles = bundle.forecaster.quantiles;
  checks.holds(quantiles.size() % 2 == 1 && quantiles.size() <= count_max && quantiles[quantiles.size() / 2] == 0.5,
               "forecaster.quantiles has not 0.5 in its middle");
  checks.ascend("forecaster.quantiles", quantiles);
  for (const double q : quantiles) checks.holds(q > 0 && q < 1, fmt::format("forecaster.quantiles: {} is not between 0 and 1", q));
}

void check_forecaster(const Bundle& bundle, Checks& checks) {
  const ForecasterSpec& forecaster = bundle.forecaster;
  checks.holds(forecaster.hidden > 0 && forecaster.hidden <= width_max, fmt::format("forecaster.hidden is {}, allowed 1..{}", forecaster.hidden, width_max));
  checks.holds(!forecaster.targets.empty(), "forecaster.targets is empty");
  std::set<std::size_t> seen;
  for (const std::size_t target : forecaster.targets)
    checks.holds(target < bundle.tag_paths.size() && seen.insert(target).second, fmt::format("forecaster.targets: {} is no tag, or named twice", target));
  check_horizons(bundle, checks);
  check_quantiles(bundle, checks);
  const std::size_t fans = ForecasterSpec::groups * forecaster.targets.size() * forecaster.horizons_s.size();
  checks.has_size("forecaster.conformal_low", forecaster.conformal_low.size(), fans);
  checks.has_size("forecaster.conformal_high", forecaster.conformal_high.size(), fans);
  checks.are_finite("forecaster.conformal_low", forecaster.conformal_low);
  checks.are_finite("forecaster.conformal_high", forecaster.conformal_high);
  checks.has_size("forecaster.conformal_mid", forecaster.conformal_mid.size(), fans);
  checks.are_finite("forecaster.conformal_mid", forecaster.conformal_mid);
}

void check_health(const Bundle& bundle, Checks& checks) {
  const HealthSpec& health = bundle.health;
  const auto ends = static_cast<std::int64_t>(2 * bundle.tag_paths.size());
  checks.holds(health.layers.size() >= 2 && health.layers.size() <= 16, fmt::format("health.layers has {} widths, allowed 2..16", health.layers.size()));
  for (const std::int64_t width : health.layers) checks.holds(width > 0 && width <= width_max, fmt::format("health.layers: {} is not within 1..{}", width, width_max));
  checks.holds(!health.layers.empty() && health.layers.front() == ends && health.layers.back() == ends,
               fmt::format("health.layers does not begin and end with {}, two inputs a tag", ends));
  checks.has_size("health.error_scale", health.error_scale.size(), static_cast<std::size_t>(ends));
  checks.are_positive("health.error_scale", health.error_scale);
  checks.is_positive("health.smooth_s", health.smooth_s);
  checks.holds(health.spans.size() <= 16, fmt::format("health.spans holds {} spans, allowed 0..16", health.spans.size()));
  for (const double span : health.spans) checks.holds(std::isfinite(span) && span >= 1, fmt::format("health.spans: {} is no span of at least a frame", span));
  checks.ascend("health.spans", health.spans);
  checks.has_size("health.span_limits", health.span_limits.size(), health.spans.size());
  checks.are_positive("health.span_limits", health.span_limits);
  checks.is_positive("health.e_typical", health.e_typical);
  checks.is_positive("health.e_space", health.e_space);
  checks.holds(std::isfinite(health.e_limit) && health.e_limit > health.e_typical, fmt::format("health.e_limit is {}, it must be above e_typical, {}", health.e_limit, health.e_typical));
}

using Shapes = std::map<std::string, std::vector<std::int64_t>>;

Shapes shapes_of(const Bundle& bundle) {
  const ForecasterSpec& forecaster = bundle.forecaster;
  const std::int64_t hidden = forecaster.hidden;
  const auto inputs = static_cast<std::int64_t>(bundle.features.network_size());
  const auto groups = static_cast<std::int64_t>(ForecasterSpec::groups), linear = static_cast<std::int64_t>(bundle.features.linear_size());
  const auto fans = static_cast<std::int64_t>(forecaster.targets.size() * forecaster.horizons_s.size());
  const auto outputs = static_cast<std::int64_t>(forecaster.targets.size() * forecaster.horizons_s.size() * forecaster.quantiles.size());
  Shapes shapes{{"forecaster.lstm.weight_ih_l0", {4 * hidden, inputs}}, {"forecaster.lstm.weight_hh_l0", {4 * hidden, hidden}},
                {"forecaster.lstm.bias_ih_l0", {4 * hidden}},           {"forecaster.lstm.bias_hh_l0", {4 * hidden}},
                {"forecaster.heads.weight", {outputs, hidden}},         {"forecaster.heads.bias", {outputs}},
                {"forecaster.linear.weight", {groups, fans, linear}}, {"forecaster.linear.bias", {groups, outputs}}, {"forecaster.linear.reach", {groups, fans, 2}},
                {"forecaster.trust", {groups, fans}}};
  for (std::size_t i = 0; i + 1 < bundle.health.layers.size(); ++i) {
    shapes[fmt::format("autoencoder.{}.weight", i)] = {bundle.health.layers[i + 1], bundle.health.layers[i]};
    shapes[fmt::format("autoencoder.{}.bias", i)] = {bundle.health.layers[i + 1]};
  }
  if (!bundle.health.spans.empty()) {
    const auto tags = static_cast<std::int64_t>(bundle.tag_paths.size());
    shapes["health.whitening"] = {static_cast<std::int64_t>(bundle.health.spans.size()), tags, tags};
  }
  return shapes;
}

void check_tensors(const Bundle& bundle, Checks& checks) {
  const Shapes shapes = shapes_of(bundle);
  for (const auto& [name, shape] : shapes) {
    const auto found = bundle.tensors.find(name);
    if (!checks.holds(found != bundle.tensors.end(), fmt::format("tensor {} is missing", name))) continue;
    const Tensor& tensor = found->second;
    std::size_t count = 1;
    for (const std::int64_t side : shape) count *= static_cast<std::size_t>(side);
    checks.holds(tensor.shape == shape, fmt::format("tensor {} is {}, the manifest needs {}", name, tensor.shape, shape));
    checks.holds(tensor.shape != shape || tensor.values.size() == count, fmt::format("tensor {} holds {} numbers instead of {}", name, tensor.values.size(), count));
    for (const float value : tensor.values)
      if (!checks.holds(std::isfinite(value), fmt::format("tensor {} holds a number that is not finite", name))) break;
  }
  for (const auto& [name, tensor] : bundle.tensors) checks.holds(shapes.contains(name), fmt::format("tensor {} is not part of {}", name, bundle_schema));
}

}  // namespace

std::vector<Error> check_bundle(const Bundle& bundle, std::string_view where) {
  std::vector<Error> faults;
  Checks checks{where, faults};
  check_line(bundle, checks);
  check_features(bundle, checks);
  check_forecaster(bundle, checks);
  check_health(bundle, checks);
  if (faults.empty()) check_tensors(bundle, checks);  // their shapes follow from the rest
  return faults;
}

}  // namespace steadyline
