#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "frames/context.h"
#include "frames/frame.h"
#include "line/line.h"
#include "models/soft_sensor_inputs.h"

namespace steadyline {

/// One learned soft sensor: estimate = intercept + sum of weight * input + offset, the offset from at-line results. A plain value.
///
/// Offset   wanders as a random walk of `wander` per square root of an hour, begins within `prior`; a result has the scatter `scatter`
///          about its material, the estimate of one second `jitter` about its offset: a Kalman filter of one number (local level model,
///          Durbin & Koopman 2012, ch. 2), with bounded steps.
/// Quantile 5 % and 95 % = estimate -low, +high times the estimate's standard error; `low`, `high` are conformal, from calibration.
struct SoftSensor {
  std::string name, uom;
  std::string result;           ///< unit/tag of its results; may be empty
  double late_s = 0;
  std::vector<SoftInput> inputs;
  std::vector<double> weights;  ///< as many
  std::vector<double> least, most;  ///< trained range of each input, with its margin; beyond: no estimate
  double intercept = 0;
  double prior = 1, wander = 0, jitter = 1, scatter = 1;
  double low = 1.645, high = 1.645;
  double max_step = 1, max_offset = 1;
  friend bool operator==(const SoftSensor&, const SoftSensor&) = default;
};

/// Soft sensors of the quality attributes. A plain value; part of a bundle as soft_sensors.json.
struct SoftSensorSpec {
  std::vector<SoftSensor> sensors;
  bool empty() const { return sensors.empty(); }
  friend bool operator==(const SoftSensorSpec&, const SoftSensorSpec&) = default;
};

std::string write_soft_sensors(const SoftSensorSpec& spec);
/// Reads what write_soft_sensors wrote; every fault at once, `where` in front of each.
Checked<SoftSensorSpec> read_soft_sensors(std::string_view text, std::string_view where);

/// A laboratory's word on one attribute, come as a record: for the material of `sampled`.
struct AtLineResult {
  std::string attribute;  ///< name or result tag of the soft sensor
  double value = 0;
  EventTime sampled;
};

/// What became of one at-line result.
struct SoftResult {
  enum class Fate : std::uint8_t {
    used,
    too_old,   ///< its sample was taken before what is remembered
    too_early, ///< its sample would be of the future
    repeated,  ///< of a sample whose result has been used
    unknown    ///< of a time without an estimate: the line stood, or inputs were bad
  };
  Fate fate = Fate::used;
  EventTime sampled;
  double value = 0;
  double estimate = 0;  ///< of the material of that time, with the offset before this result; 0 unless used
  double step = 0;      ///< by which the offset moved
};
std::string_view to_text(SoftResult::Fate fate);

/// What one soft sensor says of the tablets of this second.
struct SoftEstimate {
  bool known = false;
  double low = 0, median = 0, high = 0;  ///< 5, 50, 95 % quantile of the mean of this second's tablets, in the attribute's unit, its offset included
  double offset = 0;                     ///< of the calibration, from at-line results; bounded
  std::int64_t steps = 0;                ///< how often results have moved the offset
  std::int64_t set_aside = 0;            ///< results that could not be used
  bool disagrees = false;                ///< the last results lie off, or the offset has reached its bound
  std::optional<SoftResult> result;      ///< come with this frame; of several the last
};

/// Running state of the soft sensors of one line. A plain value; a cold frame begins it anew.
struct SoftSensorState {
  static constexpr std::size_t scores = 8, samples = 16;
  struct Sensor {
    SoftInputState inputs;
    std::vector<float> past;     ///< estimates without offset, by second (SoftSensors::remembered_s); NaN: none
    double offset = 0, variance = 0;
    std::int64_t steps = 0, set_aside = 0, results = 0;
    std::array<double, scores> last{};  ///< of the last results: distance to the estimate in standard deviations, within ±3
    std::array<EventTime, samples> sampled{};  ///< of the last results used
    double innovation = 0;              ///< of the last result: its distance in standard deviations, unbounded
    std::optional<double> shown;        ///< value of the result's tag
    bool at_bound = false;
  };
  std::vector<Sensor> sensors;
  std::optional<EventTime> time;
  std::vector<double> values;  // scratch
};

/// Runs the soft sensors over one line's frames.
///
/// Results  come as a new value of the result's tag, `late_s` after the sample, or with `results`. Each is held against the estimate of the
///          second in which its sample was taken and moves the offset alone, by at most max_step, within ±max_offset.
/// Off      the last 8 results disagree when the sum of their distances exceeds 3.5 standard deviations of such a sum (once in thousands of
///          hours when all is well), so that a slow drift shows while single results still seem fair.
/// Threads  constant after construction. Errors: none after construction; attributes whose tags the line lacks are left out.
class SoftSensors {
 public:
  static constexpr double remembered_s = 2400;  ///< 30 min and a margin

  SoftSensors(const SoftSensorSpec& spec, const Line& line);
  const std::vector<SoftSensor>& sensors() const { return sensors_; }  ///< in the order of the estimates
  std::optional<std::size_t> find(std::string_view attribute) const;   ///< by name or result tag
  void step(const Frame& frame, const Context& context, SoftSensorState& state, std::vector<SoftEstimate>& estimates,
            std::span<const AtLineResult> results = {}) const;

 private:
  std::size_t slot_of(EventTime time) const;
  void begin(SoftSensorState& state) const;
  void estimate(std::size_t i, const Frame& frame, SoftSensorState& state, SoftEstimate& estimate) const;
  SoftResult take(const SoftSensor& sensor, double value, EventTime sampled, EventTime now, SoftSensorState::Sensor& state) const;

  std::vector<SoftSensor> sensors_;
  std::vector<SoftInputs> inputs_;                // by sensor
  std::vector<std::optional<TagIndex>> results_;  // by sensor
  Milliseconds slot_;
  std::size_t slots_;
  double period_h_;
};

}  // namespace steadyline
