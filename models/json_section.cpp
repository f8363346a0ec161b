#include "models/json_section.h"

#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace steadyline {
namespace {

constexpr std::string_view mend = "take the bundle as the training wrote it";

}  // namespace

JsonSection::JsonSection(const nlohmann::json* object, std::string where, std::vector<Error>& faults)
    : where_{std::move(where)}, faults_{&faults} {
  if (object != nullptr && object->is_object())
    object_ = object;
  else if (object != nullptr)
    fault("is not an object");
}

JsonSection JsonSection::section(const std::string& key) {
  const nlohmann::json* const found = find(key);
  JsonSection inner{found, where_ + (depth_ == 0 ? " " : ".") + key, *faults_};
  inner.depth_ = depth_ + 1;
  return inner;
}

std::vector<JsonSection> JsonSection::sections(const std::string& key) {
  std::vector<JsonSection> all;
  const nlohmann::json* const found = find(key);
  if (found == nullptr) return all;
  if (!found->is_array()) {
    fault(key + " is not a list");
    return all;
  }
  for (const nlohmann::json& item : *found) {
    all.emplace_back(&item, fmt::format("{}{}{}[{}]", where_, depth_ == 0 ? " " : ".", key, all.size()), *faults_);
    all.back().depth_ = depth_ + 1;
  }
  return all;
}

bool JsonSection::has(const std::string& key) const { return object_ != nullptr && object_->contains(key); }

void JsonSection::read(const std::string& key, std::string& text) {
  const nlohmann::json* const found = find(key);
  if (found == nullptr) return;
  if (found->is_string())
    text = found->get<std::string>();
  else
    fault(key + " is not a text");
}

void JsonSection::read(const std::string& key, double& number) {
  if (const nlohmann::json* const found = find(key)) read_number(key, *found, number);
}

void JsonSection::read(const std::string& key, std::int64_t& number) {
  if (const nlohmann::json* const found = find(key)) read_number(key, *found, number);
}

void JsonSection::read_all(std::map<std::string, std::string>& texts) {
  if (object_ == nullptr) return;
  for (const auto& [key, value] : object_->items()) read(key, texts[key]);
}

void JsonSection::reject_unknown_keys() {
  if (object_ == nullptr) return;
  for (const auto& [key, value] : object_->items())
    if (!known_.contains(key)) fault(key + " is not known");
}

void JsonSection::fault(std::string what) { faults_->push_back({Errc::bundle, std::move(what), where_, std::string{mend}}); }

const nlohmann::json* JsonSection::find(const std::string& key) {
  if (object_ == nullptr) return nullptr;
  known_.insert(key);
  const auto found = object_->find(key);
  if (found != object_->end()) return &*found;
  fault(key + " is missing");
  return nullptr;
}

bool JsonSection::read_number(const std::string& key, const nlohmann::json& value, double& number) {
  if (value.is_number()) number = value.get<double>();
  if (value.is_number() && std::isfinite(number)) return true;
  fault(key + " holds something that is not a finite number");
  return false;
}

bool JsonSection::read_number(const std::string& key, const nlohmann::json& value, std::int64_t& number) {
  const bool fits = value.is_number_integer() &&
                    (!value.is_number_unsigned() || value.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()});
  if (fits)
    number = value.get<std::int64_t>();
  else
    fault(key + " holds something that is not a whole number");
  return fits;
}

bool JsonSection::read_item(const std::string& key, const nlohmann::json& item, std::string& text) {
  if (item.is_string())
    text = item.get<std::string>();
  else
    fault(key + " holds something that is not a text");
  return item.is_string();
}

}  // namespace steadyline
