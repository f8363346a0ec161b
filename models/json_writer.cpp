#include "models/json_writer.h"

#include <nlohmann/json.hpp>

#include "core/numeric.h"

namespace steadyline {

void JsonWriter::open(std::string_view key) {
  begin_item(key);
  out_ += '{';
  indent_ += 2;
  first_ = true;
}

void JsonWriter::close() { end('}'); }

void JsonWriter::open_list(std::string_view key) {
  begin_item(key);
  out_ += '[';
  indent_ += 2;
  first_ = true;
}

void JsonWriter::close_list() { end(']'); }

void JsonWriter::end(char bracket) {
  indent_ -= 2;
  out_ += '\n';
  out_.append(indent_, ' ');
  out_ += bracket;
  first_ = false;
}

void JsonWriter::put(std::string_view key, std::string_view text) {
  begin_item(key);
  append_text(text);
}

void JsonWriter::put(std::string_view key, double number) {
  begin_item(key);
  append_item(number);
}

void JsonWriter::put(std::string_view key, std::int64_t number) {
  begin_item(key);
  append_item(number);
}

void JsonWriter::begin_item(std::string_view key) {
  if (!first_) out_ += ',';
  first_ = false;
  if (indent_ > 0) {
    out_ += '\n';
    out_.append(indent_, ' ');
  }
  if (key.empty()) return;
  append_text(key);
  out_ += ": ";
}

void JsonWriter::append_item(double number) { numeric::append_number(out_, number); }

void JsonWriter::append_text(std::string_view text) {
  out_ += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::strict);
}

}  // namespace steadyline
