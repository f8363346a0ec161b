#pragma once

#include <chrono>
#include <optional>
#include <stop_token>

namespace steadyline {

/// Turns SIGINT and SIGTERM into a stop request. One at a time; a second signal ends the program hard.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  std::stop_token token() const { return source_.get_token(); }
  void request_stop() { source_.request_stop(); }

 private:
  std::stop_source source_;
  struct Waiter;
  Waiter* waiter_;
};

}  // namespace steadyline
