#pragma once

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "support/twin_runs.h"
#include "twin/effect_watch.h"
#include "twin/faults/fault_catalogue.h"
#include "twin/tag_choice.h"

namespace steadyline::test {

inline constexpr double never = std::numeric_limits<double>::infinity();

inline const Line& core_line() {
  static const Line line = core_tags(cdc1(), cdc1_parameters());
  return line;
}

/// One fault, as its row says unless told otherwise.
inline FaultSpec fault_of(std::string_view id, std::string_view target, double severity, double duration_s, double ramp_s = 0,
                          std::string_view variant = {}) {
  const FaultKind& kind = *find_fault_kind(id, variant);
  FaultSpec spec;
  spec.id = id;
  spec.variant = variant;
  spec.target = target;
  spec.severity = severity;
  spec.duration_s = duration_s;
  spec.onset = kind.onset;
  spec.ramp_s = ramp_s > 0 ? ramp_s : std::max(1.0, kind.ramp_low_s);
  return spec;
}

/// A run with one fault beside the run without it: same seed, same noise. Times in seconds after the onset.
class FaultRun {
 public:
  struct Wishes {
    double on_s = 600, after_s = 900;
    std::uint64_t seed = 3;
    bool open_loop = false;
    std::vector<std::string> tags;  ///< whose true values are kept
  };

  FaultRun(FaultSpec spec, const Wishes& wishes) : FaultRun{scenario_of(std::move(spec), wishes), wishes} {}

  FaultRun(const Scenario& scenario, const Wishes& wishes) : on_s_{scenario.faults[0].on_s} {
    Simulation with{core_line(), cdc1_parameters(), scenario};
    Simulation without = with;
    without.switch_off(0);
    EffectWatch watch{core_line(), scenario};
    for (double t = 1; t <= scenario.duration_s; ++t) {
      watch.before(with);
      with.step();
      watch.after(with);
      without.step();
      if (t <= on_s_) continue;
      on.push_back(with.truth());
      off.push_back(without.truth());
      for (const std::string& tag : wishes.tags) {
        tags_[tag].first.push_back(*with.true_value(tag));
        tags_[tag].second.push_back(*without.true_value(tag));
      }
    }
    std::vector<Label> labels = with.labels();
    watch.mark(labels);
    label = labels.at(0);
  }

  static Scenario scenario_of(FaultSpec spec, const Wishes& wishes) {
    Scenario scenario = production(wishes.seed);
    spec.on_s = wishes.on_s;
    scenario.duration_s = wishes.on_s + (std::isfinite(spec.duration_s) ? spec.duration_s : 0) + wishes.after_s;
    scenario.open_loop = wishes.open_loop;
    scenario.faults = {std::move(spec)};
    return scenario;
  }

  /// First second with a potency outside 100 +- band % LC in the run with the fault.
  double breach_s(double band = 10) const {
    for (std::size_t i = 0; i < on.size(); ++i)
      if (std::fabs(on[i].potency_pct - 100) > band) return static_cast<double>(i + 1);
    return never;
  }
  double lowest_potency(double from_s = 0, double to_s = never) const { return extreme(from_s, to_s, -1); }
  double highest_potency(double from_s = 0, double to_s = never) const { return extreme(from_s, to_s, 1); }

  /// Mean over [from, to) of what `of` says of the truth: with the fault over without it.
  template <class Of>
  double ratio(double from_s, double to_s, Of of) const {
    double with = 0, without = 0;
    for (std::size_t i = index(from_s); i < index(to_s); ++i) {
      with += of(on[i]);
      without += of(off[i]);
    }
    return with / without;
  }
  /// The same of a kept tag's true value.
  double ratio(const std::string& tag, double from_s, double to_s) const {
    return mean(tags_.at(tag).first, from_s, to_s) / mean(tags_.at(tag).second, from_s, to_s);
  }
  double change(const std::string& tag, double from_s, double to_s) const {
    return mean(tags_.at(tag).first, from_s, to_s) - mean(tags_.at(tag).second, from_s, to_s);
  }
  double with(const std::string& tag, double from_s, double to_s) const { return mean(tags_.at(tag).first, from_s, to_s); }
  const std::vector<double>& values(const std::string& tag) const { return tags_.at(tag).first; }
  const std::vector<double>& healthy(const std::string& tag) const { return tags_.at(tag).second; }

  /// When the tag became visible; never.
  double visible_s(const std::string& tag) const {
    for (const AffectedTag& affected : label.affected)
      if (affected.tag == tag) return std::chrono::duration<double>(affected.first_visible - label.on).count();
    return never;
  }
  bool sees(const std::string& tag) const { return visible_s(tag) < never; }
  /// All visible, one not before the other. Tells which is not.
  ::testing::AssertionResult in_order(const std::vector<std::string>& tags) const {
    double last = 0;
    for (const std::string& tag : tags) {
      const double now = visible_s(tag);
      if (!(now < never)) return ::testing::AssertionFailure() << tag << " never becomes visible";
      if (now < last)
        return ::testing::AssertionFailure() << tag << " is visible at " << now << " s, before its forerunner (" << last << " s)";
      last = now;
    }
    return ::testing::AssertionSuccess();
  }
  ::testing::AssertionResult untouched(const std::vector<std::string>& tags) const {
    for (const std::string& tag : tags)
      if (sees(tag)) return ::testing::AssertionFailure() << tag << " moves at " << visible_s(tag) << " s";
    return ::testing::AssertionSuccess();
  }

  std::vector<Truth> on, off;  ///< by second after the onset
  Label label;

 private:
  std::size_t index(double t_s) const { return std::min(on.size(), static_cast<std::size_t>(t_s)); }
  double mean(const std::vector<double>& values, double from_s, double to_s) const {
    double sum = 0;
    for (std::size_t i = index(from_s); i < index(to_s); ++i) sum += values[i];
    return sum / static_cast<double>(index(to_s) - index(from_s));
  }
  double extreme(double from_s, double to_s, double sign) const {
    double found = -never;
    const std::size_t to = to_s < never ? index(to_s) : on.size();
    for (std::size_t i = index(from_s); i < to; ++i) found = std::max(found, sign * on[i].potency_pct);
    return sign * found;
  }

  double on_s_;
  std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> tags_;
};

using Wishes = FaultRun::Wishes;
inline constexpr double tenth = 0.10;

// Wishes without repeating their fields.
inline Wishes keep(std::vector<std::string> tags, double after_s = 900) {
  Wishes wishes;
  wishes.tags = std::move(tags);
  wishes.after_s = after_s;
  return wishes;
}
inline Wishes seeded(std::uint64_t seed, double after_s = 0) {
  Wishes wishes;
  wishes.seed = seed;
  wishes.after_s = after_s;
  return wishes;
}
inline Wishes open_loop(double after_s = 0) {
  Wishes wishes;
  wishes.open_loop = true;
  wishes.after_s = after_s;
  return wishes;
}

inline double hardness(const Truth& t) { return t.hardness_n; }
inline double weight(const Truth& t) { return t.weight_mg; }
inline double force(const Truth& t) { return t.force_kn; }
inline double api_flow(const Truth& t) { return t.flow_kg_h[0]; }

}  // namespace steadyline::test
