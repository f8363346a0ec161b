#pragma once

#include "line/line.h"

namespace steadyline {

/// A line of two feeders and a blender, 1 s, for tests of the monitor: fd1 and fd2 with massflow_pv (kg/h, hard 4.5–5.5, control 4.8–5.2, on
/// the mean), screw_speed_pv (rpm, hard up to 300, each value, forecast) and torque (%, control 15–35); bl1 with rpm_pv alone, which says
/// whether the line runs.
inline Line feeding_line() {
  Line line;
  line.id = "cdc1";
  line.site = "site1/osd";
  line.units = {{"fd1", "feeder 1", 200}, {"fd2", "feeder 2", 200}, {"bl1", "blender", 140}};
  for (std::uint32_t unit = 0; unit < 2; ++unit) {
    Tag flow{.unit = UnitIndex{unit}, .name = "massflow_pv", .uom = "kg/h", .description = "mass flow"};
    flow.range = {0, 20};
    flow.control = {4.8, 5.2};
    flow.hard = {4.5, 5.5};
    flow.modelled = true;
    Tag speed{.unit = UnitIndex{unit}, .name = "screw_speed_pv", .uom = "rpm", .description = "screw speed"};
    speed.range = {0, 400};
    speed.hard.high = 300;
    speed.limits_on_mean = false;
    speed.stuck_after_s = 30;
    speed.modelled = speed.forecast = true;
    Tag torque{.unit = UnitIndex{unit}, .name = "torque", .uom = "%", .description = "drive torque"};
    torque.range = {0, 100};
    torque.control = {15, 35};
    torque.limits_on_mean = false;
    for (Tag tag : {flow, speed, torque}) {
      tag.path = line.units[unit].id + "/" + tag.name;
      line.tags.push_back(tag);
    }
  }
  Tag rpm{.unit = UnitIndex{2}, .name = "rpm_pv", .path = "bl1/rpm_pv", .uom = "rpm", .description = "speed"};
  rpm.range = {0, 600};
  line.tags.push_back(rpm);
  line.running_tag = TagIndex{6};
  line.running_above = 50;
  line.sha256 = std::string(64, '0');
  return line;
}

}  // namespace steadyline
