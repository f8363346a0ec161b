#include "evaluation/in_parallel.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace steadyline {

Result<void> in_parallel(std::size_t count, std::size_t jobs, const std::stop_token& stop,
                         const std::function<Result<void>(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex failing;
  std::optional<Error> failed;
  const auto labour = [&] {
    for (std::size_t place = next++; place < count && !stop.stop_requested(); place = next++) {
      if (auto done = work(place); !done) {
        const std::lock_guard lock{failing};
        if (!failed) failed = done.error();
        next = count;
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(jobs, count); ++i) threads.emplace_back(labour);
    labour();
  }
  if (failed) return tl::unexpected(*failed);
  return {};
}

}  // namespace steadyline
