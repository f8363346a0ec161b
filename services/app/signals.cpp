#include "app/signals.h"

#include <csignal>
#include <cstdlib>
#include <thread>

namespace steadyline {

// The signals stay blocked in every thread and one thread waits for them: no code runs inside a signal handler.
struct StopSignals::Waiter {
  sigset_t watched;
  std::jthread thread;
};

StopSignals::StopSignals() : waiter_{new Waiter} {
  sigemptyset(&waiter_->watched);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR2}) sigaddset(&waiter_->watched, signal);
  pthread_sigmask(SIG_BLOCK, &waiter_->watched, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  waiter_->thread = std::jthread([this] {
    for (int signals = 0;;) {
      int signal = 0;
      sigwait(&waiter_->watched, &signal);
      if (signal == SIGUSR2) return;  // our own destructor
      if (++signals > 1) std::_Exit(130);
      source_.request_stop();
    }
  });
}

StopSignals::~StopSignals() {
  pthread_kill(waiter_->thread.native_handle(), SIGUSR2);
  waiter_->thread.join();
  delete waiter_;
}

}  // namespace steadyline
