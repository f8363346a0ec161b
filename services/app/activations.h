#pragma once

#include <map>
#include <span>
#include <string>

#include "app/bundle_shelf.h"
#include "monitor/pipeline.h"
#include "monitor/ports.h"

namespace steadyline {

/// Brings the bundles that records and committed offsets name from the shelf to the pipeline, before these reach it: the pipeline itself
/// reads no files. Says aloud when one of them has a golden profile that nobody has approved. Threads: the worker's.
class Activations {
 public:
  Activations(BundleShelf shelf, std::vector<std::string> lines) : shelf_{std::move(shelf)}, lines_{std::move(lines)} {}

  /// Looks for activations among records that are about to be taken.
  void prepare(std::span<const Record> records, Pipeline& pipeline);
  /// The bundles that were in force where the reading of an assigned partition begins. An error: one of them is gone.
  Result<void> prepare(const Assignment& assignment, Pipeline& pipeline);

 private:
  static void say(const std::string& line, const std::string& words);
  void fetch(const std::string& line, const std::string& sha256, Pipeline& pipeline);

  BundleShelf shelf_;
  std::vector<std::string> lines_;                          // ids, in the pipeline's order
  std::map<std::pair<std::string, std::string>, std::string> offered_;  // line and hash as it was asked for; what is to be told of its profile
};

}  // namespace steadyline
