#include "training/recorded_production.h"

#include <memory>
#include <utility>
#include <vector>

namespace steadyline {

Production recorded_production(const Line& line, std::span<const Recording> recordings) {
  const auto kept_line = std::make_shared<const Line>(line);
  const auto kept = std::make_shared<const std::vector<Recording>>(recordings.begin(), recordings.end());
  return [kept_line, kept](const FrameVisitor& visit) {
    ContextTracker context{*kept_line};
    std::size_t runs = 0;
    for (const Recording& recording : *kept) {
      bool first = true;
      for (const Frame& frame : recording.frames) {
        Frame now = frame;
        now.cold = frame.cold || first;  // another campaign, whatever its first frame says
        if (now.cold) ++runs;
        first = false;
        visit(runs - 1, now, context.take(now));
      }
    }
  };
}

}  // namespace steadyline
