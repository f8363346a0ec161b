#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>

#include "campaigns/msom_layout.h"
#include "line/line.h"
#include "twin/options.h"

namespace steadyline {

/// Lives through the scenario and writes it as MSOM files. `line` needs the tags that the files tell (MsomSource); of the others only those
/// are read that the twin has a signal for, so `parameters` need no auxiliary signals (config/twin/cdc50.yaml). The first row is the second
/// second: in the first one there are no tablets yet.
///
/// progress   once a simulated minute: seconds lived through, of how many; may be empty
/// stop       when it asks, the files end there, whole
/// Errors     all that the scenario asks and the twin cannot do; as MsomSource and MsomWriter. An unfinished folder is not continued.
Checked<MsomAccount> write_msom(const Line& line, const TwinParameters& parameters, const Scenario& scenario,
                                const std::filesystem::path& folder, const MsomTraps& traps,
                                const std::function<void(double, double)>& progress, const std::stop_token& stop);

}  // namespace steadyline
