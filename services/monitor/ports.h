#pragma once

#include <span>
#include <vector>

#include "core/error.h"
#include "frames/record.h"
#include "monitor/outputs.h"

namespace steadyline {

/// A partition that has come to us: the source already reads from `read_from`; outputs of records before `committed` are muted.
struct Assignment {
  std::int32_t partition = 0;
  std::int64_t committed = 0;
  std::int64_t read_from = 0;
  BundlesInForce in_force{};  ///< at read_from, of the lines on which other bundles than the settings' were activated
};

/// What one poll brought. Handle `revoked`, then `assigned`, then `records`. Views stay valid until the next poll.
struct Batch {
  std::vector<std::int32_t> revoked;
  std::vector<Assignment> assigned;
  std::span<const Record> records;
  bool connected = true;  ///< false: the broker is away; keep polling
};

/// Where records come from. One thread.
class RecordSource {
 public:
  virtual ~RecordSource() = default;
  /// Waits at most `timeout`. An Error is fatal for the process (kafka_fatal); a broker away is `connected = false`.
  virtual Result<Batch> poll(Milliseconds timeout) = 0;
  /// The same without records, which stay where they are: for a worker that has more to commit than it may keep. It stays a member and
  /// learns which partitions come and go.
  virtual Result<Batch> hold(Milliseconds timeout) = 0;
};

/// Where outputs go, and with them the consumed offsets. One thread, the same as the source's.
class OutputSink {
 public:
  virtual ~OutputSink() = default;
  /// Publishes every record, waits until the broker has them, then commits `progress`. kafka_retriable: nothing was committed,
  /// call again with the same outputs (repeats carry the same ids). kafka_fatal: end the process.
  virtual Result<void> commit(const Outputs& outputs) = 0;
};

}  // namespace steadyline
