#pragma once

#include <memory>
#include <span>
#include <vector>

#include "frames/record.h"
#include "line/line.h"
#include "models/bundle.h"
#include "monitor/options.h"
#include "monitor/outputs.h"

namespace steadyline {

/// The monitor as a pure function of (line descriptions, bundles, settings, records): DESIGN §1, §3.
///
/// Any split of a log into calls of `advance` gives the same bytes; no clock, no random number, no I/O, no thread inside.
/// Threads  one at a time. Errors: none; a record that cannot be used is an output (rejected) and a fate.
class Pipeline {
 public:
  /// One line and its models; `bundle` may be null: then limits and data quality only. The bundle fits the line (load_bundle checked).
  struct Setup {
    Line line;
    std::shared_ptr<const Bundle> bundle;
  };
  Pipeline(std::vector<Setup> setups, MonitorOptions options);
  ~Pipeline();

  /// A further bundle that an `activate` record may name; load_bundle has checked it for that line. Has no effect by itself.
  void offer(LineIndex line, std::shared_ptr<const Bundle> bundle);
  /// Before `assign`: the bundles that were in force where the reading begins. The hashes of those that were never offered.
  std::vector<std::string> bring_back(const BundlesInForce& in_force);

  /// Takes records in the order of the log and returns what they brought forth.
  Outputs advance(std::span<const Record> records);

  /// Forgets what is known of the partition's lines and mutes outputs of records before `committed`.
  void assign(std::int32_t partition, std::int64_t committed);
  void revoke(std::int32_t partition);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace steadyline
