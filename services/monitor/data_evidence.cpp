// What a frame shows about the data themselves: silent lines and units, bad readings of a tag (docs/alarms.md).
#include <algorithm>

#include "monitor/judge.h"

namespace steadyline {
namespace {

bool is_bad_data(Flaw flaw) { return flaw == Flaw::stuck || flaw >= Flaw::range; }
bool gives_nothing(Flaw flaw) { return flaw == Flaw::stale || flaw == Flaw::missing; }

/// What troubles the watched line, unit or tag; `alone`: a tag that is its unit's only one speaks for the unit too.
DataTrouble trouble_of(const Watch& watch, const std::vector<DataTrouble>& troubles, bool alone) {
  const auto found = std::find_if(troubles.begin(), troubles.end(), [&](const DataTrouble& trouble) {
    return trouble.unit == watch.unit && (trouble.tag == watch.tag || (alone && !trouble.tag));
  });
  return found == troubles.end() ? DataTrouble{} : *found;
}

}  // namespace

void Judge::look_for_silence(const Frame& frame) {
  std::fill(unit_gone_.begin(), unit_gone_.end(), char{1});
  for (std::size_t i = 0; i < line_->tags.size(); ++i) {
    if (!gives_nothing(frame.flaws[i])) unit_gone_[line_->tags[i].unit.value] = 0;
  }
  line_gone_ = line_->units.size() > 1 && std::all_of(unit_gone_.begin(), unit_gone_.end(), [](char gone) { return gone != 0; });
}

Evidence Judge::data_evidence(const Watch& watch, const FrameStep& step) const {
  // One alarm for one cause: while a whole unit or line is gone, the alarms below it stand still.
  Evidence evidence;
  evidence.trouble = trouble_of(watch, step.troubles, watch.unit && speaks_as_unit_[watch.unit->value] == 0);
  const bool troubled = evidence.trouble.kind != Trouble::none;
  if (!watch.unit) {
    evidence.priority = Priority::medium;
    evidence.sign = line_gone_ || troubled ? Sign::raise : Sign::clear;
  } else if (!watch.tag) {
    evidence.priority = watch.priority;
    evidence.sign = line_gone_ ? Sign::unknown : troubled || unit_gone_[watch.unit->value] != 0 ? Sign::raise : Sign::clear;
  } else {
    const bool told_above = line_gone_ || (unit_gone_[watch.unit->value] != 0 && speaks_as_unit_[watch.unit->value] != 0);
    // What comes only now and then (results of a tester) has a first reading to wait for.
    const bool waits = line_->tag(*watch.tag).clock == Clock::on_change && !speaking_.seen(*watch.tag);
    evidence.priority = line_->tag(*watch.tag).forecast ? Priority::medium : Priority::low;
    evidence.value = step.frame.values[watch.tag->value];
    evidence.flaw = step.frame.flaws[watch.tag->value];
    evidence.sign = told_above || waits ? Sign::unknown : troubled || is_bad_data(evidence.flaw) ? Sign::raise : Sign::clear;
  }
  return evidence;
}

}  // namespace steadyline
