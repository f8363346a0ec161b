#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace steadyline {

/// Keeps a feed at `speed` times real time; speed 0 is as fast as it goes. One thread.
class Pace {
 public:
  explicit Pace(double speed) : speed_{speed} {}

  /// Waits until `lived_s` seconds of plant time are due. False: `stop` was requested.
  bool wait(double lived_s, std::stop_token stop) {
    if (speed_ <= 0) return !stop.stop_requested();
    const auto due =
        began_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(lived_s / speed_));
    std::unique_lock lock{mutex_};
    wake_.wait_until(lock, stop, due, [] { return false; });
    return !stop.stop_requested();
  }

 private:
  const double speed_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::condition_variable_any wake_;
};

}  // namespace steadyline
