#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/units.h"

namespace steadyline {

/// One value of a sample. A null reading has value NaN and opc 0.
struct SampleValue {
  TagIndex tag;
  double value{};
  std::uint8_t opc = 192;  ///< OPC quality: 0 bad, 64 uncertain, 192 good
};

/// A source is what sends samples of its own clock: one unit, or "*" for whole frames. Number of `unit`s + 1 for "*".
using SourceIndex = Strong<struct SourceIndexTag, std::uint32_t>;

/// One source's decoded message for one instant.
struct Sample {
  LineIndex line;
  SourceIndex source;  ///< UnitIndex, or line.units.size() for "*"
  EventTime time;
  std::int64_t seq = 0;
  bool historical = false;
  std::uint64_t content = 0;  ///< digest of time, seq and values, independent of JSON spelling: orders and finds duplicates
  std::vector<SampleValue> values;  ///< sorted by tag, each tag once
  std::vector<std::string> unknown_tags;  ///< values set aside: tags that the line description lacks
};

/// The passing of time as a record: moves every current line of its partition.
struct Tick {
  EventTime time;
};

/// What a named user or system ordered or reported: "acknowledge" an alarm; "set-point": move a tag to a value; "result": an at-line result of
/// a quality attribute. Other kinds are decoded without their own members.
struct Command {
  LineIndex line;
  std::string kind;
  std::string request;  ///< request id
  std::string alarm{};  ///< alert id; of "acknowledge"
  std::string user{};
  std::string tag{};    ///< "fd1/massflow_sp"; of "set-point"
  double value = 0;     ///< in the tag's unit of measure; of "set-point" and "result"
  EventTime sampled{};  ///< when the sample was taken; of "result", whose tag is a soft sensor's name or result tag
};

/// Something that happened to the line: "lot_change", "recipe", "planned_stop", ...; recorded, context for later.
struct Event {
  LineIndex line;
  std::string kind;
  EventTime time;
  std::string text;
};

/// From its next frame on another bundle is in force for the line, or runs beside the one in force as its challenger.
struct Activate {
  LineIndex line;
  std::string bundle;       ///< SHA-256 or its first 12 digits or more; "previous": the one in force before; "none": as challenger, no other
  bool challenger = false;
  std::string user{}, reason{};
};

using Message = std::variant<Sample, Tick, Command, Event, Activate>;

/// What became of one record: every offset has exactly one.
enum class Fate : std::uint8_t { used, superseded, duplicate, late, future, historical, rejected, command, event, activate, tick };
inline constexpr std::size_t fate_count = 11;
std::string_view to_text(Fate fate);

}  // namespace steadyline
