#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "twin/options.h"
#include "twin/procedure/procedure.h"
#include "twin/truth.h"

namespace steadyline {

/// The tablets of one second, as far as a label wants to know.
struct Made {
  double potency_pct = 100, weight_mg = 250, hardness_n = 87, capping = 0;
  double tablets = 0;  ///< that nobody throws away anyhow
  double outside = 0;  ///< of these out of specification
};

/// The labels of a run: its faults, with what they did to the tablets, then the events in order of time.
///
/// Blame    tablets out of specification are put down to every process or sensor fault that acts or has ended less than t99.5 before.
/// Values   copyable.
class Logbook {
 public:
  explicit Logbook(const Scenario& scenario);

  void begins(std::string_view id, LabelKind kind, std::string_view target, EventTime time);
  /// The last one of that name and target that is still open.
  void ends(std::string_view id, std::string_view target, EventTime time);
  void note(const LineEvent& event, EventTime time);
  /// One second of tablets, at its end.
  void judge(const Made& made, EventTime time);
  void switch_off(std::size_t fault) { off_[fault] = true; }

  const std::vector<Label>& labels() const { return labels_; }

 private:
  std::size_t faults_;
  std::vector<Label> labels_;
  std::vector<EventTime> blamed_until_;  // by fault
  std::vector<bool> off_;
  std::vector<std::size_t> open_;  // events
};

}  // namespace steadyline
