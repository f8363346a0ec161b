#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <optional>
#include <utility>

#include "models/soft_sensor_inputs.h"
#include "training/learn.h"
#include "training/soft_sensor_fit.h"

namespace steadyline {
namespace {

constexpr double tank_share_s = 16;       // a tank for each 16 s of the way: API to tablet 13 tanks, chute 6, feed frame 3 (LINE §3.2)
constexpr double range_margin = 0.5;      // an input may leave what was trained by half its width
constexpr std::size_t samples_least = 60;  // ten hours of results: with fewer no sensor is learned
constexpr double least_jitter = 0.2;      // of the result's scatter: nobody can tell less from results
constexpr double common_error = 1.2;      // what instruments err by in common shows in no difference; measured on plants of the twin
constexpr std::size_t every_frames = 60;  // of what a balance learns from

SoftInput delayed(SoftInput::Kind kind, std::vector<std::string> tags, double way_s) {
  const double tanks = std::max(1.0, std::round(way_s / tank_share_s));
  return {kind, std::move(tags), std::max(way_s, 1.0) / tanks, static_cast<std::int64_t>(tanks)};
}

double way_of(const Line& line, const std::string& path) {
  const auto tag = line.find_tag(path);
  return tag ? line.unit(line.tag(*tag).unit).to_product_s : 0;
}

std::vector<SoftInput> inputs_of(const SoftSensorDescription& description, const Line& line) {
  std::vector<SoftInput> inputs;
  for (const std::string& path : description.from)
    for (const double span : description.spans_s) inputs.push_back({SoftInput::Kind::log, {path}, span, 1});
  if (!description.share_of.empty()) {
    std::vector<std::string> tags{description.share_of};
    tags.insert(tags.end(), description.share_among.begin(), description.share_among.end());
    inputs.push_back(delayed(SoftInput::Kind::share, std::move(tags), way_of(line, description.share_of)));
  }
  for (const std::string& probe : description.probes) inputs.push_back(delayed(SoftInput::Kind::plain, {probe}, way_of(line, probe)));
  return inputs;
}

/// Gathers what one sensor learns from: at-line results with the inputs of their material or, of a balance, the inputs alone.
class Gatherer {
 public:
  Gatherer(const SoftSensorDescription& description, const Line& line)
      : inputs_{inputs_of(description, line), line},
        result_{line.find_tag(description.result)},
        scatter_{line.find_tag(description.scatter_tag)},
        balance_{description.from.empty()},
        late_{static_cast<std::size_t>(description.late_s * 1000 / static_cast<double>(line.period.count()))} {}

  void take(std::size_t run, const Frame& frame) {
    if (frame.cold) {
      past_.clear();
      shown_.reset();
      frames_ = 0;
    }
    std::vector<double> values;
    const bool known = inputs_.step(frame, state_, values);
    past_.push_back(known ? values : std::vector<double>{});
    if (past_.size() > late_ + 1) past_.pop_front();
    if (balance_) {
      if (known && ++frames_ % every_frames == 0) samples.push_back({run, hours(frame), 0, std::move(values)});
    } else {
      take_result(run, frame);
    }
  }
  bool complete() const { return inputs_.complete() && (balance_ || result_); }

  std::vector<SoftSample> samples;
  double squares = 0, count = 0;  // of the scatter within samples

 private:
  static double hours(const Frame& frame) { return static_cast<double>(frame.time.time_since_epoch().count()) / 3.6e6; }
  void take_result(std::size_t run, const Frame& frame) {
    if (!usable(frame.flaws[result_->value])) return;
    const double value = frame.values[result_->value];
    const bool fresh = shown_ && *shown_ != value;
    shown_ = value;
    if (!fresh || past_.size() <= late_ || past_.front().empty()) return;
    samples.push_back({run, hours(frame), value, past_.front()});
    if (!scatter_ || !usable(frame.flaws[scatter_->value])) return;
    squares += frame.values[scatter_->value] * frame.values[scatter_->value];
    count += 1;
  }

  SoftInputs inputs_;
  SoftInputState state_;
  std::optional<TagIndex> result_, scatter_;
  bool balance_;
  std::size_t late_, frames_ = 0;
  std::deque<std::vector<double>> past_;  // inputs since the newest possible sample; empty: unknown
  std::optional<double> shown_;
};

void set_range(const std::vector<SoftSample>& samples, SoftSensor& sensor) {
  const std::size_t n = sensor.inputs.size();
  sensor.least.assign(n, std::numeric_limits<double>::infinity());
  sensor.most.assign(n, -std::numeric_limits<double>::infinity());
  for (const SoftSample& sample : samples)
    for (std::size_t i = 0; i < n; ++i) {
      sensor.least[i] = std::min(sensor.least[i], sample.inputs[i]);
      sensor.most[i] = std::max(sensor.most[i], sample.inputs[i]);
    }
  for (std::size_t i = 0; i < n; ++i) {
    const double margin = range_margin * (sensor.most[i] - sensor.least[i]);
    sensor.least[i] -= margin;
    sensor.most[i] += margin;
  }
}

void fit_to_results(const Gatherer& found, const SoftSensorDescription& description, SoftSensor& sensor) {
  const LinearFit fit = fit_within_runs(found.samples);
  const OffsetModel offset = fit_offset_model(found.samples, fit, description.max_offset / 3);
  sensor.weights = fit.weights;
  sensor.intercept = fit.intercept;
  sensor.scatter = found.count > 0 ? std::sqrt(found.squares / found.count / description.tablets) : description.scatter;
  sensor.prior = offset.prior;
  sensor.wander = offset.wander;
  const double noise = offset.noise * offset.noise - sensor.scatter * sensor.scatter;
  sensor.jitter = std::max(noise > 0 ? std::sqrt(noise) : 0, least_jitter * sensor.scatter);
}

/// Three or more instruments that read the same quantity: the scatter of their differences tells that of each (Grubbs 1948, the
/// "three-cornered hat"), and each counts by the inverse of its variance.
void weigh_instruments(const Gatherer& found, SoftSensor& sensor) {
  const std::size_t n = sensor.inputs.size();
  std::vector<std::vector<double>> apart(n, std::vector<double>(n));
  for (const SoftSample& sample : found.samples)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) apart[i][j] += std::pow(sample.inputs[i] - sample.inputs[j], 2) / static_cast<double>(found.samples.size());
  std::vector<double> own(n);
  double all = 0, precision = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) all += apart[i][j];
  const auto count = static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) own[i] += apart[i][j];
    own[i] = std::max((own[i] - all / (count - 1)) / (count - 2), 0.02 * all / count);
    precision += 1 / own[i];
  }
  sensor.weights.clear();
  for (std::size_t i = 0; i < n; ++i) sensor.weights.push_back(1 / own[i] / precision);
  sensor.prior = sensor.jitter = common_error * std::sqrt(0.5 / precision);  // half of it stays, half comes and goes: without results nobody can tell
  sensor.wander = sensor.prior / std::sqrt(8.0);              // instruments drift in hours
}

std::optional<SoftSensor> learn_one(const SoftSensorDescription& description, const Line& line, const Gatherer& found) {
  if (!found.complete() || found.samples.size() < samples_least) return std::nullopt;
  SoftSensor sensor;
  sensor.name = description.name;
  sensor.uom = description.uom;
  sensor.result = description.result;
  sensor.late_s = description.late_s;
  sensor.inputs = inputs_of(description, line);
  sensor.max_step = description.max_step;
  sensor.max_offset = description.max_offset;
  set_range(found.samples, sensor);
  if (description.from.empty()) {
    sensor.scatter = description.scatter;
    weigh_instruments(found, sensor);
  } else {
    fit_to_results(found, description, sensor);
  }
  return sensor;
}

/// The k-th smallest distance such that a new one is below it with probability `level` (split conformal).
double conformal(std::vector<double> distances, double level) {
  std::sort(distances.begin(), distances.end());
  const auto rank = static_cast<std::size_t>(std::ceil(level * static_cast<double>(distances.size() + 1)));
  return distances[std::min(std::max<std::size_t>(rank, 1), distances.size()) - 1];
}

/// Lives through the calibration with offsets as the monitor will have them and sets how many standard errors make 5 and 95 %.
void calibrate_quantiles(const Line& line, const Production& production, SoftSensorSpec& spec) {
  const SoftSensors model{spec, line};
  SoftSensorState state;
  std::vector<SoftEstimate> estimates;
  std::vector<std::vector<double>> below(spec.sensors.size()), above(spec.sensors.size());
  production([&](std::size_t, const Frame& frame, const Context& context) {
    model.step(frame, context, state, estimates);
    for (std::size_t i = 0; i < estimates.size(); ++i) {
      if (!estimates[i].result || estimates[i].result->fate != SoftResult::Fate::used) continue;
      const auto& own = state.sensors[i];
      const double score = own.innovation;
      below[i].push_back(-score);
      above[i].push_back(score);
    }
  });
  for (std::size_t i = 0; i < spec.sensors.size(); ++i) {
    if (below[i].size() < samples_least) continue;
    spec.sensors[i].low = std::max(conformal(std::move(below[i]), 0.95), 0.5);
    spec.sensors[i].high = std::max(conformal(std::move(above[i]), 0.95), 0.5);
  }
}

}  // namespace

SoftSensorSpec learn_soft_sensors(const Line& line, const Production& train, const Production& calibrate, const TrainOptions&) {
  std::vector<Gatherer> gatherers;
  for (const SoftSensorDescription& description : line.soft_sensors) gatherers.emplace_back(description, line);
  SoftSensorSpec spec;
  if (gatherers.empty()) return spec;
  train([&](std::size_t run, const Frame& frame, const Context&) {
    for (Gatherer& gatherer : gatherers) gatherer.take(run, frame);
  });
  for (std::size_t i = 0; i < gatherers.size(); ++i)
    if (auto sensor = learn_one(line.soft_sensors[i], line, gatherers[i])) spec.sensors.push_back(std::move(*sensor));
  if (!spec.empty()) calibrate_quantiles(line, calibrate, spec);
  return spec;
}

}  // namespace steadyline
