#pragma once

#include <string>
#include <vector>

namespace steadyline {

/// One key that a reader of settings knows. docs/configuration.md holds these, one row each; a test compares.
struct SettingKey {
  std::string path;      ///< "alarms.control.on_delay_s"; lists as "lines[].description"
  std::string fallback;  ///< what holds when the key is left out; empty: the key is needed
  std::string allowed;   ///< "0..3600", "true or false", "text"
  std::string meaning;
};

/// Every key of config/monitor.yaml.
std::vector<SettingKey> settings_keys();
/// Every key of a line description.
std::vector<SettingKey> line_keys();
/// Every key of config/datasets/*.yaml.
std::vector<SettingKey> dataset_keys();
/// Every key of config/scenarios/*.yaml.
std::vector<SettingKey> scenario_keys();
/// Every key of config/twin/*.yaml.
std::vector<SettingKey> twin_keys();

}  // namespace steadyline
