// What a frame shows about each kind of condition: the rules of docs/alarms.md, one function each.
#include <algorithm>
#include <cmath>

#include "monitor/judge.h"

namespace steadyline {
namespace {

constexpr double urgent_below_s = 60;
constexpr double of_refill = 0.5;  // so much more room while a feeder refills, as a share of the half width

bool names(const std::vector<std::string>& all, const Tag& tag) { return std::find(all.begin(), all.end(), tag.name) != all.end(); }

/// The limits of what each plant has a level of its own of: the description's level, the middle or the one limit, is known to within the
/// tolerance.
Band widened(const Band& band, double tolerance) {
  const double low = std::isfinite(band.low) ? band.low : band.high, high = std::isfinite(band.high) ? band.high : band.low;
  const double more = tolerance * std::fabs(low + high) / 2;
  return {band.low - more, band.high + more};
}

}  // namespace

Evidence Judge::evidence_of(const Watch& watch, const FrameStep& step) const {
  if (watch.kind == AlarmKind::bad_data) return data_evidence(watch, step);
  Evidence evidence;
  if (watch.kind == AlarmKind::standstill) {
    evidence.sign = stands_;
    evidence.priority = Priority::medium;
    return evidence;
  }
  switch (watch.kind) {
    case AlarmKind::hard_limit:
    case AlarmKind::control_limit:
      evidence = limit_evidence(watch, limits_of(watch, step.frame));
      break;
    case AlarmKind::drift:
      return drift_evidence(watch, step);
    case AlarmKind::forecast_breach:
      evidence = forecast_evidence(watch, step);
      if (!speaking_.nominal() || step.assessment.verdict == Verdict::outside)
        evidence.sign = Sign::clear;  // nothing is foretold: what stands ends
      break;
    default:
      evidence = health_evidence(step);
      break;
  }
  // Suppressed by design: raises nothing and ends what is active.
  if (watch.tag ? !speaking_.limits_of(*watch.tag) : !speaking_.models()) evidence.sign = Sign::clear;
  if (watch.tag && !speaking_.nominal() && names(options_.of_one_product, line_->tag(*watch.tag))) evidence.sign = Sign::clear;
  return evidence;
}

Evidence Judge::limit_evidence(const Watch& watch, const Band& band) const {
  Evidence evidence;
  evidence.value = means_.of(*watch.tag);
  evidence.priority = watch.kind == AlarmKind::hard_limit ? Priority::high : Priority::low;
  // What a correction gives a set-point beside its limit is no alarm yet.
  const bool set = line_->tag(*watch.tag).role == Role::setpoint;
  const double room = set && band.bounded() ? options_.deadband * width_of(band) : 0;
  const LimitReading reading = read_limit(evidence.value, {band.low - room, band.high + room}, options_.deadband);
  evidence.sign = reading.sign;
  // A refill moves what a feeder's weight tells, for a while and within bounds: half as much again is no refill.
  const Tag& tag = line_->tag(*watch.tag);
  if (evidence.sign == Sign::raise && tag.limits_on_mean && speaking_.refills(tag.unit)) {
    const double more = of_refill * width_of(band) / 2;
    if (band.bounded() && evidence.value > band.low - more && evidence.value < band.high + more) evidence.sign = Sign::between;
  }
  if (evidence.sign == Sign::raise && watch.kind == AlarmKind::hard_limit && names(options_.plant_constants, tag))
    evidence.sign = read_limit(evidence.value, widened(band, options_.plant_tolerance), options_.deadband).sign == Sign::raise
                        ? Sign::raise
                        : Sign::between;
  evidence.limit = reading.limit;
  return evidence;
}

/// The limits for the set-point that is in force.
Band Judge::limits_of(const Watch& watch, const Frame& frame) const {
  const Tag& tag = line_->tag(*watch.tag);
  const Band& band = watch.kind == AlarmKind::hard_limit ? tag.hard : tag.control;
  const double share = speaking_.share_of_limits(*watch.tag, frame);
  return {band.low * share, band.high * share};
}

Evidence Judge::forecast_evidence(const Watch& watch, const FrameStep& step) const {
  Evidence evidence;
  evidence.value = means_.of(*watch.tag);
  evidence.priority = Priority::medium;
  if (step.assessment.verdict != Verdict::inside) return evidence;
  const ForecasterSpec& spec = bundle_->forecaster;
  const Tag& tag = line_->tag(*watch.tag);
  const auto read = [&](const Band& band) {
    return read_forecast(evidence.value, band, options_.deadband, spec.horizons_s, spec.quantiles.size(), step.assessment.fan,
                         watch.target);
  };
  ForecastReading reading = read(tag.hard);
  if (reading.sign == Sign::raise && names(options_.plant_constants, tag)) reading = read(widened(tag.hard, options_.plant_tolerance));
  evidence.sign = reading.sign;
  if (!reading.time_to_limit) return evidence;
  evidence.limit = reading.limit;
  evidence.time_to_limit = reading.time_to_limit;
  if (reading.time_to_limit->s < urgent_below_s) evidence.priority = Priority::high;
  return evidence;
}

Evidence Judge::health_evidence(const FrameStep& step) const {
  Evidence evidence;
  evidence.priority = Priority::medium;
  evidence.limit = options_.health_raise_below;
  if (!scored(step.assessment.verdict)) return evidence;
  evidence.value = step.assessment.health.score;
  if (health_waits_) return evidence;
  evidence.sign = evidence.value < options_.health_raise_below   ? Sign::raise
                  : evidence.value > options_.health_clear_above ? Sign::clear
                                                                 : Sign::between;
  return evidence;
}

Evidence Judge::drift_evidence(const Watch& watch, const FrameStep& step) const {
  constexpr double raises = 1, clears = 0.7;
  Evidence evidence;
  evidence.priority = Priority::medium;
  evidence.limit = raises;
  if (watch.channel >= step.assessment.drift.excess.size()) return evidence;
  evidence.value = static_cast<double>(step.assessment.drift.excess[watch.channel]);
  const double size = std::fabs(evidence.value);
  evidence.sign = size > raises ? Sign::raise : size < clears ? Sign::clear : Sign::between;
  if (evidence.sign == Sign::raise && watch.unit && speaking_.moves(*watch.unit)) evidence.sign = Sign::between;
  return evidence;
}

}  // namespace steadyline
