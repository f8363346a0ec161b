#include "app/signals.h"

#include <semaphore.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>

namespace steadyline {
namespace {

// Handlers rather than blocked signals and sigwait: libraries (OpenBLAS) start threads before `main`, in which nothing is blocked, and a
// signal with its default action would end the process there. A handler works in whichever thread it runs.
sem_t wake;
std::atomic<int> signals{0};

extern "C" void note_signal(int) {
  const int before = errno;
  if (signals.fetch_add(1) > 0) ::_exit(130);
  sem_post(&wake);
  errno = before;
}

void set_handler(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

}  // namespace

struct StopSignals::Waiter {
  std::jthread thread;
};

StopSignals::StopSignals() : waiter_{new Waiter} {
  sem_init(&wake, 0, 0);
  signals = 0;
  std::signal(SIGPIPE, SIG_IGN);
  set_handler(note_signal);
  waiter_->thread = std::jthread([this] {
    while (sem_wait(&wake) != 0) continue;  // interrupted
    source_.request_stop();                 // by a signal, or by our own destructor: then nobody listens any more
  });
}

StopSignals::~StopSignals() {
  sem_post(&wake);
  waiter_->thread.join();
  set_handler(SIG_DFL);
  delete waiter_;
}

}  // namespace steadyline
