#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/units.h"
#include "twin/options.h"

namespace steadyline {

/// A reading left its hard limits (or the limits' 60 s mean did, as the line description says), or came back.
struct Crossing {
  TagIndex tag;
  EventTime time;
  double value{};     ///< what was held against the limit
  bool outside = true;  ///< left; false: back inside
};

/// Half-open interval of event time.
struct Interval {
  EventTime from, to;
};

/// A tag that a fault moved: first by more than one standard deviation of its normal scatter, and by how many at most.
struct AffectedTag {
  std::string tag;
  EventTime first_visible;
  double peak_sd = 0;
};

enum class LabelKind { process, sensor, comms, normal_event, unplanned_stop };

/// What one fault or event did, for exams: the row of the truth about a run.
struct Label {
  std::string id;       ///< "F01"; of events "refill", "lot_change", "start_up", "set_point", "planned_stop", "unplanned_stop", "changeover", ...
  LabelKind kind = LabelKind::normal_event;
  std::string target;
  FaultSpec spec;       ///< of faults
  EventTime on;
  std::optional<EventTime> full, off;
  std::vector<std::string> root_tags;
  std::vector<AffectedTag> affected;
  std::optional<EventTime> breach_alert, breach_spec;  ///< potency outside 95–105, 90–110 % LC (or weight, hardness, capping) at the tablet
  std::vector<Interval> outside;                       ///< stretches of tablets out of specification
  double tablets_outside = 0, kg_outside = 0;
  std::vector<std::string> correct_actions, forbidden_actions;
};

/// What really happens in the line at one moment, never shown to the monitor.
struct Truth {
  EventTime time;
  double potency_pct = 100;    ///< active substance in this second's tablets, % of label claim
  double weight_mg = 0, weight_sd_mg = 0;
  double force_kn = 0;         ///< main compression, mean of the turret
  double thickness_mm = 0;     ///< relaxed 30 min
  double hardness_n = 0, hardness_sd_n = 0;
  double capping = 0;          ///< probability
  double dissolution_pct = 0;  ///< 30 min
  double blend_rsd_pct = 0;
  double stearate_pct = 0;     ///< % w/w at the tablet
  double shear = 0;            ///< revolutions
  double age_mean_s = 0, age_low_s = 0, age_median_s = 0, age_high_s = 0;  ///< of the API in the tablet since its feeder: mean, 0.5, 50, 99.5 %
  double chute_level_pct = 0;
  double blender1_kg = 0, blender2_kg = 0, feed_frame_kg = 0;
  std::array<double, feeder_count> flow_kg_h{};  ///< out of the feeders' outlets
  double film_pct = 0;         ///< weight gain of the sub-lot in the coater
  double tablets_now = 0;      ///< made in this second
  double outside_now = 0;      ///< of these out of specification
  double tablets = 0;          ///< made so far
  double tablets_outside = 0;
  double fed_kg = 0;           ///< out of the feeders so far
  double pressed_kg = 0;       ///< in tablets so far, rejected ones too
  double diverted_kg = 0;      ///< through V1
  double dust_kg = 0;
  double lost_kg = 0;          ///< fed - change of hold-ups - tablets - diverted - dust: zero but for rounding
};

/// The columns of a truth file, in order, and one row of them.
std::vector<std::string> truth_columns();
void append_truth(const Truth& truth, std::vector<double>& row);

}  // namespace steadyline
