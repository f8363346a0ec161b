// The whole monitor, top to bottom: decode → take (align) → check → assess → judge → publish. One thread owns the pipeline and its lines;
// nothing here waits or looks at a clock. Each step keeps the place of the record that caused it, so outputs come in the order of the log.
#include "monitor/pipeline.h"

#include "frames/decode.h"
#include "monitor/desk.h"
#include "monitor/line_state.h"
#include "monitor/lines.h"

namespace steadyline {

struct Pipeline::State {
  State(std::vector<Setup> setups, MonitorOptions options) : lines{std::move(setups), options}, decoder{lines.descriptions()}, desk{options} {}

  Lines lines;      // what is known of each line
  Decoder decoder;  // bytes → messages
  Desk desk;        // outputs, fates and progress on their way out
};

namespace {

/// Quality, mass of evidence and running time; a line's frames in order.
void check(Steps& steps) {
  for (Step& step : steps) {
    if (auto* const frame = std::get_if<FrameStep>(&step.what)) frame->line->check(*frame);
  }
}

/// Turns what a step shows into the changes of its line's alarms.
std::vector<Alert> judge(Step& step, Desk& desk) {
  std::vector<Alert> alerts;
  if (const auto* const frame = std::get_if<FrameStep>(&step.what)) frame->line->judge_frame(*frame, alerts);
  if (const auto* const order = std::get_if<CommandStep>(&step.what)) {
    if (const auto refusal = order->line->obey(order->command, alerts)) desk.refuse(step.cause, *refusal);
  }
  return alerts;
}

}  // namespace

Pipeline::Pipeline(std::vector<Setup> setups, MonitorOptions options) : state_{std::make_unique<State>(std::move(setups), options)} {}
Pipeline::~Pipeline() = default;

Outputs Pipeline::advance(std::span<const Record> records) {
  auto& [lines, decoder, desk] = *state_;
  Steps steps;  // closed frames, commands and rejections, in the order of the log
  for (const Record& record : records) {
    desk.seen(record.at);
    if (Result<Message> message = decoder.decode(record)) {
      lines.take(std::move(*message), record, steps, desk);  // a sample or a tick may close frames
    } else {
      desk.reject(record, message.error(), steps);  // counted and kept, never fatal
    }
  }
  check(steps);                // quality, running or not
  lines.models().assess(steps);  // one batch over all lines; a line's frames in order
  for (Step& step : steps) {
    for (const Alert& alert : judge(step, desk)) desk.publish(step.cause, alert);
    desk.publish(step);  // an assessment or a rejection
  }
  return desk.hand_over(lines);
}

void Pipeline::offer(LineIndex line, std::shared_ptr<const Bundle> bundle) { state_->lines.offer(line, bundle); }
std::vector<std::string> Pipeline::bring_back(const BundlesInForce& in_force) { return state_->lines.bring_back(in_force); }

void Pipeline::assign(std::int32_t partition, std::int64_t committed) {
  state_->lines.assign(partition);
  state_->desk.open(partition, committed);
}

void Pipeline::revoke(std::int32_t partition) {
  state_->lines.forget(partition);
  state_->desk.close(partition);
}

}  // namespace steadyline
