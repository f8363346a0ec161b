#include "models/soft_sensors.h"

namespace steadyline {

std::string write_soft_sensors(const SoftSensorSpec&) { return {}; }
Checked<SoftSensorSpec> read_soft_sensors(std::string_view, std::string_view) { return SoftSensorSpec{}; }

SoftSensors::SoftSensors(const SoftSensorSpec&, const Line&) {}
void SoftSensors::step(const Frame&, const Context&, SoftSensorState&, std::vector<SoftEstimate>&) const {}

}  // namespace steadyline
