#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace steadyline {

/// Writes the JSON files of a bundle: keys and values in the order of the calls, indented by two, lists on one line. Throws on text that
/// is not UTF-8 (write_manifest turns it into an Error).
class JsonWriter {
 public:
  void open(std::string_view key);  ///< an object; "" for the outermost and for an item of a list of objects
  void close();
  void open_list(std::string_view key);  ///< a list of objects: each with open("") … close()
  void close_list();
  void put(std::string_view key, std::string_view text);
  void put(std::string_view key, double number);
  void put(std::string_view key, std::int64_t number);
  template <class List>
  void put_list(std::string_view key, const List& list) {
    begin_item(key);
    out_ += '[';
    bool first = true;
    for (const auto& item : list) {
      if (!first) out_ += ", ";
      first = false;
      append_item(item);
    }
    out_ += ']';
  }
  std::string take() { return std::move(out_); }

 private:
  void begin_item(std::string_view key);
  void end(char bracket);
  void append_item(double number);
  void append_item(std::int64_t number) { out_ += std::to_string(number); }
  void append_item(const std::string& text) { append_text(text); }
  void append_text(std::string_view text);

  std::string out_;
  std::size_t indent_ = 0;
  bool first_ = true;
};

}  // namespace steadyline
