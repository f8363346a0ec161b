#pragma once

#include <atomic>
#include <chrono>
#include <functional>

namespace steadyline {

/// The working loop beats, /healthz asks. A loop that hangs goes silent, and the silence is what a supervisor restarts on.
/// Threads  any. The clock is injected, so that tests need no waiting.
class Heartbeat {
 public:
  using Clock = std::chrono::steady_clock;
  explicit Heartbeat(std::chrono::milliseconds silence_max, std::function<Clock::time_point()> now = &Clock::now)
      : silence_max_{silence_max}, now_{std::move(now)}, last_{now_().time_since_epoch().count()} {}

  void beat() { last_.store(now_().time_since_epoch().count(), std::memory_order_relaxed); }
  bool alive() const { return silence() <= silence_max_; }
  Clock::duration silence() const { return now_().time_since_epoch() - Clock::duration{last_.load(std::memory_order_relaxed)}; }

 private:
  const std::chrono::milliseconds silence_max_;
  const std::function<Clock::time_point()> now_;
  std::atomic<Clock::rep> last_;
};

}  // namespace steadyline
