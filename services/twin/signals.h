#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace steadyline {

/// The signals a twin offers: tag path and where its present reading lies. The units own the readings and must not move.
class SignalTable {
 public:
  void add(std::string_view unit, std::string_view tag, const double* reading) {
    signals_.emplace_back(std::string{unit} + "/" + std::string{tag}, reading);
  }
  /// Null: no such signal.
  const double* find(std::string_view path) const {
    for (const auto& [name, reading] : signals_)
      if (name == path) return reading;
    return nullptr;
  }
  const std::vector<std::pair<std::string, const double*>>& all() const { return signals_; }

 private:
  std::vector<std::pair<std::string, const double*>> signals_;
};

}  // namespace steadyline
