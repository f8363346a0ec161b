#pragma once

#include <map>
#include <string_view>

#include "core/error.h"
#include "frames/align.h"
#include "frames/record.h"
#include "monitor/alert.h"
#include "monitor/options.h"
#include "monitor/outputs.h"
#include "monitor/step.h"

namespace steadyline {

class Lines;

/// The way out: writes outputs, counts fates and mutes what an earlier run has already published (records before `committed`).
class Desk {
 public:
  explicit Desk(const MonitorOptions& options) : options_{options} {}

  void open(std::int32_t partition, std::int64_t committed) { partitions_[partition] = {.committed = committed}; }
  void close(std::int32_t partition) { partitions_.erase(partition); }

  void seen(Position at);
  void count(const Fated& fated);
  void set_aside(Position at, std::size_t values);

  /// A record that could not be decoded.
  void reject(const Record& record, const Error& error, Steps& steps);
  void reject_second_partition(const Record& record, const LineState& line, Steps& steps);
  /// A sample too late or too far ahead: it has its fate, and is published aloud.
  void set_out(const Fated& fated, const Record& record, const LineState& line, Steps& steps);
  /// A command that could not be carried out: counted by reason, not published.
  void refuse(Position at, std::string_view reason);

  void publish(Position cause, const Alert& alert);
  /// A frame's assessment or a rejection.
  void publish(const Step& step);

  /// What has gathered since the last call, with progress and status.
  Outputs hand_over(const Lines& lines);

 private:
  struct Partition {
    std::int64_t committed = 0;
    std::int64_t last_seen = -1;
    bool touched = false;  // since the last hand-over
  };
  bool muted(Position at) { return at.offset < partitions_[at.partition].committed; }
  void publish_frame(Position cause, const FrameStep& step);

  MonitorOptions options_;
  std::map<std::int32_t, Partition> partitions_;
  Outputs out_;
};

}  // namespace steadyline
