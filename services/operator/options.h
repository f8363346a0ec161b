#pragma once

#include <cstdint>
#include <string>

namespace steadyline {

struct OperatorOptions {
  std::string address = "127.0.0.1";  ///< loopback unless told otherwise
  std::uint16_t port = 9464;          ///< 0: any free port
};

}  // namespace steadyline
