#pragma once

#include <string>
#include <vector>

#include "frames/options.h"

namespace steadyline {

/// When an alarm is raised and when it ends (ISA-18.2; FIELD.md §2 start values).
struct AlarmTiming {
  double on_delay_s = 15;   ///< the condition must last so long, in event time
  double off_delay_s = 30;  ///< and its end so long
};

struct AlarmOptions {
  AlarmTiming control{60, 60};
  AlarmTiming hard{5, 30};
  AlarmTiming forecast{10, 60};
  AlarmTiming health{5, 60};  // the score is smoothed over some 10 frames already
  AlarmTiming data{10, 10};
  AlarmTiming standstill{5, 10};
  AlarmTiming drift{3, 120};     // its statistics remember minutes to hours
  double deadband = 0.05;            ///< share of the band's width that a value must come back inside the limit
  double health_raise_below = 50;
  double health_clear_above = 65;
  double warm_up_s = 120;            ///< after a cold frame or a standstill: models run, alarms of models and limits wait
  int control_group_max_per_10min = 2; ///< control-limit alarms of one unit beyond this are gathered into the first
  std::vector<std::string> plant_constants;  ///< names of tags whose level each plant has for itself, such as feed factors
  double plant_tolerance = 0.1;              ///< their hard limits are wider by so much of the band's middle
  std::vector<std::string> of_one_product;   ///< names of tags whose limits say nothing at another product, beside quality attributes
};

struct MonitorOptions {
  AlignmentOptions alignment;
  AlarmOptions alarms;
  int fan_every_frames = 60;  ///< the whole forecast fan in every Nth assessment and while an alarm is active
};

}  // namespace steadyline
