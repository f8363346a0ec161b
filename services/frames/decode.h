#pragma once

#include <memory>
#include <span>
#include <string>

#include "core/error.h"
#include "frames/message.h"
#include "frames/record.h"
#include "line/line.h"

namespace steadyline {

/// Turns records into messages. Holds simdjson's parser and its buffers, so it is reused and not shared.
///
/// Formats  JSON samples and whole frames (DESIGN §5), by header `type`: absent or "sample", "tick", "command", "event", "activate".
/// Errors   malformed or deep JSON (> 16 levels), bad UTF-8, unknown line/unit, no known tag, missing or unreadable time, a record over
///          `max_record_bytes`, a number that is not finite or beyond 1e15 in magnitude. The Error's `what` begins with a stable reason word
///          ("malformed", "encoding", "too_large", "unknown_line", "unknown_unit", "unknown_tag", "time", "value", "schema", "empty",
///          "unknown_type", "content_type", "second_partition"), as in docs/metrics.md: `reason_of(error)` gives it back.
/// Threads  one at a time.
class Decoder {
 public:
  static constexpr std::size_t max_record_bytes = 1 << 20;

  /// `lines` must outlive the decoder.
  explicit Decoder(std::span<const Line> lines);
  ~Decoder();
  Decoder(Decoder&&) noexcept;

  Result<Message> decode(const Record& record);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  std::span<const Line> lines_;
};

std::string_view reason_of(const Error& error);

}  // namespace steadyline
