#pragma once

#include <optional>
#include <vector>

#include "line/line.h"
#include "monitor/operating_point.h"
#include "monitor/step.h"

namespace steadyline {

/// Which alarms are suppressed by design (ISA-18.2 §3.1) in the present context; docs/alarms.md has the rules. State of one line, a plain
/// value.
///
/// Threads  one at a time. `line` must outlive it. Errors: none; a step without context (tests) suppresses nothing by it.
class Speaking {
 public:
  explicit Speaking(const Line& line);
  /// Takes the next frame's state, before anything is asked about it.
  void take(const FrameStep& step);

  bool limits_of(UnitIndex unit) const { return limits_[unit.value] != 0; }
  /// Of one tag: what comes only now and then is of material that was made before.
  bool limits_of(TagIndex tag) const;
  /// Its set-points, or those before it, move, or what they moved has not passed yet.
  bool moves(UnitIndex unit) const { return moved_s_[unit.value] < settling_s(unit.value); }
  /// It makes the product, at the rates, that the models learned from.
  bool nominal() const { return nominal_; }
  /// The feeder is under refill or its traces are still in the means of what its weight tells.
  bool refills(UnitIndex unit) const { return refills_[unit.value] != 0; }
  /// By unit: what it feeds may be of another lot than what it was held against; also while nobody can know, after the line was found.
  const std::vector<char>& new_lots() const { return new_lots_; }
  bool models() const { return models_; }  ///< of the line as a whole: health
  bool seen(TagIndex tag) const { return seen_[tag.value] != 0; }  ///< it has given a usable reading since the line began
  double share_of_limits(TagIndex tag, const Frame& frame) const { return point_.share_of_limits(tag, frame); }

 private:
  bool unit_speaks(std::size_t unit, const FrameStep& step) const;
  bool found_in_production(Activity activity) const;
  bool tripped(std::size_t unit, const FrameStep& step) const;
  double settling_s(std::size_t unit) const;

  const Line* line_;
  double longest_s_ = 0;                            // residence time from the first unit to the product
  OperatingPoint point_;
  std::vector<std::optional<TagIndex>> feed_;       // by unit: set-point of its mass flow
  std::vector<char> seen_, limits_, refills_, new_lots_;  // by tag; the others by unit
  std::vector<double> lot_s_;                       // by unit: since the last lot that has had time to appear
  std::vector<double> moved_s_;                     // by unit, of the present frame: since set-points or the line's state moved it
  bool executes_ = true, models_ = true, nominal_ = true;
  double executing_s_ = 1e9;                        // since the line's state is "execute" again
  bool told_ = false;                               // the line's state, since it was found
  double watched_s_ = 0;                            // since the line was found
  double stood_s_ = 0;                              // at rest since it was found; 10 and more: a standstill if it does not run
  std::optional<EventTime> last_;
};

}  // namespace steadyline
