#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evaluation/exam_plan.h"

namespace steadyline {

/// What the monitor made of one fault. A plain value; times in seconds after the onset.
struct FaultRow {
  FaultCase of;
  int difficulty = 0;
  std::string kind;  ///< "process", "sensor", "comms"
  std::string target;
  double severity = 0;
  std::uint64_t seed = 0;
  double lasts_s = 0;  ///< of the fault
  std::vector<std::string> root_tags;

  bool detected = false;
  double delay_s = 0;  ///< the rest with `detected` only
  std::string alarm_kind, alarm_tag, alarm_unit, verdict;
  std::vector<std::string> causes;  ///< at alarm + 30 s, at most five
  std::size_t root_rank = 0;        ///< place of the first root tag among them, from 1; 0: not there
  bool unit_right = false;          ///< the first cause lies in a unit of the root tags, or in the target's

  struct Baseline {
    double limit = 0;               ///< of its statistic, matched to the monitor's false alarms
    std::optional<double> delay_s;  ///< first alarm that the run without the fault does not have; none: missed
    friend bool operator==(const Baseline&, const Baseline&) = default;
  };
  std::vector<Baseline> baselines;  ///< in the order of baseline_names; empty: not run

  /// Largest values that a score held in windows of 20 min (precision_recall.h).
  struct Peaks {
    std::vector<float> before;  ///< of the windows before the onset
    float behind = 0;           ///< of the one that begins with it
    friend bool operator==(const Peaks&, const Peaks&) = default;
  };
  std::vector<Peaks> peaks;  ///< of 100 - health, then of the baselines that ran; empty: not looked at

  std::optional<double> breach_s;  ///< product out of specification
  std::size_t before = 0;          ///< alarms before the onset
  std::size_t anyhow = 0;          ///< alarms in the window that the run without the fault has, too
  std::size_t elsewhere = 0;       ///< alarms in the window about what the fault does not move, up to the detection
  double lived_s = 0;              ///< seconds of line time that the monitor watched
  friend bool operator==(const FaultRow&, const FaultRow&) = default;
};

/// One line of JSON without its end, and back; nothing when it is no such row.
std::string to_json(const FaultRow& row);
std::optional<FaultRow> fault_row(const std::string& json);

/// Sets what follows of `causes`: root_rank and unit_right. A root "fd1/*" is any tag of fd1, "*" any at all.
void judge_causes(FaultRow& row);

}  // namespace steadyline
