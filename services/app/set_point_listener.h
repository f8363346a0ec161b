#pragma once

#include <memory>
#include <string>
#include <vector>

#include "broker/options.h"
#include "core/error.h"
#include "line/line.h"
#include "twin/feed.h"

namespace steadyline {

/// An operator's order to move a set-point, as it came by the input topic.
struct SetPointOrder {
  std::string tag;
  double value = 0;
  std::string request, user;
};

/// Hears the `set-point` commands of one line in the input topic, as the plant's control system would; older ones are not obeyed again.
/// Threads  its own one listens; `take` from any.
class SetPointListener {
 public:
  static Result<std::unique_ptr<SetPointListener>> open(const BrokerOptions& broker, const Line& line);
  ~SetPointListener();
  /// The orders that have come since the last call.
  std::vector<SetPointOrder> take();

 private:
  struct State;
  explicit SetPointListener(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Moves what the orders say, from the next second on; says so, or why not, on standard error.
void obey(Feed& feed, const std::vector<SetPointOrder>& orders);

}  // namespace steadyline
