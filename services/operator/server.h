#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/error.h"
#include "operator/options.h"

namespace steadyline {

/// What the server asks its owner, from its own thread: must be thread-safe and quick.
struct OperatorSources {
  std::function<std::string()> metrics;  ///< Prometheus text format
  std::function<bool()> healthy;         ///< the working loop turned within the last seconds
  std::function<std::string()> not_ready;  ///< empty: ready; else why not
};

/// Serves /metrics, /healthz and /readyz over HTTP on one thread of its own until destroyed.
class OperatorServer {
 public:
  /// An Error names the address and port that could not be bound, and who may hold it.
  static Result<std::unique_ptr<OperatorServer>> start(const OperatorOptions& options, OperatorSources sources);
  virtual ~OperatorServer() = default;
  virtual std::uint16_t port() const = 0;
};

}  // namespace steadyline
