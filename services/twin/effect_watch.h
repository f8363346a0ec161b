#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "line/line.h"
#include "twin/simulation.h"

namespace steadyline {

/// Finds the tags that each fault of a run moves, by comparing the run with a copy of itself in which that one fault never acts. Both draw
/// the same noise, so what differs is the fault's effect.
///
/// Use      around each step of the simulation: `before`, step, `after`; at the end `mark` the run's labels.
/// Visible  where the effect exceeds one standard deviation of the tag's normal scatter in at least half of ten seconds, from the first of
/// them (the tag
///          of a sensor fault: in any second). Without known scatter: half a step of a code, a sixth of the control band, 1 % of the value.
///          A missing reading counts as ten standard deviations.
/// Cost     one simulation more while a fault acts, and for `washed_out_s` behind its end.
class EffectWatch {
 public:
  EffectWatch(const Line& line, const Scenario& scenario);

  void before(const Simulation& simulation);
  void after(const Simulation& simulation);
  /// Of the scenario's n-th fault, in order of becoming visible; what is known up to now.
  std::vector<AffectedTag> affected(std::size_t fault) const;
  /// Fills `affected` of the scenario's faults, which are the first of a run's labels, and takes back what the run without the fault does
  /// just as well: breaches, and seconds outside. Faults of the network move no tag: they affect all of their unit, as "bl1/*", once they
  /// amount to something.
  void mark(std::vector<Label>& labels) const;

 private:
  struct Effect {
    float recent[10] = {};  // |effect| in standard deviations, by second modulo ten
    int moved = 0;          // of these, other than zero
    double sd = 0, peak_sd = 0;
    EventTime first_visible{};
    bool at_once = false, visible = false;
  };
  struct Watched {
    std::size_t fault;
    EventTime from, to;
    std::vector<Simulation> without;  // one while it runs
    std::vector<Effect> effects;      // by tag
    std::size_t seconds = 0;
    std::optional<EventTime> alert, spec;  // caused
    std::vector<Interval> outside;
    double tablets = 0, grams = 0;
  };
  static void blame(Watched& watched, const Simulation& simulation);
  void compare(Watched& watched) const;
  double scatter(const Watched& watched, std::size_t tag, double value) const;
  static void see(Effect& effect, std::size_t second, EventTime now);

  const Line* line_;
  Scenario scenario_;
  std::vector<Watched> watched_;
  std::vector<double> values_, healthy_;
};

}  // namespace steadyline
