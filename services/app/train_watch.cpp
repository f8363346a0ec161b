#include "app/train_watch.h"

#include <fmt/format.h>

#include "app/duration_text.h"

namespace steadyline {

TrainProgress TrainWatch::of(double from, double to) {
  return [this, from, to](const TrainStep& step) {
    resumed_[from] = (to - from) * step.resumed;
    show(step, from + (to - from) * step.share);
  };
}

void TrainWatch::show(const TrainStep& step, double share) {
  const auto now = std::chrono::steady_clock::now();
  double worked = share;
  for (const auto& [from, held] : resumed_) worked -= held;
  std::string text = fmt::format("{:3.0f} %  {}: {}", 100 * share, step.stage, step.words);
  const double spent_s = std::chrono::duration<double>(now - began_).count();
  if (worked > 0) text += fmt::format("; about {} left", to_duration_text(spent_s / worked * (1 - share)));
  if (terminal_.live()) return terminal_.draw({text});
  if (step.stage == last_stage_ && now - said_ < std::chrono::seconds{30}) return;
  terminal_.say(text);
  last_stage_ = step.stage;
  said_ = now;
}

}  // namespace steadyline
