#include "frames/decode.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/time_text.h"
#include "frames/digest.h"

namespace steadyline {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t depth_max = 16;
constexpr double magnitude_max = 1e15;
constexpr EventTime time_first{Milliseconds{946'684'800'000}};    // 2000-01-01
constexpr EventTime time_beyond{Milliseconds{4'133'980'800'000}};  // 2101-01-01

/// What is wrong with a record: the stable word and the rest of the sentence.
struct Fault {
  std::string_view reason;
  std::string detail;
  std::string_view mend = "mend the producer; the record was counted and set aside";
};
template <class T>
using Read = tl::expected<T, Fault>;

tl::unexpected<Fault> fault(std::string_view reason, std::string detail) { return tl::unexpected(Fault{reason, std::move(detail)}); }

/// Text of a foreign record, fit for a message: short and printable.
std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 60)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  // A cut in the middle of a character would make our own message bad UTF-8.
  if (text.size() > 60) {
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80) out.pop_back();
    if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xC0) out.pop_back();
    out += "...";
  }
  return out;
}

Fault fault_of(simdjson::error_code code) {
  switch (code) {
    case simdjson::UTF8_ERROR: return {"encoding", "not UTF-8"};
    case simdjson::EMPTY: return {"empty", "no JSON in the record"};
    case simdjson::DEPTH_ERROR: return {"malformed", fmt::format("JSON deeper than {} levels", depth_max)};
    case simdjson::NUMBER_ERROR: return {"value", "a number is misspelt or too large"};
    default: break;
  }
  const std::string_view why = simdjson::error_message(code);
  // simdjson 3.1 and later have an error of its own for whole numbers beyond 64 bits, which 3.0 does not know by name.
  if (why.find("ig integer") != std::string_view::npos) return {"value", "a number is misspelt or too large"};
  return {"malformed", fmt::format("not JSON: {}", why)};
}

/// The tags of one line by the names that samples use: `names[source]`, the last one for whole frames.
struct Names {
  std::vector<std::unordered_map<std::string_view, TagIndex>> names;
  std::unordered_map<std::string_view, SourceIndex> sources;
};

Names names_of(const Line& line) {
  Names result;
  result.names.resize(line.units.size() + 1);
  for (std::uint32_t i = 0; i < line.units.size(); ++i) result.sources.emplace(line.units[i].id, SourceIndex{i});
  result.sources.insert_or_assign("*", SourceIndex{static_cast<std::uint32_t>(line.units.size())});
  for (std::uint32_t i = 0; i < line.tags.size(); ++i) {
    result.names[line.tags[i].unit.value].emplace(line.tags[i].name, TagIndex{i});
    result.names.back().emplace(line.tags[i].path, TagIndex{i});
  }
  return result;
}

/// The members of a record's outermost object that mean something, each at most once.
template <std::size_t N>
class Members {
 public:
  explicit Members(const std::array<std::string_view, N>& names) : names_{names} {}

  Read<void> read(dom::object object) {
    for (const auto& [key, value] : object) {
      const auto found = std::find(names_.begin(), names_.end(), key);
      if (found == names_.end()) continue;
      auto& place = values_[static_cast<std::size_t>(found - names_.begin())];
      if (place) return fault("schema", fmt::format("\"{}\" twice", key));
      place = value;
    }
    return {};
  }

  const dom::element* find(std::string_view name) const {
    const auto& value = values_[static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin())];
    return value ? &*value : nullptr;
  }

  Read<std::string_view> text(std::string_view name) const {
    const dom::element* value = find(name);
    std::string_view result;
    if (value == nullptr) return fault("schema", fmt::format("\"{}\" is missing", name));
    if (value->get_string().get(result) != simdjson::SUCCESS) return fault("schema", fmt::format("\"{}\" is not a text", name));
    return result;
  }

  Read<std::string> text_or_empty(std::string_view name) const {
    if (find(name) == nullptr) return std::string{};
    return text(name).map([](std::string_view found) { return std::string{found}; });
  }

 private:
  const std::array<std::string_view, N>& names_;
  std::array<std::optional<dom::element>, N> values_;
};

Read<EventTime> read_time(const dom::element* value) {
  if (value == nullptr) return fault("time", "\"time\" is missing");
  std::optional<EventTime> time;
  if (value->is_string()) {
    const std::string_view text = value->get_string().value_unsafe();
    time = parse_rfc3339(text);
    if (!time) return fault("time", fmt::format("\"{}\" is no RFC 3339 time", shown(text)));
  } else if (value->is_int64()) {
    const std::int64_t ms = value->get_int64().value_unsafe();
    if (ms < time_first.time_since_epoch().count() || ms >= time_beyond.time_since_epoch().count()) {
      return fault("time", fmt::format("{} ms lies outside the years 2000 to 2100", ms));
    }
    time = EventTime{Milliseconds{ms}};
  } else {
    return fault("time", "\"time\" is neither RFC 3339 nor whole milliseconds");
  }
  if (*time < time_first || *time >= time_beyond) return fault("time", "it lies outside the years 2000 to 2100");
  return *time;
}

Read<double> read_value(std::string_view name, const dom::element& element) {
  double value = std::numeric_limits<double>::quiet_NaN();
  if (element.is_null()) return value;
  if (!element.is_number() || element.get_double().get(value) != simdjson::SUCCESS) {
    return fault("value", fmt::format("\"{}\" is not a number", shown(name)));
  }
  if (!(std::fabs(value) <= magnitude_max)) return fault("value", fmt::format("\"{}\" is beyond 1e15", shown(name)));
  return value;
}

}  // namespace

struct Decoder::Parser {
  explicit Parser(std::span<const Line> lines) {
    for (std::uint32_t i = 0; i < lines.size(); ++i) {
      known.push_back(names_of(lines[i]));
      line_by_id.emplace(lines[i].id, LineIndex{i});
    }
  }

  Read<Message> read(const Record& record);
  Read<dom::object> parse(std::string_view bytes);
  Read<LineIndex> line_of(Read<std::string_view> id) const;
  Read<Message> sample(dom::object object);
  Read<void> values(const Names& names, const dom::element* element, Sample& sample);
  Read<void> quality(const Names& names, const dom::element* element, Sample& sample);
  Read<Message> tick(dom::object object) const;
  Read<Message> command(dom::object object) const;
  template <class Members>
  Read<Message> tag_and_value(const Members& members, Command command) const;
  Read<Message> event(dom::object object) const;
  Read<Message> activate(dom::object object) const;

  dom::parser json;
  std::string padded;  // simdjson reads past the end of what it is given
  bool allocated = false;
  std::vector<Names> known;  // by line
  std::unordered_map<std::string_view, LineIndex> line_by_id;
};

Read<dom::object> Decoder::Parser::parse(std::string_view bytes) {
  if (bytes.empty()) return fault("empty", "no bytes in the record");
  if (bytes.size() > max_record_bytes) return fault("too_large", fmt::format("{} bytes, at most {}", bytes.size(), max_record_bytes));
  if (bytes.starts_with("\xEF\xBB\xBF")) return fault("encoding", "it begins with a byte order mark");
  if (bytes.find_first_not_of(" \t\r\n") == std::string_view::npos) return fault("empty", "only blanks in the record");
  if (!allocated) {
    padded.reserve(max_record_bytes + simdjson::SIMDJSON_PADDING);
    if (json.allocate(max_record_bytes, depth_max + 1) != simdjson::SUCCESS) return fault("too_large", "no memory for it");
    allocated = true;
  }
  padded.assign(bytes);
  padded.append(simdjson::SIMDJSON_PADDING, '\0');
  dom::element root;
  if (const auto code = json.parse(padded.data(), bytes.size(), false).get(root)) return tl::unexpected(fault_of(code));
  dom::object object;
  if (root.get_object().get(object) != simdjson::SUCCESS) return fault("schema", "not a JSON object");
  return object;
}

Read<LineIndex> Decoder::Parser::line_of(Read<std::string_view> id) const {
  if (!id) return tl::unexpected(id.error());
  const auto found = line_by_id.find(*id);
  if (found == line_by_id.end()) return fault("unknown_line", fmt::format("line \"{}\" is not among the {} described", shown(*id), known.size()));
  return found->second;
}

Read<Message> Decoder::Parser::read(const Record& record) {
  if (!record.content_type.empty() && record.content_type != "application/json") {
    return fault("content_type", fmt::format("\"{}\" is not application/json", shown(record.content_type)));
  }
  static constexpr std::array<std::string_view, 6> types{"", "sample", "tick", "command", "event", "activate"};
  if (std::find(types.begin(), types.end(), record.type) == types.end()) {
    return fault("unknown_type", fmt::format("header type \"{}\"; known: sample, tick, command, event, activate", shown(record.type)));
  }
  auto object = parse(record.bytes);
  if (!object) return tl::unexpected(std::move(object.error()));
  if (record.type == "tick") return tick(*object);
  if (record.type == "command") return command(*object);
  if (record.type == "event") return event(*object);
  if (record.type == "activate") return activate(*object);
  return sample(*object);
}

Read<Message> Decoder::Parser::sample(dom::object object) {
  static constexpr std::array<std::string_view, 7> names{"line", "unit", "time", "seq", "values", "quality", "historical"};
  Members members{names};
  if (auto read = members.read(object); !read) return tl::unexpected(std::move(read.error()));
  Sample sample;
  const auto line = line_of(members.text("line"));
  if (!line) return tl::unexpected(line.error());
  sample.line = *line;
  const Names& tags = known[line->value];
  const auto unit = members.text("unit");
  if (!unit) return tl::unexpected(unit.error());
  const auto source = tags.sources.find(*unit);
  if (source == tags.sources.end()) return fault("unknown_unit", fmt::format("unit \"{}\" is not in the line description", shown(*unit)));
  sample.source = source->second;
  const auto time = read_time(members.find("time"));
  if (!time) return tl::unexpected(time.error());
  sample.time = *time;
  if (const auto* seq = members.find("seq"); seq != nullptr && seq->get_int64().get(sample.seq) != simdjson::SUCCESS) {
    return fault("schema", "\"seq\" is not a whole number");
  }
  if (const auto* historical = members.find("historical"); historical != nullptr && historical->get_bool().get(sample.historical) != simdjson::SUCCESS) {
    return fault("schema", "\"historical\" is neither true nor false");
  }
  if (auto read = values(tags, members.find("values"), sample); !read) return tl::unexpected(std::move(read.error()));
  if (auto read = quality(tags, members.find("quality"), sample); !read) return tl::unexpected(std::move(read.error()));
  sample.content = digest_of(sample);
  return sample;
}

Read<void> Decoder::Parser::values(const Names& names, const dom::element* element, Sample& sample) {
  dom::object object;
  if (element == nullptr) return fault("schema", "\"values\" is missing");
  if (element->get_object().get(object) != simdjson::SUCCESS) return fault("schema", "\"values\" is not an object");
  const auto& tags = names.names[sample.source.value];
  sample.values.reserve(object.size());
  for (const auto& [key, value] : object) {
    const auto tag = tags.find(key);
    if (tag == tags.end()) {
      sample.unknown_tags.emplace_back(key);
      continue;
    }
    const auto number = read_value(key, value);
    if (!number) return tl::unexpected(number.error());
    sample.values.push_back({tag->second, *number, static_cast<std::uint8_t>(std::isnan(*number) ? 0 : 192)});
  }
  if (sample.values.empty()) {
    return fault("unknown_tag", sample.unknown_tags.empty() ? std::string{"\"values\" is empty"}
                                                            : fmt::format("no known tag; the first is \"{}\"", shown(sample.unknown_tags.front())));
  }
  std::sort(sample.values.begin(), sample.values.end(), [](const SampleValue& a, const SampleValue& b) { return a.tag < b.tag; });
  const auto twice = std::adjacent_find(sample.values.begin(), sample.values.end(), [](const auto& a, const auto& b) { return a.tag == b.tag; });
  if (twice != sample.values.end()) return fault("schema", "a tag twice in \"values\"");
  return {};
}

Read<void> Decoder::Parser::quality(const Names& names, const dom::element* element, Sample& sample) {
  if (element == nullptr) return {};
  dom::object object;
  if (element->get_object().get(object) != simdjson::SUCCESS) return fault("schema", "\"quality\" is not an object");
  const auto& tags = names.names[sample.source.value];
  std::vector<TagIndex> seen;
  for (const auto& [key, value] : object) {
    std::int64_t opc = 0;
    if (value.get_int64().get(opc) != simdjson::SUCCESS || opc < 0 || opc > 255) {
      return fault("schema", fmt::format("the quality of \"{}\" is not a whole number from 0 to 255", shown(key)));
    }
    const auto tag = tags.find(key);
    if (tag == tags.end()) continue;  // said of a value that is itself set aside
    if (std::find(seen.begin(), seen.end(), tag->second) != seen.end()) return fault("schema", "a tag twice in \"quality\"");
    seen.push_back(tag->second);
    const auto place =
        std::lower_bound(sample.values.begin(), sample.values.end(), tag->second, [](const SampleValue& a, TagIndex b) { return a.tag < b; });
    if (place == sample.values.end() || place->tag != tag->second || std::isnan(place->value)) continue;  // null stays bad
    place->opc = static_cast<std::uint8_t>(opc);
  }
  return {};
}

Read<Message> Decoder::Parser::tick(dom::object object) const {
  static constexpr std::array<std::string_view, 1> names{"time"};
  Members members{names};
  if (auto read = members.read(object); !read) return tl::unexpected(std::move(read.error()));
  const auto time = read_time(members.find("time"));
  if (!time) return tl::unexpected(time.error());
  return Tick{*time};
}

Read<Message> Decoder::Parser::command(dom::object object) const {
  static constexpr std::array<std::string_view, 8> names{"line", "kind", "request", "alarm", "user", "tag", "value", "sampled"};
  Members members{names};
  if (auto read = members.read(object); !read) return tl::unexpected(std::move(read.error()));
  const auto line = line_of(members.text("line"));
  if (!line) return tl::unexpected(line.error());
  Command command{*line, {}, {}};
  for (const auto& [name, place] : {std::pair{"kind", &command.kind}, {"request", &command.request}, {"user", &command.user}}) {
    const auto text = members.text(name);
    if (!text) return tl::unexpected(text.error());
    *place = *text;
  }
  if (command.kind == "set-point" || command.kind == "result") return tag_and_value(members, std::move(command));
  const auto alarm = members.text("alarm");
  if (!alarm) return tl::unexpected(alarm.error());
  command.alarm = *alarm;
  return command;
}

/// The rest of a set-point or of an at-line result, whose tag may also be a soft sensor's name.
template <class Members>
Read<Message> Decoder::Parser::tag_and_value(const Members& members, Command command) const {
  if (const auto tag = members.text("tag")) command.tag = *tag;
  else return tl::unexpected(tag.error());
  if (command.kind == "result") {
    if (const auto sampled = read_time(members.find("sampled"))) command.sampled = *sampled;
    else return tl::unexpected(sampled.error());
  } else if (!known[command.line.value].names.back().contains(command.tag)) {
    return fault("unknown_tag", fmt::format("\"{}\" is no tag of the line", shown(command.tag)));
  }
  const dom::element* const value = members.find("value");
  if (value == nullptr) return fault("schema", "\"value\" is missing");
  if (value->is_null()) return fault("value", "\"value\" is null");
  return read_value("value", *value).map([&](double number) -> Message {
    command.value = number;
    return command;
  });
}

Read<Message> Decoder::Parser::event(dom::object object) const {
  static constexpr std::array<std::string_view, 4> names{"line", "kind", "time", "text"};
  Members members{names};
  if (auto read = members.read(object); !read) return tl::unexpected(std::move(read.error()));
  const auto line = line_of(members.text("line"));
  if (!line) return tl::unexpected(line.error());
  const auto kind = members.text("kind");
  if (!kind) return tl::unexpected(kind.error());
  const auto time = read_time(members.find("time"));
  if (!time) return tl::unexpected(time.error());
  const auto text = members.text_or_empty("text");
  if (!text) return tl::unexpected(text.error());
  return Event{*line, std::string{*kind}, *time, *text};
}

Read<Message> Decoder::Parser::activate(dom::object object) const {
  static constexpr std::array<std::string_view, 5> names{"line", "bundle", "as", "user", "reason"};
  Members members{names};
  if (auto read = members.read(object); !read) return tl::unexpected(std::move(read.error()));
  const auto line = line_of(members.text("line"));
  if (!line) return tl::unexpected(line.error());
  Activate activate{.line = *line, .bundle = {}};
  std::string as;
  for (const auto& [name, place] : {std::pair{"bundle", &activate.bundle}, {"as", &as}, {"user", &activate.user}, {"reason", &activate.reason}}) {
    const auto text = members.text(name);
    if (!text) return tl::unexpected(text.error());
    *place = *text;
  }
  if (as != "champion" && as != "challenger") return fault("schema", fmt::format("\"as\" is \"{}\"; known: champion, challenger", shown(as)));
  activate.challenger = as == "challenger";
  return activate;
}

Decoder::Decoder(std::span<const Line> lines) : parser_{std::make_unique<Parser>(lines)}, lines_{lines} {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;

Result<Message> Decoder::decode(const Record& record) {
  auto message = parser_->read(record);
  if (message) return std::move(*message);
  Fault& why = message.error();
  return tl::unexpected(Error{Errc::decode, fmt::format("{}: {}", why.reason, why.detail),
                              fmt::format("input partition {} offset {}", record.at.partition, record.at.offset), std::string{why.mend}});
}

std::string_view reason_of(const Error& error) { return std::string_view{error.what}.substr(0, error.what.find(':')); }

}  // namespace steadyline
