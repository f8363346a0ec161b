#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "broker/options.h"
#include "core/error.h"
#include "monitor/outputs.h"
#include "monitor/pipeline.h"
#include "operator/options.h"

namespace steadyline {

/// All that one monitor process needs, checked before anything is touched.
struct MonitorPlan {
  std::vector<Pipeline::Setup> setups;
  MonitorOptions monitor;
  BrokerOptions broker;
  OperatorOptions http;
  std::vector<std::filesystem::path> bundles;  ///< by setup: folder of bundle folders that an activation may name; may be shorter
  bool write_ticks = true;  ///< live: this process writes the ticks of its partitions; off where the log has its own (replay, demo)
};

/// A running monitor: broker, pipeline, metrics and HTTP, wired. One worker thread is the caller of `run`.
class MonitorService {
 public:
  /// Errors  the port is taken, broker settings are refused. Does not wait for the broker.
  static Result<std::unique_ptr<MonitorService>> start(MonitorPlan plan);
  ~MonitorService();

  /// Works until a stop. `committed` is called from the caller's thread with everything that the broker has confirmed.
  Result<void> run(std::stop_token stop, std::function<void(const Outputs&)> committed);

  std::uint16_t http_port() const;
  std::uint64_t bytes_read() const;  ///< of the input topic; any thread
  bool ready() const;                ///< broker reachable, partitions assigned; any thread

 private:
  struct Parts;
  explicit MonitorService(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace steadyline
