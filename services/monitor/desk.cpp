#include "monitor/desk.h"

#include <algorithm>
#include <utility>

#include "frames/decode.h"
#include "monitor/encode.h"
#include "monitor/line_state.h"
#include "monitor/lines.h"

namespace steadyline {
namespace {

/// A key that is no line's may be megabytes long: then our own record would be too large for the broker, and nothing would go on.
std::string short_key(std::string_view key) { return std::string{key.substr(0, 256)}; }

bool fan_is_due(const LineState& line, const Frame& frame, int every) {
  // By the frame's time, not by a counter: a restart keeps the rhythm.
  return every > 0 && frame.time.time_since_epoch() / line.line.period % every == 0;
}

}  // namespace

void Desk::seen(Position at) {
  Partition& partition = partitions_[at.partition];
  partition.last_seen = at.offset;
  partition.touched = true;
}

void Desk::count(const Fated& fated) {
  if (!muted(fated.at)) ++out_.fates[static_cast<std::size_t>(fated.fate)];
}

void Desk::set_aside(Position at, std::size_t values) {
  if (!muted(at)) out_.values_set_aside += values;
}

void Desk::reject(const Record& record, const Error& error, Steps& steps) {
  count({record.at, Fate::rejected});
  steps.push_back({record.at, RejectionStep{record.at, record.key, std::string{reason_of(error)}, error.what, record.bytes}});
}

void Desk::reject_second_partition(const Record& record, const LineState& line, Steps& steps) {
  count({record.at, Fate::rejected});
  steps.push_back({record.at, RejectionStep{record.at, record.key, "second_partition",
                                            "line \"" + line.line.id + "\" is already read from partition " + std::to_string(*line.partition),
                                            record.bytes}});
}

void Desk::set_out(const Fated& fated, const Record& record, const LineState& line, Steps& steps) {
  const bool late = fated.fate == Fate::late;
  RejectionStep step{fated.at, line.line.id, std::string{to_text(fated.fate)},
                     late ? "the frame of its time has closed (allowed_lateness_s)" : "its time is ahead of the line by more than max_skew_s and no other sample agreed", {}};
  if (fated.at == record.at) step.bytes = record.bytes;  // else they are gone: the position finds them in the log
  steps.push_back({record.at, std::move(step)});
}

void Desk::refuse(Position at, std::string_view reason) {
  if (!muted(at)) ++out_.rejected[std::string{reason}];
}

void Desk::publish(Position cause, const Alert& alert) {
  if (muted(cause)) return;
  Output output{Topic::alerts, alert.line, {}, cause};
  append_alert(output.value, alert);
  out_.records.push_back(std::move(output));
  out_.urgent = true;
  std::string name = alert.line;
  for (const std::string_view part : {std::string_view{alert.unit}, std::string_view{alert.tag}, to_text(alert.kind), to_text(alert.state)}) {
    name.append("|").append(part);
  }
  ++out_.transitions[name];
}

void Desk::publish(const Step& step) {
  if (const auto* const frame = std::get_if<FrameStep>(&step.what)) publish_frame(step.cause, *frame);
  const auto* const rejection = std::get_if<RejectionStep>(&step.what);
  if (rejection == nullptr || muted(step.cause)) return;
  ++out_.rejected[rejection->reason];
  Output output{Topic::rejected, short_key(rejection->key), {}, step.cause};
  append_rejected(output.value, *rejection);
  out_.records.push_back(std::move(output));
}

void Desk::publish_frame(Position cause, const FrameStep& step) {
  LineState& line = *step.line;
  line.note(step);
  if (muted(cause)) return;
  ++out_.frames[line.line.id];
  const std::size_t active = line.judge.active();
  const Bundle* const bundle = step.models == nullptr ? nullptr : step.models->bundle.get();
  Output output{Topic::assessments, line.line.id, {}, cause};
  output.value.reserve(512);
  append_assessment(output.value, line.line, bundle, step, active, active > 0 || fan_is_due(line, step.frame, options_.fan_every_frames));
  out_.records.push_back(std::move(output));
}

Outputs Desk::hand_over(const Lines& lines) {
  for (auto& [number, partition] : partitions_) {
    // While an earlier run's outputs are being recomputed there is nothing new to commit.
    if (!std::exchange(partition.touched, false) || partition.last_seen + 1 < partition.committed) continue;
    Progress progress = lines.progress_of(number, partition.last_seen);
    progress.next = std::max(progress.next, partition.committed);
    out_.progress[number] = progress;
  }
  out_.status = lines.status();
  return std::exchange(out_, {});
}

}  // namespace steadyline
