#include "twin/faults/comms.h"

#include <cmath>
#include <string>

#include "twin/faults/fault_catalogue.h"
#include "twin/signals/noise.h"
#include "twin/faults/onset.h"

namespace steadyline {

Comms::Comms(const Line& line, const Scenario& scenario) {
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const FaultSpec& spec = scenario.faults[i];
    const FaultKind* kind = find_fault_kind(spec.id, spec.variant);
    if (kind == nullptr || kind->kind != LabelKind::comms) continue;
    const RandomStream draws{scenario.seed, stream_of("fault " + std::to_string(i), spec.id)};
    faults_.push_back({spec, spec.target == "line", line.find_unit(spec.target).value_or(UnitIndex{}), draws, fault_end_s(spec)});
  }
}

CommsEffects Comms::at(UnitIndex unit, double t_s) const {
  CommsEffects effects;
  for (const Fault& fault : faults_) {
    if (!(fault.all || fault.unit == unit) || t_s <= fault.spec.on_s || t_s > fault.end_s) continue;
    const double since_s = t_s - fault.spec.on_s, u = grown(fault.spec, since_s), s = fault.spec.severity;
    const bool drawn = fault.draws.uniform(static_cast<std::uint64_t>(t_s) + (static_cast<std::uint64_t>(unit.value) << 40)) < s * u;
    double skew_s = 0;
    if (fault.spec.id == "F24")
      effects.held = effects.held || u > 0;
    else if (fault.spec.variant == "duplicate")
      effects.duplicate = effects.duplicate || drawn;
    else if (fault.spec.variant == "disorder")
      effects.late = effects.late || drawn;
    else
      skew_s = fault.spec.variant == "drift" ? s * 1e-6 * since_s : s * u;
    effects.skew += Milliseconds{static_cast<std::int64_t>(std::floor(skew_s * 1000 + 0.5))};
  }
  return effects;
}

}  // namespace steadyline
