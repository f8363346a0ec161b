#pragma once

#include "line/line.h"
#include "settings/section.h"

namespace steadyline {

/// One entry of `soft_sensors`, added to the line, whose tags are all known by now. Errors   gathered in the section's reading.
void read_soft_sensor(Section section, Line& line);

}  // namespace steadyline
