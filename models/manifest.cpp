#include "models/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "models/json_guard.h"
#include "models/json_section.h"
#include "models/json_writer.h"

namespace steadyline {
namespace {

using nlohmann::json;

std::vector<std::string> paths_of_targets(const Bundle& bundle) {
  std::vector<std::string> paths;
  for (const std::size_t target : bundle.forecaster.targets) paths.push_back(bundle.tag_paths.at(target));
  return paths;
}

std::string write(const Bundle& bundle, const FileHashes& hashes) {
  JsonWriter out;
  out.open("");
  out.put("schema", bundle_schema);
  out.put("line", bundle.line);
  out.put("line_sha256", bundle.line_sha256);
  out.put("period_ms", static_cast<std::int64_t>(bundle.period.count()));
  out.put_list("tags", bundle.tag_paths);
  out.open("features");
  out.put_list("center", bundle.features.center);
  out.put_list("scale", bundle.features.scale);
  out.put("fast_span_s", bundle.features.fast_span_s);
  out.put("slow_span_s", bundle.features.slow_span_s);
  out.put("clip", bundle.features.clip);
  out.put("quick_span_s", bundle.features.quick_span_s);
  out.put_list("ladder_s", bundle.features.ladder_s);
  out.put_list("unrest", bundle.features.unrest);
  out.put_list("unrest_refill", bundle.features.unrest_refill);
  out.put_list("to_product_s", bundle.features.to_product_s);
  out.put_list("unit_of", bundle.features.unit_of);
  out.put_list("guides", bundle.guide_paths);
  out.put_list("guide_center", bundle.features.guide_center);
  out.put_list("guide_scale", bundle.features.guide_scale);
  out.put_list("units", bundle.unit_ids);
  out.put_list("hoppers", bundle.hopper_paths);
  const auto of_hoppers = [&](auto number) {
    std::vector<double> numbers;
    for (const Hopper& hopper : bundle.features.hoppers) numbers.push_back(number(hopper));
    return numbers;
  };
  out.put_list("hopper_unit", of_hoppers([](const Hopper& h) { return static_cast<double>(h.unit.value); }));
  out.put_list("hopper_below", of_hoppers([](const Hopper& h) { return h.below; }));
  out.put_list("hopper_loss", of_hoppers([](const Hopper& h) { return h.loss; }));
  out.put_list("hopper_scale", of_hoppers([](const Hopper& h) { return h.scale; }));
  out.close();
  out.open("forecaster");
  out.put("hidden", bundle.forecaster.hidden);
  out.put_list("targets", paths_of_targets(bundle));
  out.put_list("horizons_s", bundle.forecaster.horizons_s);
  out.put_list("quantiles", bundle.forecaster.quantiles);
  out.put_list("conformal_low", bundle.forecaster.conformal_low);
  out.put_list("conformal_high", bundle.forecaster.conformal_high);
  out.put_list("conformal_mid", bundle.forecaster.conformal_mid);
  out.close();
  out.open("health");
  out.put_list("layers", bundle.health.layers);
  out.put_list("error_scale", bundle.health.error_scale);
  out.put("smooth_s", bundle.health.smooth_s);
  out.put_list("spans", bundle.health.spans);
  out.put_list("span_limits", bundle.health.span_limits);
  out.put("e_typical", bundle.health.e_typical);
  out.put("e_limit", bundle.health.e_limit);
  out.put("e_space", bundle.health.e_space);
  out.close();
  out.open("passport");
  for (const auto& [fact, text] : bundle.passport) out.put(fact.empty() ? "?" : fact, text);
  out.close();
  out.open("files");
  for (const auto& [file, hash] : hashes) out.put(file, hash);
  out.close();
  out.close();
  return out.take() + '\n';
}

}  // namespace

Result<std::string> write_manifest(const Bundle& bundle, const FileHashes& hashes) {
  try {
    return write(bundle, hashes);
  } catch (const json::exception&) {
    return tl::unexpected(Error{Errc::bundle, "holds text that is not UTF-8", "bundle", "mend the passport's facts or the tags' names"});
  }
}

namespace {

void read_hoppers(JsonSection& section, Bundle& bundle) {
  std::vector<double> unit, below, loss, scale;
  section.read("hoppers", bundle.hopper_paths);
  section.read("hopper_unit", unit);
  section.read("hopper_below", below);
  section.read("hopper_loss", loss);
  section.read("hopper_scale", scale);
  const std::size_t count = bundle.hopper_paths.size();
  for (const auto* const list : {&unit, &below, &loss, &scale})
    if (list->size() != count) return section.fault(fmt::format("names {} hoppers and has numbers of {}", count, list->size()));
  for (std::size_t i = 0; i < count; ++i) {
    constexpr double units_at_most = 1e6;
    if (!(unit[i] >= 0 && unit[i] < units_at_most)) return section.fault(fmt::format("hopper_unit is {}, which is no number of a unit", unit[i]));
    bundle.features.hoppers.push_back(
        {UnitIndex{static_cast<std::uint32_t>(unit[i])}, TagIndex{static_cast<std::uint32_t>(i)}, below[i], loss[i], scale[i]});
  }
}

void read_features(JsonSection section, Bundle& bundle) {
  FeatureSpec& features = bundle.features;
  section.read("center", features.center);
  section.read("scale", features.scale);
  section.read("fast_span_s", features.fast_span_s);
  section.read("slow_span_s", features.slow_span_s);
  section.read("clip", features.clip);
  section.read("quick_span_s", features.quick_span_s);
  section.read("ladder_s", features.ladder_s);
  section.read("unrest", features.unrest);
  section.read("unrest_refill", features.unrest_refill);
  section.read("to_product_s", features.to_product_s);
  section.read("unit_of", features.unit_of);
  section.read("guides", bundle.guide_paths);
  section.read("guide_center", features.guide_center);
  section.read("guide_scale", features.guide_scale);
  section.read("units", bundle.unit_ids);
  read_hoppers(section, bundle);
  for (std::size_t i = 0; i < bundle.guide_paths.size(); ++i) features.guides.emplace_back(static_cast<std::uint32_t>(i));
  for (std::size_t i = 0; i < bundle.unit_ids.size(); ++i) features.units.emplace_back(static_cast<std::uint32_t>(i));
  section.reject_unknown_keys();
}

void read_forecaster(JsonSection section, const std::vector<std::string>& tag_paths, ForecasterSpec& forecaster) {
  std::vector<std::string> targets;
  section.read("hidden", forecaster.hidden);
  section.read("targets", targets);
  section.read("horizons_s", forecaster.horizons_s);
  section.read("quantiles", forecaster.quantiles);
  section.read("conformal_low", forecaster.conformal_low);
  section.read("conformal_high", forecaster.conformal_high);
  section.read("conformal_mid", forecaster.conformal_mid);
  section.reject_unknown_keys();
  for (const std::string& target : targets) {
    const auto found = std::find(tag_paths.begin(), tag_paths.end(), target);
    if (found == tag_paths.end()) section.fault("targets names " + target + ", which is not among the tags");
    else forecaster.targets.push_back(static_cast<std::size_t>(found - tag_paths.begin()));
  }
}

void read_health(JsonSection section, HealthSpec& health) {
  section.read("layers", health.layers);
  section.read("error_scale", health.error_scale);
  section.read("smooth_s", health.smooth_s);
  section.read("spans", health.spans);
  section.read("span_limits", health.span_limits);
  section.read("e_typical", health.e_typical);
  section.read("e_limit", health.e_limit);
  section.read("e_space", health.e_space);
  section.reject_unknown_keys();
}

}  // namespace

Checked<Manifest> read_manifest(std::string_view text, std::string_view where) {
  const auto tree = parse_guarded_json(text, where);
  if (!tree) return tl::unexpected(std::vector<Error>{tree.error()});
  std::vector<Error> faults;
  Manifest manifest;
  Bundle& bundle = manifest.bundle;
  JsonSection root{&*tree, std::string{where}, faults};
  std::string schema;
  root.read("schema", schema);
  if (tree->is_object() && schema != bundle_schema) root.fault(fmt::format("schema is \"{}\", this program reads {}", schema, bundle_schema));
  root.read("line", bundle.line);
  root.read("line_sha256", bundle.line_sha256);
  std::int64_t period_ms = 0;
  root.read("period_ms", period_ms);
  bundle.period = Milliseconds{period_ms};
  root.read("tags", bundle.tag_paths);
  for (std::size_t i = 0; i < bundle.tag_paths.size(); ++i) bundle.features.tags.emplace_back(static_cast<std::uint32_t>(i));
  read_features(root.section("features"), bundle);
  read_forecaster(root.section("forecaster"), bundle.tag_paths, bundle.forecaster);
  bundle.features.followed = bundle.forecaster.targets;
  read_health(root.section("health"), bundle.health);
  root.section("passport").read_all(bundle.passport);
  root.section("files").read_all(manifest.hashes);
  root.reject_unknown_keys();
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return manifest;
}

}  // namespace steadyline
