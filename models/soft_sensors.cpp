#include "models/soft_sensors.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr double score_max = 3;      // one wrong result must not make eight
constexpr double disagreement = 3.5;  // of the sum of the last scores, in its standard deviations
constexpr float no_estimate = std::numeric_limits<float>::quiet_NaN();

bool off(const SoftSensorState::Sensor& state) {
  double total = 0;
  for (const double score : state.last) total += score;
  const auto count = static_cast<double>(std::min<std::int64_t>(state.results, SoftSensorState::scores));
  return state.at_bound || (count >= 4 && std::fabs(total) > disagreement * numeric::sqrt(count));
}

}  // namespace

std::string_view to_text(SoftResult::Fate fate) {
  constexpr std::array<std::string_view, 5> texts{"used", "too_old", "too_early", "repeated", "no_estimate"};
  return texts[static_cast<std::size_t>(fate)];
}

SoftSensors::SoftSensors(const SoftSensorSpec& spec, const Line& line)
    : slot_{std::max(line.period, Milliseconds{1000})},
      slots_{std::max<std::size_t>(2, static_cast<std::size_t>(remembered_s * 1000 / static_cast<double>(slot_.count())))},
      period_h_{static_cast<double>(line.period.count()) / 3.6e6} {
  for (const SoftSensor& sensor : spec.sensors) {
    SoftInputs inputs{sensor.inputs, line};
    const auto result = line.find_tag(sensor.result);
    if (!inputs.complete() || (!sensor.result.empty() && !result)) continue;
    sensors_.push_back(sensor);
    inputs_.push_back(std::move(inputs));
    results_.push_back(result);
  }
}

std::optional<std::size_t> SoftSensors::find(std::string_view attribute) const {
  for (std::size_t i = 0; i < sensors_.size(); ++i)
    if (sensors_[i].name == attribute || (!attribute.empty() && sensors_[i].result == attribute)) return i;
  return std::nullopt;
}

std::size_t SoftSensors::slot_of(EventTime time) const {
  const auto slots = static_cast<std::int64_t>(slots_);
  const std::int64_t number = time.time_since_epoch().count() / slot_.count();
  return static_cast<std::size_t>(((number % slots) + slots) % slots);
}

void SoftSensors::begin(SoftSensorState& state) const {
  state = {};
  state.sensors.resize(sensors_.size());
  for (std::size_t i = 0; i < sensors_.size(); ++i) {
    state.sensors[i].past.assign(slots_, no_estimate);
    state.sensors[i].variance = sensors_[i].prior * sensors_[i].prior;
  }
}

SoftResult SoftSensors::take(const SoftSensor& sensor, double value, EventTime sampled, EventTime now, SoftSensorState::Sensor& state) const {
  SoftResult result{SoftResult::Fate::unknown, sampled, value};
  const float past = state.past[slot_of(sampled)];
  if (sampled > now) result.fate = SoftResult::Fate::too_early;
  else if (now - sampled >= slot_ * static_cast<std::int64_t>(slots_)) result.fate = SoftResult::Fate::too_old;
  else if (std::find(state.sampled.begin(), state.sampled.end(), sampled) != state.sampled.end()) result.fate = SoftResult::Fate::repeated;
  else if (!std::isnan(past) && std::isfinite(value)) result.fate = SoftResult::Fate::used;
  if (result.fate != SoftResult::Fate::used) {
    ++state.set_aside;
    return result;
  }
  result.estimate = static_cast<double>(past) + state.offset;
  const double innovation = value - result.estimate;
  const double noise = sensor.jitter * sensor.jitter + sensor.scatter * sensor.scatter;
  const double spread = numeric::sqrt(state.variance + noise);
  const double gain = state.variance / (state.variance + noise);
  const double step = std::clamp(gain * innovation, -sensor.max_step, sensor.max_step);
  const double offset = std::clamp(state.offset + step, -sensor.max_offset, sensor.max_offset);
  result.step = offset - state.offset;
  state.at_bound = std::fabs(offset) >= sensor.max_offset;
  state.offset = offset;
  state.variance *= 1 - gain;
  state.sampled[static_cast<std::size_t>(state.results) % SoftSensorState::samples] = sampled;
  state.innovation = innovation / spread;
  state.last[static_cast<std::size_t>(state.results++) % SoftSensorState::scores] = std::clamp(state.innovation, -score_max, score_max);
  ++state.steps;
  return result;
}

void SoftSensors::estimate(std::size_t i, const Frame& frame, SoftSensorState& state, SoftEstimate& estimate) const {
  const SoftSensor& sensor = sensors_[i];
  SoftSensorState::Sensor& own = state.sensors[i];
  estimate.known = inputs_[i].step(frame, own.inputs, state.values);
  double raw = sensor.intercept;
  for (std::size_t k = 0; estimate.known && k < sensor.weights.size(); ++k) {
    raw += sensor.weights[k] * state.values[k];
    estimate.known = state.values[k] >= sensor.least[k] && state.values[k] <= sensor.most[k];
  }
  own.past[slot_of(frame.time)] = estimate.known ? static_cast<float>(raw) : no_estimate;
  if (frame.running) own.variance = std::min(own.variance + sensor.wander * sensor.wander * period_h_, sensor.prior * sensor.prior);
  estimate.median = estimate.known ? raw : 0;  // its offset comes after the results
}

void SoftSensors::step(const Frame& frame, const Context&, SoftSensorState& state, std::vector<SoftEstimate>& estimates,
                       std::span<const AtLineResult> results) const {
  if (frame.cold || state.sensors.size() != sensors_.size()) begin(state);
  estimates.assign(sensors_.size(), {});
  for (std::size_t i = 0; i < sensors_.size(); ++i) {
    const SoftSensor& sensor = sensors_[i];
    SoftSensorState::Sensor& own = state.sensors[i];
    SoftEstimate& said = estimates[i];
    estimate(i, frame, state, said);
    if (const auto tag = results_[i]; tag && usable(frame.flaws[tag->value])) {
      const double value = frame.values[tag->value];
      // The first one shown may be of any age.
      if (own.shown && *own.shown != value)
        said.result = take(sensor, value, frame.time - Milliseconds{static_cast<std::int64_t>(sensor.late_s * 1000)}, frame.time, own);
      own.shown = value;
    }
    for (const AtLineResult& result : results)
      if (find(result.attribute) == i) said.result = take(sensor, result.value, result.sampled, frame.time, own);
    said.offset = own.offset;
    said.steps = own.steps;
    said.set_aside = own.set_aside;
    said.disagrees = off(own);
    if (!said.known) continue;
    const double error = numeric::sqrt(own.variance + sensor.jitter * sensor.jitter);
    said.median += own.offset;
    said.low = said.median - sensor.low * error;
    said.high = said.median + sensor.high * error;
  }
  state.time = frame.time;
}

}  // namespace steadyline
