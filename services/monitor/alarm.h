#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/units.h"
#include "monitor/options.h"

namespace steadyline {

enum class AlarmKind : std::uint8_t { control_limit, hard_limit, forecast_breach, low_health, bad_data, drift, standstill };
inline constexpr std::size_t alarm_kind_count = 7;
std::string_view to_text(AlarmKind kind);

/// ISA-18.2: an alarm is active while unacknowledged or acknowledged; rtn_unacknowledged has ended unseen.
enum class AlarmState : std::uint8_t { normal, unacknowledged, acknowledged, rtn_unacknowledged };
std::string_view to_text(AlarmState state);

enum class Priority : std::uint8_t { low, medium, high };
std::string_view to_text(Priority priority);

/// What one frame says about a condition. `between` lies in the deadband: it neither raises an alarm nor ends one.
/// `unknown` (no data, no verdict) does neither as well and stops the delays: missing data is no alarm and no recovery.
enum class Sign : std::uint8_t { clear, between, raise, unknown };

/// One alarm's ISA-18.2 life cycle with on and off delay in event time. A plain value: copy it, compare it, store it.
///
/// Chattering  an alarm that comes back within 60 s of its end doubles its off delay, up to 10 min; a calm minute restores it.
/// Time        never goes back between calls; a line that jumps begins with new alarms.
class Alarm {
 public:
  /// Takes the sign of the frame at `now`; the new state if it changed. From rtn_unacknowledged a new activation begins.
  std::optional<AlarmState> judge(Sign sign, EventTime now, const AlarmTiming& timing);
  /// An operator has seen it; the new state, or nothing if there was nothing to acknowledge.
  std::optional<AlarmState> acknowledge();
  /// Asks for attention again (an escalation): an acknowledged alarm becomes unacknowledged.
  void call_again() { state_ = AlarmState::unacknowledged; }

  /// Ends without an operator: an alarm that nobody was told of waits for nobody.
  void forget() { state_ = AlarmState::normal; }

  AlarmState state() const { return state_; }
  bool active() const { return state_ == AlarmState::unacknowledged || state_ == AlarmState::acknowledged; }
  EventTime activated() const { return activated_; }  ///< meaningful unless normal

  friend bool operator==(const Alarm&, const Alarm&) = default;

 private:
  bool has_lasted(Sign toward, Sign sign, EventTime now, double delay_s);

  AlarmState state_ = AlarmState::normal;
  EventTime activated_{};
  std::optional<EventTime> returned_;  // end of the last activation
  double off_delay_s_ = 0;             // of the present activation
  bool pending_ = false;               // a delay is running
  Milliseconds lasted_{0};             // for so long
  EventTime last_{};                   // time of the last call
};

}  // namespace steadyline
