#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "line/line.h"
#include "models/drift.h"
#include "monitor/course_likelihood.h"
#include "monitor/hopper_contents.h"
#include "monitor/step.h"

namespace steadyline {

/// Whose course the relations around one feeder took.
struct FoundCourse {
  UnitIndex feeder;
  double scale;   ///< logarithm of how much likelier a wrong scale is than all else
  bool content;   ///< of all else, the likeliest is a lot of other content
};

/// Tells a feeder's wrong scale from its material by the course over the last two and a half hours. Powder changes the relations by a
/// staircase, up at each refill after its lot began, the content perhaps a minute or two later than the way to the probes says; a scale
/// moves feed factor, torque's relation and content together, at any time, by a step or steadily; a screw that wears or clogs moves the
/// feed factor alone.
///
/// Threads  one at a time; state of one line, a plain value. Errors: none; without scales, lots or probes it finds nothing.
class CourseWatch {
 public:
  CourseWatch() = default;
  /// `channels` are those made from `spec`.
  CourseWatch(const Line& line, const DriftSpec& spec, const std::vector<DriftChannel>& channels);
  void take(const FrameStep& step);
  /// Feeders that it can tell something of, with enough seen: the one whose scale is the likeliest, or what is known of `feeder`.
  std::optional<FoundCourse> find(std::optional<UnitIndex> feeder);

 private:
  struct Relation {
    std::size_t channel;
    double way_s;                         ///< from the feeder to where it is seen
    double by_scale, by_content, by_flow;  ///< moved by 1 % of the reading, the content, or the feed factor
  };
  struct Feeder {
    UnitIndex unit;
    TagIndex weight;
    std::vector<Relation> relations;
    HopperContents hopper;
  };
  struct Bin {
    EventTime end;
    std::vector<float> minute;  ///< by channel
  };
  struct Sight;
  static std::optional<Relation> relation_of(const Line& line, const DriftSpec& spec, const DriftChannel& channel, UnitIndex unit);
  static bool shown(const std::vector<Relation>& relations, double Relation::* by);
  Sight sight_of(const Feeder& feeder) const;
  std::optional<FoundCourse> judge(const Feeder& feeder) const;

  std::size_t channels_ = 0;
  std::vector<Feeder> feeders_;
  std::optional<std::size_t> content_;  // of the feeders, the one whose lots the probes see
  std::deque<Bin> bins_;
  std::vector<std::optional<FoundCourse>> found_;  // by feeder
  std::vector<char> judged_;                       // by feeder: `found_` is of the bins as they are
};

}  // namespace steadyline
