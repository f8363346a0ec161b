#include "twin/faults/draw_fault.h"

#include <algorithm>

#include "core/numeric.h"

namespace steadyline {
namespace {

// Faults of scales and hoppers come where most of the powder runs; those behind the scale at the lubricant, where they are felt most.
std::string_view usual_targets(const FaultKind& kind) {
  switch (kind.target_kind) {
    case TargetKind::tag:
    case TargetKind::tag_or_unit:
      return "fd1/screw_speed_pv fd2/netweight_pv bl1/holdup bl2/torque ch1/level ch1/nir1_api tp1/force_pre_mean tp1/ejection_max "
             "tp1/motor_torque "
             "ff1/nir2_api";
    case TargetKind::clock:
      return kind.id == "F24" ? "line" : "fd1 fd2 bl1 bl2 ch1 tp1";
    case TargetKind::station:
      return "tp1/st03 tp1/st07 tp1/st12 tp1/st18 tp1/st25 tp1/st36";
    case TargetKind::nozzle:
      return "ct1/noz1 ct1/noz2 ct1/noz3 ct1/noz4";
    case TargetKind::unit:
      break;
  }
  if (kind.mechanism == "feeder outlet") return "fd6";
  const bool powder = kind.id == "F03" || kind.id == "F04" || kind.id == "F05" || kind.id == "F10";
  return powder ? "fd1 fd2 fd3" : kind.targets;
}

// Even in the logarithm where the range spans more than a decade (five seconds to ten minutes), else even.
double severity_at(const FaultKind& kind, double share) {
  if (kind.low > 0 && kind.high / kind.low > 10) return kind.low * numeric::exp(share * numeric::log(kind.high / kind.low));
  return kind.low + share * (kind.high - kind.low);
}

}  // namespace

std::size_t pick(std::size_t count, double uniform) {
  return std::min(count - 1, static_cast<std::size_t>(uniform * static_cast<double>(count)));
}

FaultSpec draw_fault(const FaultKind& kind, int tercile, double hurry, const RandomStream& stream, std::uint64_t first) {
  const auto draw = [&](std::uint64_t i) { return stream.uniform(first + i); };
  const std::vector<std::string> targets = words_of(usual_targets(kind));
  FaultSpec spec;
  spec.id = kind.id;
  spec.variant = kind.variant;
  spec.target = targets[pick(targets.size(), draw(0))];
  spec.severity = severity_at(kind, (tercile + draw(1)) / 3);
  if (kind.either_sign && draw(2) < 0.5) spec.severity = -spec.severity;
  if (kind.hurry == Hurry::severity) spec.severity = std::clamp(spec.severity * hurry, kind.least, kind.most);
  spec.onset = kind.onset;
  const double ramp_s = kind.ramp_low_s + draw(3) * (kind.ramp_high_s - kind.ramp_low_s);
  if (kind.onset == Onset::oscillating)
    spec.period_s = ramp_s;
  else if (ramp_s > 0)
    spec.ramp_s = std::max(1.0, kind.hurry == Hurry::ramp ? ramp_s / hurry : ramp_s);
  spec.surge = kind.id == "F01" || kind.id == "F02" ? draw(4) < 0.5 : false;
  spec.duration_s = kind.id == "F24" ? spec.severity : kind.lasts_s;
  return spec;
}

}  // namespace steadyline
