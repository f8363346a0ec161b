#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"

namespace steadyline {

/// Reads members of one JSON object of a bundle's file; each misfit is a fault, noted once, and reading goes on. nlohmann-json stays
/// inside models/.
class JsonSection {
 public:
  JsonSection(const nlohmann::json* object, std::string where, std::vector<Error>& faults);

  JsonSection section(const std::string& key);
  std::vector<JsonSection> sections(const std::string& key);  ///< a list of objects
  bool has(const std::string& key) const;
  void read(const std::string& key, std::string& text);
  void read(const std::string& key, double& number);
  void read(const std::string& key, std::int64_t& number);
  template <class Item>
  void read(const std::string& key, std::vector<Item>& list) {
    const nlohmann::json* const found = find(key);
    if (found == nullptr) return;
    if (!found->is_array()) return fault(key + " is not a list");
    for (const nlohmann::json& item : *found) {
      Item value{};
      if (!read_item(key, item, value)) return;
      list.push_back(std::move(value));
    }
  }
  void read_all(std::map<std::string, std::string>& texts);  ///< all members, whatever their names, each a text
  void reject_unknown_keys();
  void fault(std::string what);

 private:
  const nlohmann::json* find(const std::string& key);
  bool read_number(const std::string& key, const nlohmann::json& value, double& number);
  bool read_number(const std::string& key, const nlohmann::json& value, std::int64_t& number);
  bool read_item(const std::string& key, const nlohmann::json& item, double& number) { return read_number(key, item, number); }
  bool read_item(const std::string& key, const nlohmann::json& item, std::int64_t& number) { return read_number(key, item, number); }
  bool read_item(const std::string& key, const nlohmann::json& item, std::string& text);

  const nlohmann::json* object_ = nullptr;
  std::string where_;
  std::vector<Error>* faults_;
  std::set<std::string> known_;
  int depth_ = 0;
};

}  // namespace steadyline
