#include "frames/encode.h"

#include <charconv>
#include <cmath>
#include <string_view>

#include "core/json_text.h"
#include "core/numeric.h"
#include "core/time_text.h"

namespace steadyline {
namespace {

void append_integer(std::string& out, std::int64_t value) {
  char text[24];
  const auto [end, fault] = std::to_chars(text, text + sizeof text, value);
  out.append(text, end);
}

template <class NameOf>
void encode(std::string& out, const Line& line, std::string_view unit, EventTime time, std::int64_t seq, std::span<const SampleValue> values,
            NameOf&& name_of, bool historical = false) {
  out += "{\"line\":";
  append_json_text(out, line.id);
  out += ",\"unit\":";
  append_json_text(out, unit);
  out += ",\"time\":\"";
  append_rfc3339(out, time);
  out += "\",\"seq\":";
  append_integer(out, seq);
  out += ",\"values\":{";
  bool graded = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    append_json_text(out, name_of(line.tag(values[i].tag)));
    out += ':';
    numeric::append_number(out, values[i].value);
    graded = graded || (values[i].opc < 192 && !std::isnan(values[i].value));
  }
  out += '}';
  if (graded) {
    std::string_view before = ",\"quality\":{";
    for (const SampleValue& value : values) {
      if (value.opc >= 192 || std::isnan(value.value)) continue;
      out += before;
      append_json_text(out, name_of(line.tag(value.tag)));
      out += ':';
      append_integer(out, value.opc);
      before = ",";
    }
    out += '}';
  }
  if (historical) out += ",\"historical\":true";
  out += '}';
}

}  // namespace

void encode_sample(std::string& out, const Line& line, UnitIndex unit, EventTime time, std::int64_t seq, std::span<const SampleValue> values,
                   bool historical) {
  encode(out, line, line.unit(unit).id, time, seq, values, [](const Tag& tag) -> std::string_view { return tag.name; }, historical);
}

void encode_frame(std::string& out, const Line& line, EventTime time, std::int64_t seq, std::span<const SampleValue> values) {
  encode(out, line, "*", time, seq, values, [](const Tag& tag) -> std::string_view { return tag.path; });
}

void encode_tick(std::string& out, EventTime time) {
  out += "{\"time\":\"";
  append_rfc3339(out, time);
  out += "\"}";
}

void encode_set_point(std::string& out, const Line& line, std::string_view tag, double value, std::string_view request, std::string_view user) {
  out += "{\"line\":";
  append_json_text(out, line.id);
  out += ",\"kind\":\"set-point\",\"tag\":";
  append_json_text(out, tag);
  out += ",\"value\":";
  numeric::append_number(out, value);
  out += ",\"request\":";
  append_json_text(out, request);
  out += ",\"user\":";
  append_json_text(out, user);
  out += '}';
}

}  // namespace steadyline
