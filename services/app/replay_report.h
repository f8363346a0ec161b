#pragma once

#include <span>
#include <string>

#include "app/replay_audit.h"
#include "app/run_summary.h"
#include "monitor/pipeline.h"
#include "training/dataset_reader.h"

namespace steadyline {

/// Prints what was sent, what became of it and how fast, for people or (`json`) for programs.
void print_replay(const Line& line, const ReplayAudit& audit, const RunSummary& summary, double seconds, bool json);

/// Judges the bundle on the campaigns that it has neither learned from nor been calibrated on: its passport names those.
/// Prints the tables and keeps them in `report_to`.
Result<void> judge_held_out(const Pipeline::Setup& setup, const MonitorOptions& options, const Dataset& dataset,
                            std::span<const DataRow> rows, const std::string& report_to);

}  // namespace steadyline
