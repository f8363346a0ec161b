#pragma once

#include <string>

#include "settings/read_twin.h"

namespace steadyline::test {

/// The physical numbers of the reference line.
inline const TwinParameters& twin_parameters() {
  static const TwinParameters parameters = [] {
    auto read = read_twin(std::string{STEADYLINE_SOURCE_DIR} + "/config/twin/cdc1.yaml");
    if (!read) broken_promise("read_twin", to_line(read.error().front()).c_str(), __FILE__, __LINE__);
    return *read;
  }();
  return parameters;
}

}  // namespace steadyline::test
