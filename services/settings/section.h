#pragma once

#include <yaml-cpp/yaml.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "line/line.h"
#include "settings/key.h"

namespace steadyline {

/// What one reading of one YAML file gathers. `keys` is filled when the readers are asked what they know (settings/key.h).
struct Reading {
  std::string file;
  std::vector<Error> faults;
  std::vector<SettingKey>* keys = nullptr;

  void fault(int line, std::string what, std::string mend);
};

/// Closed interval of allowed numbers.
struct Limits {
  double low;
  double high;
};

/// One map of a YAML file, read key by key. Each reader checks the value, notes a fault and then returns the fallback (or a harmless value), so
/// that one pass finds every fault. A key that no reader asked for is unknown: `reject_unknown_keys` closes each section.
///
/// Owner    refers to `reading`, which must outlive it. yaml-cpp stays inside services/settings.
/// Errors   gathered in reading.faults, never thrown.
class Section {
 public:
  Section(Reading& reading, std::string path, const YAML::Node& node, int line);

  // With a fallback the key may be left out; without one it is needed.
  double number(std::string_view key, double fallback, Limits limits, std::string_view meaning);
  double number(std::string_view key, Limits limits, std::string_view meaning);
  std::optional<double> optional_number(std::string_view key, Limits limits, std::string_view meaning);
  std::int64_t integer(std::string_view key, std::int64_t fallback, Limits limits, std::string_view meaning);
  std::int64_t integer(std::string_view key, Limits limits, std::string_view meaning);
  bool flag(std::string_view key, bool fallback, std::string_view meaning);
  std::string text(std::string_view key, std::string_view fallback, std::string_view meaning);
  std::string text(std::string_view key, std::string_view meaning);
  /// One character; "\t" reads as the tabulator.
  char character(std::string_view key, char fallback, std::string_view meaning);
  /// A name: 1..64 of a-z A-Z 0-9 _ - and, with `dots`, the dot.
  std::string name(std::string_view key, std::string_view meaning, bool dots = false);
  /// [low, high], ascending; null is an open side. Absent: open on both.
  Band band(std::string_view key, std::string_view meaning);
  std::vector<std::string> texts(std::string_view key, std::string_view meaning);
  std::vector<double> numbers(std::string_view key, Limits limits, std::string_view meaning);
  std::map<int, std::string> codes(std::string_view key, std::string_view meaning);
  std::map<std::string, std::string> words(std::string_view key, std::string_view meaning);
  /// One of the words; the first of `choices` is the fallback unless `needed`.
  template <class Value>
  Value choice(std::string_view key, const std::vector<std::pair<std::string_view, Value>>& choices, std::string_view meaning, bool needed = false) {
    std::vector<std::string_view> allowed;
    for (const auto& [word, value] : choices) allowed.push_back(word);
    return choices[choice_index(key, allowed, meaning, needed)].second;
  }
  /// A map of its own; absent: an empty one.
  Section section(std::string_view key, std::string_view meaning);
  /// A list of maps. `needed`: at least one.
  std::vector<Section> list(std::string_view key, std::string_view meaning, bool needed);

  /// True while the readers are asked for their keys: optional sections are then read too.
  bool describing() const { return reading_->keys != nullptr; }
  bool has(std::string_view key) const { return find(key) != nullptr; }
  /// The keys of a map whose keys are names, in the order of the file.
  std::vector<std::string> keys() const;
  int line() const { return line_; }
  /// Notes a fault of a key at its line (or at the section's, where the key is absent): "path.key " + what.
  void fault(std::string_view key, const std::string& what, std::string mend);
  void reject_unknown_keys();

 private:
  struct Entry {
    std::string key;
    YAML::Node value;
    int line;
  };
  const Entry* find(std::string_view key) const;
  std::string path_of(std::string_view key) const;
  const Entry* ask(std::string_view key, std::string fallback, std::string allowed, std::string_view meaning);
  const Entry* need(std::string_view key, std::string allowed, std::string_view meaning);
  std::optional<double> read_number(const Entry& entry, Limits limits, bool whole, std::string_view meaning);
  std::optional<std::string> read_text(const Entry& entry, std::string_view meaning);
  std::size_t choice_index(std::string_view key, const std::vector<std::string_view>& words, std::string_view meaning, bool needed);

  Reading* reading_;
  std::string path_;
  int line_;
  std::vector<Entry> entries_;
  std::vector<std::string> known_;
};

/// Parses text and hands its root section to `read`; YAML errors become faults. At most 1 MiB.
template <class Value, class Read>
Checked<Value> read_yaml(std::string_view text, std::string_view file, Read read);

/// The root of a YAML text, or a fault in `reading` (malformed, too large, too deep, more than one document).
std::optional<YAML::Node> parse_yaml(std::string_view text, Reading& reading);
/// The bytes of a settings file, or why it cannot be read.
Result<std::string> read_settings_file(const std::string& path);

template <class Value, class Read>
Checked<Value> read_yaml(std::string_view text, std::string_view file, Read read) {
  Reading reading{std::string{file}, {}, nullptr};
  Value value{};
  if (const auto root = parse_yaml(text, reading)) {
    Section top{reading, "", *root, 1};
    read(top, value);
    top.reject_unknown_keys();
  }
  if (!reading.faults.empty()) return tl::unexpected(std::move(reading.faults));
  return value;
}

/// The keys that `read` asks for; lists are visited once, as "units[]".
template <class Value, class Read>
std::vector<SettingKey> keys_of(Read read) {
  std::vector<SettingKey> keys;
  Reading reading{"", {}, &keys};
  Value value{};
  Section top{reading, "", YAML::Node{}, 1};
  read(top, value);
  return keys;
}

}  // namespace steadyline
