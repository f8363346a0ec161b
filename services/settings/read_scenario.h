#pragma once

#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "line/line.h"
#include "twin/options.h"

namespace steadyline {

/// What else is wrong with a scenario, beyond its form: physics, which only the twin knows (`unsimulated`). Its errors name `where` of the part.
using ScenarioCheck = std::function<std::vector<Error>(const Scenario&)>;

/// Reads and checks a scenario of the twin against the line that it simulates: every fault at once, with file and line. `check` judges what is well
/// formed; of a part with a fault of its form it is not asked.
Checked<Scenario> read_scenario(const std::filesystem::path& file, const Line& line, const ScenarioCheck& check = {});
/// The same from text; `file` is named in the faults.
Checked<Scenario> parse_scenario(std::string_view text, std::string_view file, const Line& line, const ScenarioCheck& check = {});

}  // namespace steadyline
