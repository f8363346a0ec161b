#pragma once

#include "line/line.h"
#include "settings/section.h"

namespace steadyline {

/// One entry of `relations`, added to the line, whose tags and units are known already. Faults are noted in the section.
void read_relation(Section section, Line& line);

}  // namespace steadyline
