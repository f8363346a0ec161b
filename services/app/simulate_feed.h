#pragma once

#include <stop_token>
#include <string>

#include "app/simulate_plan.h"

namespace steadyline {

/// Where and how fast a simulated line is sent.
struct FeedTarget {
  std::string brokers, topic;
  double speed = 1;  ///< times real time; 0: as fast as the broker takes it
};

/// Sends the run into the input topic, with a line of progress a second, and obeys the `set-point` commands that come by the same topic.
/// Exit code: 0 all delivered; 1 trouble.
int simulate_to_broker(const SimulatePlan& plan, const FeedTarget& target, const std::stop_token& stop);

}  // namespace steadyline
