#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/units.h"
#include "monitor/alert.h"

namespace steadyline {

/// The first alarm of a group as an exam sees it: a message to the operator.
struct ExamAlarm {
  std::string kind, unit, tag;
  EventTime raised;
  std::optional<EventTime> ended;   ///< none: it stands
  std::vector<std::string> causes;  ///< tags, the likeliest first, as told until `causes_within` after it was raised
  std::string verdict;              ///< "process", "sensor" or empty, likewise
  friend bool operator==(const ExamAlarm&, const ExamAlarm&) = default;
};

/// Reads the stream of alerts and keeps the groups that were opened.
class AlarmLog {
 public:
  static constexpr Milliseconds causes_within{30'000};

  void take(const Alert& alert);
  /// An alert as published, in JSON.
  void take(std::string_view json);
  const std::vector<ExamAlarm>& alarms() const { return alarms_; }

 private:
  struct News {
    std::string id, group;
    bool opens = false, active = false;
    ExamAlarm alarm;
  };
  void take(News&& news);

  std::vector<ExamAlarm> alarms_;              // in order of raising
  std::map<std::string, std::size_t> places_;  // by id
};

/// True when `others` has an alarm of the same unit that stands at `alarm.raised`, or stood or comes within `tolerance` of it.
bool has_it_too(const std::vector<ExamAlarm>& others, const ExamAlarm& alarm, Milliseconds tolerance);

}  // namespace steadyline
