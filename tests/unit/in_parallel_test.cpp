#include "evaluation/in_parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace steadyline {
namespace {

TEST(InParallel, DoesEachPlaceOnce) {
  for (const std::size_t jobs : {1, 2, 7}) {
    std::vector<std::atomic<int>> times(100);
    ASSERT_TRUE(in_parallel(times.size(), jobs, {}, [&](std::size_t place) -> Result<void> {
      ++times[place];
      return {};
    }));
    for (const auto& one : times) EXPECT_EQ(one, 1) << jobs << " jobs";
  }
}

TEST(InParallel, NothingToDoIsDone) {
  EXPECT_TRUE(in_parallel(0, 4, {}, [](std::size_t) -> Result<void> { return tl::unexpected(Error{}); }));
}

TEST(InParallel, TheFirstErrorEndsIt) {
  std::atomic<int> done = 0;
  const auto result = in_parallel(1000, 1, {}, [&](std::size_t place) -> Result<void> {
    if (place == 3) return tl::unexpected(Error{Errc::io, "no room", "here", "make room"});
    ++done;
    return {};
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().what, "no room");
  EXPECT_EQ(done, 3);
}

TEST(InParallel, AStopLeavesTheRest) {
  std::stop_source stop;
  std::atomic<int> done = 0;
  ASSERT_TRUE(in_parallel(1000, 1, stop.get_token(), [&](std::size_t) -> Result<void> {
    if (++done == 5) stop.request_stop();
    return {};
  }));
  EXPECT_EQ(done, 5);
}

}  // namespace
}  // namespace steadyline
