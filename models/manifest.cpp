#include "models/manifest.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "core/numeric.h"
#include "models/json_guard.h"

namespace steadyline {
namespace {

using nlohmann::json;

/// Writes keys and values in the order of the calls, indented by two.
class Writer {
 public:
  void open(std::string_view key) {
    begin_item(key);
    out_ += '{';
    indent_ += 2;
    first_ = true;
  }
  void close() {
    indent_ -= 2;
    out_ += '\n';
    out_.append(indent_, ' ');
    out_ += '}';
    first_ = false;
  }
  void put(std::string_view key, std::string_view text) {
    begin_item(key);
    append_text(text);
  }
  void put(std::string_view key, double number) {
    begin_item(key);
    numeric::append_number(out_, number);
  }
  void put(std::string_view key, std::int64_t number) {
    begin_item(key);
    out_ += std::to_string(number);
  }
  template <class List>
  void put_list(std::string_view key, const List& list) {
    begin_item(key);
    out_ += '[';
    bool first = true;
    for (const auto& item : list) {
      if (!first) out_ += ", ";
      first = false;
      append_item(item);
    }
    out_ += ']';
  }
  std::string take() { return std::move(out_); }

 private:
  void begin_item(std::string_view key) {
    if (!first_) out_ += ',';
    first_ = false;
    if (key.empty()) return;
    out_ += '\n';
    out_.append(indent_, ' ');
    append_text(key);
    out_ += ": ";
  }
  void append_item(double number) { numeric::append_number(out_, number); }
  void append_item(std::int64_t number) { out_ += std::to_string(number); }
  void append_item(const std::string& text) { append_text(text); }
  void append_text(std::string_view text) { out_ += json(text).dump(-1, ' ', false, json::error_handler_t::strict); }

  std::string out_;
  std::size_t indent_ = 0;
  bool first_ = true;
};

std::vector<std::string> paths_of_targets(const Bundle& bundle) {
  std::vector<std::string> paths;
  for (const std::size_t target : bundle.forecaster.targets) paths.push_back(bundle.tag_paths.at(target));
  return paths;
}

std::string write(const Bundle& bundle, const FileHashes& hashes) {
  Writer out;
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
  out.close();
  out.open("forecaster");
  out.put("hidden", bundle.forecaster.hidden);
  out.put_list("targets", paths_of_targets(bundle));
  out.put_list("horizons_s", bundle.forecaster.horizons_s);
  out.put_list("quantiles", bundle.forecaster.quantiles);
  out.put_list("conformal_low", bundle.forecaster.conformal_low);
  out.put_list("conformal_high", bundle.forecaster.conformal_high);
  out.close();
  out.open("health");
  out.put_list("layers", bundle.health.layers);
  out.put_list("error_scale", bundle.health.error_scale);
  out.put("smooth_s", bundle.health.smooth_s);
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

constexpr std::string_view mend = "take the bundle as the training wrote it";

/// Reads members of one JSON object; each misfit is noted once, and reading goes on.
class Section {
 public:
  Section(const json* object, std::string where, std::vector<Error>& faults) : where_{std::move(where)}, faults_{faults} {
    if (object != nullptr && object->is_object()) object_ = object;
    else if (object != nullptr) fault("is not an object");
  }

  Section section(const std::string& key) {
    const json* const found = find(key);
    return {found, where_ + (depth_ == 0 ? " " : ".") + key, faults_, depth_ + 1};
  }
  void read(const std::string& key, std::string& text) {
    const json* const found = find(key);
    if (found == nullptr) return;
    if (found->is_string()) text = found->get<std::string>();
    else fault(key + " is not a text");
  }
  void read(const std::string& key, double& number) {
    if (const json* const found = find(key)) read_number(key, *found, number);
  }
  void read(const std::string& key, std::int64_t& number) {
    if (const json* const found = find(key)) read_number(key, *found, number);
  }
  template <class Item>
  void read(const std::string& key, std::vector<Item>& list) {
    const json* const found = find(key);
    if (found == nullptr) return;
    if (!found->is_array()) return fault(key + " is not a list");
    for (const json& item : *found) {
      Item value{};
      if (!read_item(key, item, value)) return;
      list.push_back(std::move(value));
    }
  }
  /// All members, whatever their names, each a text.
  void read_all(std::map<std::string, std::string>& texts) {
    if (object_ == nullptr) return;
    for (const auto& [key, value] : object_->items()) read(key, texts[key]);
  }
  void reject_unknown_keys() {
    if (object_ == nullptr) return;
    for (const auto& [key, value] : object_->items())
      if (!known_.contains(key)) fault(key + " is not known to " + std::string{bundle_schema});
  }
  void fault(std::string what) { faults_.push_back({Errc::bundle, std::move(what), where_, std::string{mend}}); }

 private:
  Section(const json* object, std::string where, std::vector<Error>& faults, int depth) : Section{object, std::move(where), faults} {
    depth_ = depth;
  }
  const json* find(const std::string& key) {
    if (object_ == nullptr) return nullptr;
    known_.insert(key);
    const auto found = object_->find(key);
    if (found != object_->end()) return &*found;
    fault(key + " is missing");
    return nullptr;
  }
  bool read_number(const std::string& key, const json& value, double& number) {
    if (value.is_number()) number = value.get<double>();
    if (value.is_number() && std::isfinite(number)) return true;
    fault(key + " holds something that is not a finite number");
    return false;
  }
  bool read_number(const std::string& key, const json& value, std::int64_t& number) {
    const bool fits = value.is_number_integer() &&
                      (!value.is_number_unsigned() || value.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()});
    if (fits) number = value.get<std::int64_t>();
    else fault(key + " holds something that is not a whole number");
    return fits;
  }
  bool read_item(const std::string& key, const json& item, double& number) { return read_number(key, item, number); }
  bool read_item(const std::string& key, const json& item, std::int64_t& number) { return read_number(key, item, number); }
  bool read_item(const std::string& key, const json& item, std::string& text) {
    if (item.is_string()) text = item.get<std::string>();
    else fault(key + " holds something that is not a text");
    return item.is_string();
  }

  const json* object_ = nullptr;
  std::string where_;
  std::vector<Error>& faults_;
  std::set<std::string> known_;
  int depth_ = 0;
};

void read_features(Section section, FeatureSpec& features) {
  section.read("center", features.center);
  section.read("scale", features.scale);
  section.read("fast_span_s", features.fast_span_s);
  section.read("slow_span_s", features.slow_span_s);
  section.read("clip", features.clip);
  section.reject_unknown_keys();
}

void read_forecaster(Section section, const std::vector<std::string>& tag_paths, ForecasterSpec& forecaster) {
  std::vector<std::string> targets;
  section.read("hidden", forecaster.hidden);
  section.read("targets", targets);
  section.read("horizons_s", forecaster.horizons_s);
  section.read("quantiles", forecaster.quantiles);
  section.read("conformal_low", forecaster.conformal_low);
  section.read("conformal_high", forecaster.conformal_high);
  section.reject_unknown_keys();
  for (const std::string& target : targets) {
    const auto found = std::find(tag_paths.begin(), tag_paths.end(), target);
    if (found == tag_paths.end()) section.fault("targets names " + target + ", which is not among the tags");
    else forecaster.targets.push_back(static_cast<std::size_t>(found - tag_paths.begin()));
  }
}

void read_health(Section section, HealthSpec& health) {
  section.read("layers", health.layers);
  section.read("error_scale", health.error_scale);
  section.read("smooth_s", health.smooth_s);
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
  Section root{&*tree, std::string{where}, faults};
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
  read_features(root.section("features"), bundle.features);
  read_forecaster(root.section("forecaster"), bundle.tag_paths, bundle.forecaster);
  read_health(root.section("health"), bundle.health);
  root.section("passport").read_all(bundle.passport);
  root.section("files").read_all(manifest.hashes);
  root.reject_unknown_keys();
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return manifest;
}

}  // namespace steadyline
