#pragma once

#include <string>

#include "core/error.h"

namespace steadyline {

/// A real Apache Kafka node for tests (deploy/kafka/kafka) in a temporary folder of its own; stopped and removed at the end, and
/// ended by its watcher when this process dies.
///
/// `start` gives an Error of code `usage` when Java or Maven are missing: such tests skip themselves aloud.
class KafkaServer {
 public:
  static Result<KafkaServer> start();
  KafkaServer(KafkaServer&& other) noexcept;
  KafkaServer& operator=(KafkaServer&&) = delete;
  ~KafkaServer();

  const std::string& bootstrap() const { return bootstrap_; }
  bool stop(bool now = false);  ///< the data stay; `now` kills it
  bool resume();                ///< on the same port with the same data

 private:
  explicit KafkaServer(std::string folder) : folder_{std::move(folder)} {}
  std::string folder_;
  std::string bootstrap_;
};

}  // namespace steadyline
