#include "monitor/alarm.h"

#include <algorithm>
#include <array>

namespace steadyline {
namespace {

constexpr Milliseconds chattering_within{60'000};
constexpr double off_delay_s_max = 600;

}  // namespace

std::string_view to_text(AlarmKind kind) {
  constexpr std::array<std::string_view, alarm_kind_count> texts{"control_limit", "hard_limit", "forecast_breach", "low_health", "bad_data", "drift", "standstill"};
  return texts[static_cast<std::size_t>(kind)];
}

std::string_view to_text(AlarmState state) {
  constexpr std::array<std::string_view, 4> texts{"normal", "unacknowledged", "acknowledged", "rtn_unacknowledged"};
  return texts[static_cast<std::size_t>(state)];
}

std::string_view to_text(Priority priority) {
  constexpr std::array<std::string_view, 3> texts{"low", "medium", "high"};
  return texts[static_cast<std::size_t>(priority)];
}

bool Alarm::has_lasted(Sign toward, Sign sign, EventTime now, double delay_s) {
  const Milliseconds since_last = now - last_;
  last_ = now;
  if (sign == Sign::unknown) return false;  // the delay stands still
  if (sign != toward) {
    pending_ = false;
    return false;
  }
  lasted_ = pending_ ? lasted_ + since_last : Milliseconds{0};
  pending_ = true;
  return static_cast<double>(lasted_.count()) >= delay_s * 1000;
}

std::optional<AlarmState> Alarm::judge(Sign sign, EventTime now, const AlarmTiming& timing) {
  if (active()) {
    if (!has_lasted(Sign::clear, sign, now, off_delay_s_)) return std::nullopt;
    state_ = state_ == AlarmState::acknowledged ? AlarmState::normal : AlarmState::rtn_unacknowledged;
    returned_ = now;
  } else {
    if (!has_lasted(Sign::raise, sign, now, timing.on_delay_s)) return std::nullopt;
    const bool chattering = returned_ && now - *returned_ <= chattering_within;
    off_delay_s_ = chattering ? std::min(2 * off_delay_s_, std::max(off_delay_s_max, timing.off_delay_s)) : timing.off_delay_s;
    state_ = AlarmState::unacknowledged;
    activated_ = now;
  }
  pending_ = false;
  return state_;
}

std::optional<AlarmState> Alarm::acknowledge() {
  if (state_ == AlarmState::unacknowledged) {
    state_ = AlarmState::acknowledged;
  } else if (state_ == AlarmState::rtn_unacknowledged) {
    state_ = AlarmState::normal;
  } else {
    return std::nullopt;
  }
  return state_;
}

}  // namespace steadyline
