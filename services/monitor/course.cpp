#include "monitor/course.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <initializer_list>

#include "core/numeric.h"
#include "monitor/gains.h"

namespace steadyline {
namespace {

constexpr double bin_s = 120;
constexpr std::size_t bins_most = 75, bins_least = 10;
constexpr double hopper_remembers_s = 3600;  // a lot older than this before the first bin no longer moves anything
constexpr double step_takes_s = 60;
// Beyond the way from the feeder: how long new powder lies above the screw and how blenders smear it differs from plant to plant.
constexpr std::initializer_list<double> later_s{0, 60, 120};
// Usual sizes, as standard deviations in %: of content and feed factor between lots (docs/twin.md, LINE §4), and of what goes wrong.
constexpr double lot_content = 0.46, other_content = 4, lot_flow = 2.6, other_flow = 9;
constexpr double scale_step = 3, scale_ramp = 4 /* an hour */, flow_step = 9, flow_ramp = 9;

using Course = std::function<double(EventTime)>;

double seconds(EventTime::duration span) { return std::chrono::duration<double>(span).count(); }
EventTime earlier(EventTime time, double by_s) { return time - std::chrono::round<EventTime::duration>(std::chrono::duration<double>{by_s}); }

/// Logarithm of the mean of likelihoods.
double mean_of(const std::vector<double>& logarithms) {
  const double most = *std::max_element(logarithms.begin(), logarithms.end());
  double sum = 0;
  for (const double one : logarithms) sum += numeric::exp(one - most);
  return most + numeric::log(sum / static_cast<double>(logarithms.size()));
}

/// The term by which a relation compares a content with the feeders.
const DriftTerm* share_of(const DriftSignal& signal) {
  const auto found = std::find_if(signal.terms.begin(), signal.terms.end(), [](const DriftTerm& term) { return term.form == TermForm::share; });
  return found == signal.terms.end() ? nullptr : &*found;
}

/// The readings of its content beside the feeders.
Gains probes_of(const DriftSignal& signal, const Line& line) {
  Gains gains;
  for (const DriftTerm& term : signal.terms)
    if (const auto tag = line.find_tag(term.tags.front()); tag && term.form == TermForm::tag) gains.emplace_back(*tag, 1);
  return gains;
}

/// The feeder whose content the probes see.
std::optional<UnitIndex> content_of(const Line& line, const DriftSpec& spec, const std::vector<DriftChannel>& channels) {
  for (const DriftChannel& channel : channels) {
    const DriftSignal* const signal = signal_of(spec, channel);
    const DriftTerm* const share = signal == nullptr ? nullptr : share_of(*signal);
    if (share == nullptr) continue;
    if (const auto tag = line.find_tag(share->tags.front())) return line.tag(*tag).unit;
  }
  return std::nullopt;
}

}  // namespace

/// Any of them is moved.
bool CourseWatch::shown(const std::vector<Relation>& relations, double Relation::* by) {
  return std::any_of(relations.begin(), relations.end(), [&](const Relation& relation) { return relation.*by != 0; });
}

/// How the feeder's errors, lots and flow move what the channel shows; none: it has nothing to do with the feeder.
std::optional<CourseWatch::Relation> CourseWatch::relation_of(const Line& line, const DriftSpec& spec, const DriftChannel& channel, UnitIndex unit) {
  const DriftSignal* const signal = signal_of(spec, channel);
  const DriftTerm* const share = signal == nullptr ? nullptr : share_of(*signal);
  if (signal == nullptr || (share == nullptr && channel.unit != unit)) return std::nullopt;
  const TagIndex flow = *line.find_tag(unit, "massflow_pv"), factor = *line.find_tag(unit, "feed_factor");
  Relation relation{.channel = 0, .way_s = 0, .by_scale = moved_by(*signal, line, {{flow, 1}, {factor, 1}}), .by_content = 0, .by_flow = 0};
  if (share != nullptr) {
    relation.way_s = share->way_s;
    relation.by_content = moved_by(*signal, line, probes_of(*signal, line));
  } else if (signal->follows_lots) {
    relation.by_flow = moved_by(*signal, line, {{factor, 1}});
  }
  return std::isfinite(relation.by_scale) ? std::optional{relation} : std::nullopt;
}

CourseWatch::CourseWatch(const Line& line, const DriftSpec& spec, const std::vector<DriftChannel>& channels) : channels_{channels.size()} {
  for (std::uint32_t i = 0; i < line.units.size(); ++i) {
    const UnitIndex unit{i};
    const auto weight = line.find_tag(unit, "netweight_pv");
    if (!weight || !line.find_tag(unit, "massflow_pv") || !line.find_tag(unit, "feed_factor") || !line.units[i].lot_tag) continue;
    Feeder feeder{.unit = unit, .weight = *weight, .relations = {}, .hopper = {}};
    for (std::size_t c = 0; c < channels.size(); ++c) {
      if (auto relation = relation_of(line, spec, channels[c], unit)) {
        relation->channel = c;
        feeder.relations.push_back(*relation);
      }
    }
    if (shown(feeder.relations, &Relation::by_content) && shown(feeder.relations, &Relation::by_flow)) feeders_.push_back(std::move(feeder));
  }
  found_.resize(feeders_.size());
  judged_.resize(feeders_.size());
  const auto content = content_of(line, spec, channels);
  for (std::size_t i = 0; i < feeders_.size(); ++i)
    if (content && feeders_[i].unit == *content) content_ = i;
}

void CourseWatch::take(const FrameStep& step) {
  const Frame& frame = step.frame;
  if (frame.cold) {
    bins_.clear();
    for (Feeder& feeder : feeders_) feeder.hopper = {};
    judged_.assign(feeders_.size(), char{0});
  }
  for (Feeder& feeder : feeders_) {
    if (feeder.unit.value >= step.context.units.size()) return;
    const UnitContext& context = step.context.units[feeder.unit.value];
    const bool known = usable(frame.flaws[feeder.weight.value]);
    feeder.hopper.take(frame.time, known ? std::optional{frame.values[feeder.weight.value]} : std::nullopt, context.refill_s, context.lot_s);
  }
  if (feeders_.empty() || step.assessment.drift.minute.size() != channels_) return;  // no models yet, or the line rests
  if (!bins_.empty() && seconds(frame.time - bins_.back().end) < bin_s) return;
  bins_.push_back({frame.time, step.assessment.drift.minute});
  if (bins_.size() > bins_most) bins_.pop_front();
  for (Feeder& feeder : feeders_) feeder.hopper.forget(earlier(bins_.front().end, hopper_remembers_s));
  judged_.assign(feeders_.size(), char{0});
}

std::optional<FoundCourse> CourseWatch::find(std::optional<UnitIndex> feeder) {
  std::optional<FoundCourse> best;
  for (std::size_t i = 0; i < feeders_.size(); ++i) {
    if (feeder && feeders_[i].unit != *feeder) continue;
    if (judged_[i] == 0) found_[i] = judge(feeders_[i]);
    judged_[i] = 1;
    if (found_[i] && (!best || found_[i]->scale > best->scale)) best = found_[i];
  }
  return best;
}

/// The relations around a feeder over the bins that all of them have without a gap, and courses through them.
struct CourseWatch::Sight {
  std::vector<Relation> relations;
  std::vector<EventTime> times;
  Courses series;

  /// `gain`: which of a relation's the effect has.
  Courses course(double Relation::* gain, const Course& at) const {
    Courses courses(relations.size());
    for (std::size_t r = 0; r < relations.size(); ++r) {
      if (relations[r].*gain == 0) continue;
      for (const EventTime time : times) courses[r].push_back(relations[r].*gain * at(earlier(time, relations[r].way_s)));
    }
    return courses;
  }
};

CourseWatch::Sight CourseWatch::sight_of(const Feeder& feeder) const {
  Sight sight;
  std::size_t seen = bins_.size();
  for (const Relation& relation : feeder.relations) {
    std::size_t run = 0;
    while (run < bins_.size() && std::isfinite(bins_[bins_.size() - 1 - run].minute[relation.channel])) ++run;
    if (run < bins_least) continue;
    sight.relations.push_back(relation);
    seen = std::min(seen, run);
  }
  for (std::size_t i = bins_.size() - seen; i < bins_.size(); ++i) sight.times.push_back(bins_[i].end);
  for (const Relation& relation : sight.relations) {
    sight.series.emplace_back();
    for (std::size_t i = bins_.size() - seen; i < bins_.size(); ++i)
      sight.series.back().push_back(static_cast<double>(bins_[i].minute[relation.channel]));
  }
  return sight;
}

std::optional<FoundCourse> CourseWatch::judge(const Feeder& feeder) const {
  const Sight sight = sight_of(feeder);
  if (sight.times.size() < bins_least || !shown(sight.relations, &Relation::by_content) || !shown(sight.relations, &Relation::by_flow)) return std::nullopt;
  CourseLikelihood likelihood{sight.series, bin_s};
  const auto course_of = [&](const HopperContents& hopper, EventTime lot, double Relation::* gain, double late) {
    return sight.course(gain, [&](EventTime at) { return hopper.share(lot, earlier(at, late)); });
  };
  const auto usual_lots = [&](const HopperContents& hopper, double Relation::* gain, double size) {
    for (const EventTime lot : hopper.lots()) likelihood.add(course_of(hopper, lot, gain, 0), size);
  };
  const auto unusual_lot = [&](const HopperContents& hopper, double Relation::* gain, std::initializer_list<double> late_s, double size) {
    std::vector<double> each;
    for (const EventTime lot : hopper.lots())
      for (const double late : late_s) each.push_back(likelihood.with(course_of(hopper, lot, gain, late), size));
    return each.empty() ? likelihood.alone() : mean_of(each);
  };
  const HopperContents* const seen_by_probes = content_ ? &feeders_[*content_].hopper : nullptr;
  if (seen_by_probes != nullptr) usual_lots(*seen_by_probes, &Relation::by_content, lot_content);
  usual_lots(feeder.hopper, &Relation::by_flow, lot_flow);
  const auto sudden = [](EventTime from) { return [=](EventTime at) { return std::clamp(seconds(at - from) / step_takes_s, 0.0, 1.0); }; };
  const auto steady = [](EventTime from) { return [=](EventTime at) { return std::max(0.0, seconds(at - from) / 3600); }; };
  const auto from_any_time = [&](const auto& course, double Relation::* gain, double size) {
    std::vector<double> each;
    for (std::size_t i = 0; i + 1 < sight.times.size(); i += 2)
      each.push_back(likelihood.with(sight.course(gain, course(sight.times[i])), size));
    return mean_of(each);
  };
  const double content =
      seen_by_probes != nullptr ? unusual_lot(*seen_by_probes, &Relation::by_content, later_s, other_content) : likelihood.alone();
  const double rest = std::max({likelihood.alone(), unusual_lot(feeder.hopper, &Relation::by_flow, {0}, other_flow), from_any_time(sudden, &Relation::by_flow, flow_step),
                                from_any_time(steady, &Relation::by_flow, flow_ramp)});
  const double scale = std::max(from_any_time(sudden, &Relation::by_scale, scale_step), from_any_time(steady, &Relation::by_scale, scale_ramp));
  return FoundCourse{feeder.unit, scale - std::max(content, rest), content > rest};
}

}  // namespace steadyline
