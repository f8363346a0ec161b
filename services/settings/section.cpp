#include "settings/section.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "settings/known_keys.h"

namespace steadyline {
namespace {

constexpr std::size_t max_file_bytes = 1 << 20;

// yaml-cpp counts lines from 0 and gives -1 for nodes that it made up.
int line_of(const YAML::Node& node) { return node.Mark().line + 1; }

std::string shown(const YAML::Node& node) {
  if (node.IsNull()) return "empty";
  if (node.IsSequence()) return "a list";
  if (node.IsMap()) return "a map";
  std::string text = node.Scalar();
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  if (text.size() > 60) text = text.substr(0, 60) + "…";
  return fmt::format("\"{}\"", text);
}

std::optional<double> to_number(const YAML::Node& node) {
  if (!node.IsScalar()) return std::nullopt;
  const std::string& text = node.Scalar();
  double value{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

struct IgnoreEvents final : YAML::EventHandler {
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// Not YAML::LoadAll: on a lone "," it takes nothing from the stream and adds empty documents until the memory is full (0.7).
bool has_more_than_one_document(std::string_view text) {
  std::istringstream in{std::string{text}};
  YAML::Parser parser{in};
  IgnoreEvents ignore;
  return parser.HandleNextDocument(ignore) && parser.HandleNextDocument(ignore);
}

std::string range_text(Limits limits) {
  if (std::isinf(limits.low) && std::isinf(limits.high)) return "any number";
  if (std::isinf(limits.high)) return fmt::format("{} or more", limits.low);
  return fmt::format("{}..{}", limits.low, limits.high);
}

std::string allowed_words(const std::vector<std::string_view>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

}  // namespace

void Reading::fault(int line, std::string what, std::string mend) {
  faults.push_back({Errc::settings, std::move(what), fmt::format("{}:{}", file, std::max(line, 1)), std::move(mend)});
}

Section::Section(Reading& reading, std::string path, const YAML::Node& node, int line)
    : reading_{&reading}, path_{std::move(path)}, line_{line} {
  if (!node.IsDefined() || node.IsNull()) return;
  if (!node.IsMap()) {
    reading.fault(line, fmt::format("{} is {}, not a map of keys", path_.empty() ? "the file" : path_, shown(node)), "write `key: value` lines");
    return;
  }
  for (const auto& pair : node) {
    const int at = line_of(pair.first);
    if (!pair.first.IsScalar()) {
      reading.fault(at, fmt::format("a key of {} is {}, not a word", path_.empty() ? "the file" : path_, shown(pair.first)), "write `key: value` lines");
    } else if (find(pair.first.Scalar()) != nullptr) {
      reading.fault(at, path_of(pair.first.Scalar()) + " is given twice", fmt::format("keep one; the first is in line {}", find(pair.first.Scalar())->line));
    } else {
      entries_.push_back({pair.first.Scalar(), pair.second, at});
    }
  }
}

const Section::Entry* Section::find(std::string_view key) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.key == key; });
  return found == entries_.end() ? nullptr : &*found;
}

std::vector<std::string> Section::keys() const {
  std::vector<std::string> keys;
  for (const Entry& entry : entries_) keys.push_back(entry.key);
  return keys;
}

std::string Section::path_of(std::string_view key) const { return path_.empty() ? std::string{key} : fmt::format("{}.{}", path_, key); }

void Section::fault(std::string_view key, const std::string& what, std::string mend) {
  const Entry* const entry = find(key);
  reading_->fault(entry != nullptr ? entry->line : line_, fmt::format("{} {}", path_of(key), what), std::move(mend));
}

const Section::Entry* Section::ask(std::string_view key, std::string fallback, std::string allowed, std::string_view meaning) {
  known_.emplace_back(key);
  if (reading_->keys != nullptr) reading_->keys->push_back({path_of(key), std::move(fallback), std::move(allowed), std::string{meaning}});
  return find(key);
}

const Section::Entry* Section::need(std::string_view key, std::string allowed, std::string_view meaning) {
  const Entry* const entry = ask(key, "", std::move(allowed), meaning);
  if (entry == nullptr) fault(key, "is missing", std::string{meaning});
  return entry;
}

std::optional<double> Section::read_number(const Entry& entry, Limits limits, bool whole, std::string_view meaning) {
  const auto value = to_number(entry.value);
  const std::string mend = fmt::format("allowed {}; {}", range_text(limits), meaning);
  if (!value) {
    fault(entry.key, fmt::format("is {}, not a number", shown(entry.value)), mend);
  } else if (whole && *value != std::floor(*value)) {
    fault(entry.key, fmt::format("is {}, not a whole number", *value), mend);
  } else if (*value < limits.low || *value > limits.high) {
    fault(entry.key, fmt::format("is {}", *value), mend);
  } else {
    return value;
  }
  return std::nullopt;
}

double Section::number(std::string_view key, double fallback, Limits limits, std::string_view meaning) {
  const Entry* const entry = ask(key, fmt::format("{}", fallback), range_text(limits), meaning);
  return entry == nullptr ? fallback : read_number(*entry, limits, false, meaning).value_or(fallback);
}

double Section::number(std::string_view key, Limits limits, std::string_view meaning) {
  const Entry* const entry = need(key, range_text(limits), meaning);
  return entry == nullptr ? limits.low : read_number(*entry, limits, false, meaning).value_or(limits.low);
}

std::optional<double> Section::optional_number(std::string_view key, Limits limits, std::string_view meaning) {
  const Entry* const entry = ask(key, "none", range_text(limits), meaning);
  return entry == nullptr ? std::nullopt : read_number(*entry, limits, false, meaning);
}

std::int64_t Section::integer(std::string_view key, std::int64_t fallback, Limits limits, std::string_view meaning) {
  const Entry* const entry = ask(key, fmt::format("{}", fallback), range_text(limits), meaning);
  if (entry == nullptr) return fallback;
  const auto value = read_number(*entry, limits, true, meaning);
  return value ? static_cast<std::int64_t>(*value) : fallback;
}

std::int64_t Section::integer(std::string_view key, Limits limits, std::string_view meaning) {
  const Entry* const entry = need(key, range_text(limits), meaning);
  const double low = std::max(limits.low, 0.0);
  return static_cast<std::int64_t>(entry == nullptr ? low : read_number(*entry, limits, true, meaning).value_or(low));
}

bool Section::flag(std::string_view key, bool fallback, std::string_view meaning) {
  const Entry* const entry = ask(key, fallback ? "true" : "false", "true or false", meaning);
  if (entry == nullptr) return fallback;
  const std::string word = entry->value.IsScalar() ? entry->value.Scalar() : "";
  if (word == "true" || word == "false") return word == "true";
  fault(key, fmt::format("is {}, neither true nor false", shown(entry->value)), std::string{meaning});
  return fallback;
}

std::optional<std::string> Section::read_text(const Entry& entry, std::string_view meaning) {
  if (entry.value.IsScalar() && !entry.value.Scalar().empty()) return entry.value.Scalar();
  fault(entry.key, fmt::format("is {}, not a text", entry.value.IsScalar() ? "empty" : shown(entry.value)), std::string{meaning});
  return std::nullopt;
}

std::string Section::text(std::string_view key, std::string_view fallback, std::string_view meaning) {
  const Entry* const entry = ask(key, fallback.empty() ? "none" : std::string{fallback}, "text", meaning);
  return entry == nullptr ? std::string{fallback} : read_text(*entry, meaning).value_or(std::string{fallback});
}

std::string Section::text(std::string_view key, std::string_view meaning) {
  const Entry* const entry = need(key, "text", meaning);
  return entry == nullptr ? "" : read_text(*entry, meaning).value_or("");
}

char Section::character(std::string_view key, char fallback, std::string_view meaning) {
  const Entry* const entry = ask(key, fmt::format("`{}`", fallback), "one character", meaning);
  if (entry == nullptr) return fallback;
  const std::string word = entry->value.IsScalar() ? entry->value.Scalar() : "";
  if (word == "\\t") return '\t';
  if (word.size() == 1) return word[0];
  fault(key, fmt::format("is {}, not one character", shown(entry->value)), std::string{meaning});
  return fallback;
}

std::string Section::name(std::string_view key, std::string_view meaning, bool dots) {
  const std::string allowed = dots ? "1..64 letters, digits, _ - ." : "1..64 letters, digits, _ -";
  const Entry* const entry = need(key, allowed, meaning);
  if (entry == nullptr) return "";
  const std::string word = entry->value.IsScalar() ? entry->value.Scalar() : "";
  const bool good = !word.empty() && word.size() <= 64 && std::all_of(word.begin(), word.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || (dots && c == '.');
  });
  if (good) return word;
  fault(key, fmt::format("is {}", shown(entry->value)), fmt::format("allowed {}; {}", allowed, meaning));
  return "";
}

Band Section::band(std::string_view key, std::string_view meaning) {
  const std::string shape = "[low, high], null = open side";
  const Entry* const entry = ask(key, "none", shape, meaning);
  Band band;
  if (entry == nullptr) return band;
  const YAML::Node& node = entry->value;
  if (!node.IsSequence() || node.size() != 2) {
    fault(key, fmt::format("is {}, not two numbers", shown(node)), fmt::format("write {}; {}", shape, meaning));
    return band;
  }
  const auto side = [&](std::size_t i, double open) {
    if (node[i].IsNull()) return open;
    if (const auto value = to_number(node[i])) return *value;
    fault(key, fmt::format("has {}, not a number", shown(node[i])), fmt::format("write {}; {}", shape, meaning));
    return open;
  };
  const Band read{side(0, band.low), side(1, band.high)};
  if (read.low < read.high) return read;
  fault(key, fmt::format("is [{}, {}]", read.low, read.high), fmt::format("the low side must be less than the high one; {}", meaning));
  return band;
}

std::vector<std::string> Section::texts(std::string_view key, std::string_view meaning) {
  const Entry* const entry = ask(key, "none", "list of texts", meaning);
  std::vector<std::string> texts;
  if (entry == nullptr || (entry->value.IsNull())) return texts;
  if (!entry->value.IsSequence()) {
    fault(key, fmt::format("is {}, not a list", shown(entry->value)), std::string{meaning});
    return texts;
  }
  for (const auto& item : entry->value) {
    if (item.IsScalar()) texts.push_back(item.Scalar());
    else reading_->fault(line_of(item), fmt::format("{} has {}, not a text", path_of(key), shown(item)), std::string{meaning});
  }
  return texts;
}

std::vector<double> Section::numbers(std::string_view key, Limits limits, std::string_view meaning) {
  const Entry* const entry = ask(key, "none", fmt::format("list of {}", range_text(limits)), meaning);
  std::vector<double> numbers;
  if (entry == nullptr || entry->value.IsNull()) return numbers;
  if (!entry->value.IsSequence()) {
    fault(key, fmt::format("is {}, not a list", shown(entry->value)), std::string{meaning});
    return numbers;
  }
  for (const auto& item : entry->value) {
    const auto value = to_number(item);
    if (value && *value >= limits.low && *value <= limits.high) numbers.push_back(*value);
    else reading_->fault(line_of(item), fmt::format("{} has {}", path_of(key), shown(item)), fmt::format("allowed {}; {}", range_text(limits), meaning));
  }
  return numbers;
}

std::map<int, std::string> Section::codes(std::string_view key, std::string_view meaning) {
  const Entry* const entry = ask(key, "none", "map of whole numbers to words", meaning);
  std::map<int, std::string> codes;
  if (entry == nullptr) return codes;
  if (!entry->value.IsMap()) {
    fault(key, fmt::format("is {}, not a map", shown(entry->value)), fmt::format("write {{0: off, 1: on}}; {}", meaning));
    return codes;
  }
  for (const auto& pair : entry->value) {
    const auto code = to_number(pair.first);
    if (!code || *code != std::floor(*code) || std::fabs(*code) > 1e9) {
      fault(key, fmt::format("has the code {}, not a whole number", shown(pair.first)), std::string{meaning});
    } else if (!pair.second.IsScalar() || pair.second.Scalar().empty()) {
      fault(key, fmt::format("has no word for code {}", *code), std::string{meaning});
    } else if (!codes.emplace(static_cast<int>(*code), pair.second.Scalar()).second) {
      fault(key, fmt::format("has the code {} twice", *code), "keep one");
    }
  }
  return codes;
}

std::map<std::string, std::string> Section::words(std::string_view key, std::string_view meaning) {
  const Entry* const entry = ask(key, "none", "map of texts", meaning);
  std::map<std::string, std::string> words;
  if (entry == nullptr || entry->value.IsNull()) return words;
  if (!entry->value.IsMap()) {
    fault(key, fmt::format("is {}, not a map", shown(entry->value)), std::string{meaning});
    return words;
  }
  for (const auto& pair : entry->value) {
    if (!pair.first.IsScalar() || !pair.second.IsScalar()) {
      reading_->fault(line_of(pair.first), fmt::format("{} has {} for {}", path_of(key), shown(pair.second), shown(pair.first)), std::string{meaning});
    } else if (!words.emplace(pair.first.Scalar(), pair.second.Scalar()).second) {
      reading_->fault(line_of(pair.first), fmt::format("{} has {} twice", path_of(key), shown(pair.first)), "keep one");
    }
  }
  return words;
}

std::size_t Section::choice_index(std::string_view key, const std::vector<std::string_view>& words, std::string_view meaning, bool needed) {
  const Entry* const entry = needed ? need(key, allowed_words(words), meaning) : ask(key, std::string{words[0]}, allowed_words(words), meaning);
  if (entry == nullptr) return 0;
  const auto found = entry->value.IsScalar() ? std::find(words.begin(), words.end(), entry->value.Scalar()) : words.end();
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  fault(key, fmt::format("is {}", shown(entry->value)), fmt::format("known here: {}; {}", allowed_words(words), meaning));
  return 0;
}

Section Section::section(std::string_view key, std::string_view) {
  known_.emplace_back(key);
  const Entry* const entry = find(key);
  return {*reading_, path_of(key), entry != nullptr ? entry->value : YAML::Node{}, entry != nullptr ? entry->line : line_};
}

std::vector<Section> Section::list(std::string_view key, std::string_view meaning, bool needed) {
  known_.emplace_back(key);
  const Entry* const entry = find(key);
  std::vector<Section> sections;
  if (reading_->keys != nullptr) sections.emplace_back(*reading_, path_of(key) + "[]", YAML::Node{}, line_);
  if (entry != nullptr && !entry->value.IsSequence() && !entry->value.IsNull()) {
    fault(key, fmt::format("is {}, not a list", shown(entry->value)), fmt::format("begin each item with a dash; {}", meaning));
    return sections;
  }
  if (entry != nullptr && entry->value.IsSequence()) {
    for (const auto& item : entry->value) {
      const auto place = fmt::format("{}[{}]", path_of(key), sections.size());
      if (item.IsNull()) reading_->fault(line_of(item), place + " is empty", std::string{meaning});
      else sections.emplace_back(*reading_, place, item, line_of(item));
    }
  }
  if (needed && sections.empty()) fault(key, entry == nullptr ? "is missing" : "has no item", std::string{meaning});
  return sections;
}

void Section::reject_unknown_keys() {
  std::vector<std::string> known = known_;
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  for (const Entry& entry : entries_) {
    if (std::binary_search(known.begin(), known.end(), entry.key)) continue;
    reading_->fault(entry.line, fmt::format("{} is not a setting", path_of(entry.key)), known_keys(known, entry.key));
  }
}

std::optional<YAML::Node> parse_yaml(std::string_view text, Reading& reading) {
  if (text.size() > max_file_bytes) {
    reading.fault(1, fmt::format("the file has {} bytes", text.size()), fmt::format("at most {} are read", max_file_bytes));
    return std::nullopt;
  }
  try {
    const YAML::Node root = YAML::Load(std::string{text});
    if (has_more_than_one_document(text)) {
      reading.fault(1, "the file holds more than one YAML document, or something behind its end", "keep one and remove the --- lines");
      return std::nullopt;
    }
    if (root.IsDefined() && !root.IsNull()) return root;
    reading.fault(1, "the file is empty", "compare the one shipped in config/");
  } catch (const YAML::Exception& fault) {
    reading.fault(fault.mark.line + 1, fmt::format("not YAML: {}", fault.msg), "check indentation, brackets and quotes there and in the line before");
  }
  return std::nullopt;
}

Result<std::string> read_settings_file(const std::string& path) {
  std::error_code fault;
  const auto status = std::filesystem::status(path, fault);
  std::string why;
  if (!std::filesystem::exists(status)) why = "there is no such file";
  else if (!std::filesystem::is_regular_file(status)) why = "it is not a regular file";
  else if (std::filesystem::file_size(path, fault) > max_file_bytes) why = fmt::format("the file is larger than {} bytes", max_file_bytes);
  std::ifstream in{path, std::ios::binary};
  std::string bytes;
  if (why.empty() && in) bytes.assign(std::istreambuf_iterator<char>{in}, {});
  if (why.empty() && (!in || in.bad())) why = "it cannot be read";
  if (!why.empty()) return tl::unexpected(Error{Errc::settings, why, path, "check the name and the rights of the file"});
  return bytes;
}

}  // namespace steadyline
