#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>

#include "core/error.h"
#include "line/line.h"
#include "twin/options.h"

namespace steadyline {

enum class TableFormat { hdf5, csv };

/// A run of the twin to be kept as files.
struct CampaignPlan {
  const Line* line = nullptr;        ///< must outlive the run
  TwinParameters parameters;
  Scenario scenario;
  std::string name;                  ///< "C3", or the scenario file's name: for the manifest
  std::string parameters_sha256;     ///< of the parameter file
  TableFormat format = TableFormat::hdf5;
  std::size_t part_rows = 7200;      ///< rows of a file; the memory of a run is a few of these
  int readings_per_s = 1;            ///< 10: physics at 1 s, held between, noise at 0.1 s
  bool tablets = false;              ///< each tablet too
  bool affected = true;              ///< labels name the tags that each fault moved, by a second run without it
};

struct CampaignProgress {
  double simulated_s = 0, total_s = 0;
  double again_s = 0;  ///< of these only lived through again: their files were there
  std::uint64_t values = 0, bytes = 0;
};

/// Lives through the scenario and writes, into `folder`, files of `part_rows` rows each: frames (what the line's instruments sent), truth (never for the
/// monitor), tablets if asked; at the end labels.jsonl. A folder that holds a part of this run is continued.
///
/// Gaps     of the log (Scenario::data_traps) are no rows of the frames; the truth has every second.
/// Bits     each file is a function of plan and part number: the same for any number of interruptions and threads.
/// Memory   two parts, whatever the length. Threads: the simulation here, packing and writing in a second one.
/// Stops    after the part in hand when `stop` asks; `complete` tells. Errors: as RunFolder.
struct CampaignOutcome {
  bool complete = false;
  std::uint64_t rows = 0, values = 0, bytes = 0;
};
Result<CampaignOutcome> run_campaign(const CampaignPlan& plan, const std::filesystem::path& folder, const std::function<void(const CampaignProgress&)>& progress,
                                     const std::stop_token& stop);

}  // namespace steadyline
