#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/time_text.h"
#include "frames/encode.h"
#include "frames/record.h"
#include "monitor/pipeline.h"
#include "support/feeding_line.h"
#include "support/random_bundle.h"

/// A log of input records and what the monitor makes of it.
namespace steadyline::test {

struct LogRecord {
  std::string type;
  std::string bytes;
};

/// One partition's log; the offset is the place.
class MonitorLog {
 public:
  explicit MonitorLog(const Line& line) : line_{&line} {}

  void add(std::string type, std::string bytes) { records_.push_back({std::move(type), std::move(bytes)}); }
  void sample(std::uint32_t unit, EventTime time, std::span<const SampleValue> values) {
    std::string bytes;
    encode_sample(bytes, *line_, UnitIndex{unit}, time, ++seq_, values);
    add("", std::move(bytes));
  }
  void tick(EventTime time) {
    std::string bytes;
    encode_tick(bytes, time);
    add("tick", std::move(bytes));
  }
  void acknowledge(const std::string& alarm) {
    add("command", R"({"line":"cdc1","kind":"acknowledge","request":"r1","user":"anna","alarm":")" + alarm + R"("})");
  }
  void activate(const std::string& bundle, const std::string& as) {
    add("activate", R"({"line":"cdc1","bundle":")" + bundle + R"(","as":")" + as + R"(","user":"anna","reason":"test"})");
  }
  std::size_t mark = 0;  ///< a place worth cutting at
  std::size_t size() const { return records_.size(); }
  std::vector<Record> records(std::size_t from = 0) const {
    std::vector<Record> views;
    for (std::size_t i = from; i < records_.size(); ++i) {
      views.push_back({{0, static_cast<std::int64_t>(i)}, "cdc1", records_[i].type, "", records_[i].bytes});
    }
    return views;
  }

 private:
  const Line* line_;
  std::vector<LogRecord> records_;
  std::int64_t seq_ = 0;
};

/// A forecaster that draws the trend on: z + h * (z - fast) / 60 s, for a ramp its slope. Its health model finds everything well.
inline Bundle trend_bundle(const Line& line) {
  Bundle bundle = random_bundle(line, 1, {.hidden = 4});
  for (auto& [name, tensor] : bundle.tensors) tensor.values.assign(tensor.values.size(), 0.0F);
  const std::size_t tags = bundle.features.tag_count();
  for (std::size_t i = 0; i < tags; ++i) {
    const bool flow = line.tag(bundle.features.tags[i]).name == "massflow_pv";
    bundle.features.center[i] = flow ? 5 : 106;
    bundle.features.scale[i] = flow ? 0.25 : 50;
  }
  bundle.health.error_scale.assign(2 * tags, 100);
  std::vector<float>& reach = bundle.tensors["forecaster.linear.reach"].values;  // down and up by turns
  for (std::size_t i = 0; i < reach.size(); ++i) reach[i] = i % 2 == 0 ? -100 : 100;
  Tensor& linear = bundle.tensors["forecaster.linear.weight"];  // [groups][targets * horizons][inputs]
  const auto width = static_cast<std::size_t>(linear.shape[2]);
  std::size_t row = 0;
  for (std::size_t group = 0; group < ForecasterSpec::groups; ++group) {
    for (const std::size_t target : bundle.forecaster.targets) {
      for (const double horizon : bundle.forecaster.horizons_s) {
        linear.values.at(row * width + target) = 1;
        linear.values.at(row * width + tags + target) = static_cast<float>(horizon / 60);
        ++row;
      }
    }
  }
  return bundle;
}

inline Pipeline::Setup setup_of(const Line& line, Bundle bundle) { return {line, std::make_shared<const Bundle>(std::move(bundle))}; }

inline std::vector<std::string> texts_of(const Outputs& outputs) {
  std::vector<std::string> texts;
  for (const Output& output : outputs.records) {
    texts.push_back(std::to_string(static_cast<int>(output.topic)) + " " + std::to_string(output.cause.offset) + " " + output.value);
  }
  return texts;
}

inline std::vector<nlohmann::json> alerts_of(const Outputs& outputs) {
  std::vector<nlohmann::json> alerts;
  for (const Output& output : outputs.records) {
    if (output.topic == Topic::alerts) alerts.push_back(nlohmann::json::parse(output.value));
  }
  return alerts;
}

inline std::uint64_t sum_of_fates(const Outputs& outputs) {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : outputs.fates) sum += count;
  return sum;
}

}  // namespace steadyline::test
