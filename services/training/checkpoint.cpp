#include "training/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/numeric.h"
#include "core/sha256.h"
#include "models/safetensors.h"

namespace steadyline {
namespace {

constexpr std::string_view opening = "steadyline checkpoint 1\n";
constexpr std::size_t hash_digits = 64;

void append(std::string& out, std::string_view text) {
  out += std::to_string(text.size());
  out += ' ';
  out += text;
  out += '\n';
}

void append(std::string& out, const std::map<std::string, std::string>& texts) {
  append(out, std::to_string(texts.size()));
  for (const auto& [name, value] : texts) append(out, name), append(out, value);
}

/// Takes what `append` wrote from the front; after the first thing that does not fit, nothing more.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_{bytes} {}

  std::string_view text() {
    std::size_t size = 0;
    const auto [end, fault] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
    const auto digits = static_cast<std::size_t>(end - rest_.data());
    if (fault != std::errc{} || rest_.size() < digits + 2 || size > rest_.size() - digits - 2) return fail();
    const std::string_view found = rest_.substr(digits + 1, size);
    if (rest_[digits] != ' ' || rest_[digits + 1 + size] != '\n') return fail();
    rest_.remove_prefix(digits + 2 + size);
    return found;
  }
  std::map<std::string, std::string> texts() {
    std::map<std::string, std::string> found;
    const std::string_view written = text();
    std::size_t count = 0;
    std::from_chars(written.data(), written.data() + written.size(), count);
    for (std::size_t i = 0; i < count && good_; ++i) {
      std::string name{text()};
      found.emplace(std::move(name), text());
    }
    return found;
  }
  bool ended() const { return good_ && rest_.empty(); }

 private:
  std::string_view fail() {
    good_ = false;
    rest_ = {};
    return {};
  }
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

void Checkpoint::set(const std::string& name, double value) { set(name, std::vector<double>{value}); }

void Checkpoint::set(const std::string& name, const std::vector<double>& values) {
  std::string text;
  for (const double value : values) {
    if (!text.empty()) text += ' ';
    numeric::append_number(text, value);
  }
  facts[name] = text;
}

double Checkpoint::number(const std::string& name) const { return numbers(name).at(0); }

std::vector<double> Checkpoint::numbers(const std::string& name) const {
  std::vector<double> values;
  std::string_view rest = facts.at(name);
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    double value = 0;
    const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), value);
    values.push_back(fault == std::errc{} ? value : std::numeric_limits<double>::quiet_NaN());
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  return values;
}

std::string write_checkpoint(const CheckpointFile& file) {
  std::string body;
  append(body, file.identity);
  append(body, file.checkpoint.words);
  append(body, file.checkpoint.facts);
  append(body, write_safetensors(file.checkpoint.tensors));
  return std::string{opening} + sha256_hex(body) + '\n' + body;
}

std::optional<CheckpointFile> parse_checkpoint(std::string_view bytes) {
  const std::size_t head = opening.size() + hash_digits + 1;
  if (bytes.size() < head || !bytes.starts_with(opening) || bytes[head - 1] != '\n') return std::nullopt;
  const std::string_view body = bytes.substr(head);
  if (sha256_hex(body) != bytes.substr(opening.size(), hash_digits)) return std::nullopt;
  Reader reader{body};
  CheckpointFile file;
  file.identity = reader.texts();
  file.checkpoint.words = reader.text();
  file.checkpoint.facts = reader.texts();
  auto tensors = parse_safetensors(reader.text());
  if (!tensors || !reader.ended()) return std::nullopt;
  file.checkpoint.tensors = std::move(*tensors);
  return file;
}

}  // namespace steadyline
