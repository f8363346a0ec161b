#pragma once

#include <string>

#include "line/line.h"
#include "monitor/judge.h"
#include "monitor/options.h"

namespace steadyline::words {

/// The sentence of a bad_data alarm that is raised: "fd1: its clock is 12 s ahead of the other units'."
std::string data_raised(const Line& line, const Watch& watch, const Evidence& evidence, const AlarmOptions& options);

}  // namespace steadyline::words
