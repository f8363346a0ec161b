#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "frames/context.h"
#include "frames/frame.h"
#include "line/line.h"

namespace steadyline {

/// Soft sensors of the quality attributes. A plain value; part of a bundle as soft_sensors.json.
struct SoftSensorSpec {
  bool empty() const { return true; }
};

std::string write_soft_sensors(const SoftSensorSpec& spec);
/// Reads what write_soft_sensors wrote; every fault at once, `where` in front of each.
Checked<SoftSensorSpec> read_soft_sensors(std::string_view text, std::string_view where);

/// What one soft sensor says of the tablets of this second.
struct SoftEstimate {
  bool known = false;
  double low = 0, median = 0, high = 0;  ///< 5, 50, 95 % quantile, in the attribute's unit, its offset included
  double offset = 0;                     ///< of the calibration, from at-line results; bounded
  std::int64_t steps = 0;                ///< how often results have moved the offset
  bool disagrees = false;                ///< the last results lie outside what it says
};

/// Running state of the soft sensors of one line. A plain value; a cold frame begins it anew.
struct SoftSensorState {};

/// Runs the soft sensors over one line's frames.
///
/// Threads  constant after construction. Errors: none after construction; attributes whose tags the line lacks are left out.
class SoftSensors {
 public:
  SoftSensors(const SoftSensorSpec& spec, const Line& line);
  const std::vector<TagIndex>& attributes() const { return attributes_; }  ///< at-line tag of each estimate
  void step(const Frame& frame, const Context& context, SoftSensorState& state, std::vector<SoftEstimate>& estimates) const;

 private:
  std::vector<TagIndex> attributes_;
};

}  // namespace steadyline
