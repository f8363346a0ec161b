#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "line/line.h"
#include "monitor/outputs.h"

namespace steadyline {

/// One metric as docs/metrics.md shows it.
struct MetricRow {
  std::string name;    ///< "steadyline_records_total"
  std::string type;    ///< counter, gauge, histogram
  std::string labels;  ///< "line, unit, tag"
  std::string meaning;
};

/// The numbers of one monitor process in Prometheus' text format.
///
/// Labels   bounded by the line descriptions given at construction: lines, tags and kinds unknown there are not counted under their own name.
/// Owns     its registry. Nothing refers to `lines` after construction.
/// Threads  any: the worker observes, the HTTP server asks for the text.
/// Cost     one commit of 1,000 frames: well under a millisecond.
class Metrics {
 public:
  /// `now` is wall-clock time and serves the data age alone. `build`: version, libtorch, blas, vector_target.
  explicit Metrics(std::span<const Line> lines, std::map<std::string, std::string> build = {},
                   std::function<EventTime()> now = &system_now);
  ~Metrics();

  /// What a commit published, and how long it took.
  void observe(const Outputs& committed, double commit_seconds);
  void turned(double loop_seconds);                        ///< one turn of poll → advance → commit
  void connection(bool connected);
  void commit_retried();
  void lag(std::int32_t partition, std::int64_t records);  ///< records of the partition that were not read yet
  void revoked(std::int32_t partition);                    ///< its gauges vanish

  std::string text() const;

  /// Every metric that `text` may name.
  static std::vector<MetricRow> rows();

 private:
  static EventTime system_now();
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace steadyline
