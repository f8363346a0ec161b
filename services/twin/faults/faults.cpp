#include "twin/faults/faults.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"

namespace steadyline {
namespace {

constexpr double s_per_h = 3600, refill_overshoot = 1.2;
constexpr double spike_sds = 10, spikes_per_s = 1.0 / 60;
constexpr int spike_longest_s = 3;

std::size_t place_of(const FaultSpec& spec, const FaultKind& kind) {
  const std::string_view unit = unit_of(spec.target), part = part_of(spec.target);
  if (kind.target_kind == TargetKind::station) return numbered(part, "st", station_count).value_or(0);
  if (kind.target_kind == TargetKind::nozzle) return numbered(part, "noz", 4).value_or(0);
  if (unit == "ff1") return 1;  // the second NIR probe
  for (const std::string_view prefix : {"fd", "bl"})
    if (const auto place = numbered(unit, prefix, feeder_count)) return *place;
  return 0;
}

// The instruments of a sensor fault: one tag, all measured ones of a unit, or the main force.
std::vector<std::string> sensor_tags(const FaultSpec& spec, const FaultKind& kind, const Line& line) {
  if (kind.kind != LabelKind::sensor || spec.id == "F20") return {};
  if (spec.id == "F17") return {spec.target + "/force_main_mean"};
  if (!part_of(spec.target).empty()) return {spec.target};
  std::vector<std::string> tags;
  for (const Tag& tag : line.tags)
    if (tag.role == Role::measured && line.unit(tag.unit).id == spec.target) tags.push_back(tag.path);
  return tags;
}

// Severity with its shape. A drift is severity * hours, whatever the shape, and comes and goes with those that do.
double drifted_pct(const FaultSpec& spec, double u, double hours) {
  const bool comes_and_goes = spec.onset == Onset::intermittent || spec.onset == Onset::oscillating || spec.onset == Onset::random_walk;
  return spec.severity * hours * (comes_and_goes ? u : 1);
}

// The first of the four numbers that a second has for each sensor of the fault.
std::uint64_t draw_of(std::uint64_t sensor, std::int64_t second) { return (sensor << 40) + static_cast<std::uint64_t>(second) * 4; }

// +-10 sd for one to three readings, about once a minute: a pure function of the second.
double spike(const RandomStream& draws, std::uint64_t sensor, std::int64_t second, double first_s, double per_s) {
  for (int age = 0; age < spike_longest_s; ++age) {
    if (static_cast<double>(second - age) <= first_s) break;  // none began before the fault
    const std::uint64_t i = draw_of(sensor, second - age);
    if (draws.uniform(i) >= per_s) continue;
    if (draws.uniform(i + 1) * spike_longest_s < age) continue;  // over by now
    return draws.uniform(i + 2) < 0.5 ? -spike_sds : spike_sds;
  }
  return 0;
}

}  // namespace

Faults::Faults(const Line& line, const TwinParameters& parameters, const Scenario& scenario, const Board& board) {
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const FaultSpec& spec = scenario.faults[i];
    const FaultKind* kind = find_fault_kind(spec.id, spec.variant);
    STEADYLINE_ASSERT(kind != nullptr, "call unsimulated() first and show what it says");
    const RandomStream draws{scenario.seed, stream_of("fault " + std::to_string(i), spec.id)};
    Acting fault{spec,
                 kind,
                 (spec.id[1] - '0') * 10 + (spec.id[2] - '0'),
                 place_of(spec, *kind),
                 {},
                 Growth{spec, scenario.seed, i},
                 draws,
                 fault_end_s(spec)};
    for (const std::string& tag : sensor_tags(spec, *kind, line))
      if (const auto id = board.find(tag)) fault.sensors.push_back(*id);
    if (fault.place < feeder_count) fault.nominal_g_s = parameters.nominal_feed_kg_h(fault.place) / 3.6;
    acting_.push_back(std::move(fault));
  }
}

bool Faults::active(std::size_t fault, double t_s) const {
  const Acting& acting = acting_[fault];
  return !acting.off && t_s > acting.spec.on_s && t_s <= acting.end_s + (acting.spec.surge ? surge_s : 0);
}

void Faults::act(double t_s, Effects& effects, Board& board) {
  for (std::size_t i = 0; i < acting_.size(); ++i) {
    Acting& fault = acting_[i];
    if (!active(i, t_s)) continue;
    if (t_s > fault.end_s) {  // the bridge collapses
      effects.feeders[fault.place].feed_factor *= 1 + surge_gain * fault.spec.severity;
      continue;
    }
    const double u = fault.growth.at(t_s, fault.spec), hours = (t_s - fault.spec.on_s) / s_per_h;
    if (!fault.sensors.empty())
      act_on_sensors(fault, u, hours, t_s, board);
    else if (fault.number <= 10 && fault.spec.variant != "shear")
      act_on_feeder(fault, u, hours, effects.feeders[fault.place]);
    else if (fault.number >= 15 && fault.number <= 19)
      act_on_press(fault, u, t_s, effects);
    else if (fault.number >= 25)
      act_on_coater(fault, u, effects.coater);
    else
      act_on_path(fault, u, effects);
  }
}

void Faults::act_on_feeder(const Acting& fault, double u, double hours, FeederEffects& feeder) {
  const double s = fault.spec.severity, pct = drifted_pct(fault.spec, u, hours) / 100;
  switch (fault.number) {
    case 1:
    case 2:
      feeder.feed_factor *= 1 - s * u;
      break;
    case 3:
      if (u <= 0) break;
      feeder.refill_array_off = true;
      feeder.refill_gain = s * u;
      feeder.refill_to = refill_overshoot;
      break;
    case 4:
      if (fault.spec.variant == "zero")
        feeder.weighed_zero_g_s += s * u / 100 * fault.nominal_g_s;
      else
        feeder.weighed_span += pct;
      break;
    case 5:
      feeder.feed_factor *= std::max(0.0, 1 - pct / 24);
      break;
    case 6:
      feeder.stopped = feeder.stopped || u > 0.5;
      break;
    case 7:
      feeder.outlet *= 1 - s * u;
      break;
    case 8:
      feeder.outlet *= 1 + s * u;
      break;
    case 9:
      feeder.lot_potency *= 1 + s * u;
      break;
    case 10:
      feeder.lot_density += s * u;
      break;
    default:
      break;
  }
}

void Faults::act_on_path(const Acting& fault, double u, Effects& effects) {
  const double s = fault.spec.severity;
  switch (fault.number) {
    case 8:
      effects.blenders[fault.place].shear *= 1 + s * u;
      break;
    case 11:
      effects.blenders[fault.place].speed *= 1 - s * u;
      break;
    case 12:
      effects.blenders[fault.place].holdup *= 1 + s * u;
      break;
    case 13:
      effects.chute.outflow *= 1 - s * u;
      break;
    case 14:
      effects.feed_frame.filling *= 1 - s * u;
      break;
    case 20:
      effects.nir[fault.place].window_gain *= 1 - s * u;
      break;
    default:
      break;  // comms
  }
}

void Faults::act_on_press(const Acting& fault, double u, double t_s, Effects& effects) {
  const double s = fault.spec.severity;
  const bool plain = fault.spec.onset == Onset::oscillating;  // other shapes make the oscillation itself come and go
  switch (fault.number) {
    case 15:
      effects.press.turret *= 1 + s * swing(fault.spec, t_s - fault.spec.on_s) * (plain ? 1 : u);
      break;
    case 16:
      effects.press.turret *= 1 + s * u;
      break;
    case 18:
      effects.press.sticking_rate += s * (u > 0 ? 1 : 0);
      break;
    case 19:
      effects.press.punch_short_mm[fault.place] += s * u;
      break;
    default:
      break;
  }
}

void Faults::act_on_coater(const Acting& fault, double u, CoaterEffects& coater) {
  const double s = fault.spec.severity;
  if (fault.number == 25) {
    coater.nozzle[fault.place] *= 1 - s * u;
    if (fault.spec.variant == "fixed_pump") coater.rebalanced = false;
  } else if (fault.spec.variant == "flow") {
    coater.inlet_flow *= 1 - s / 100 * u;
  } else {
    coater.inlet_loss_k += s * u;
  }
}

void Faults::act_on_sensors(const Acting& fault, double u, double hours, double t_s, Board& board) {
  const auto second = static_cast<std::int64_t>(t_s);
  for (std::size_t k = 0; k < fault.sensors.size(); ++k) {
    const SignalId id = fault.sensors[k];
    SensorFault& sensor = board.sensor(id);
    if (fault.number == 17) {
      sensor.gain *= 1 + drifted_pct(fault.spec, u, hours) / 100;
    } else if (fault.number == 21) {
      sensor.stuck = sensor.stuck || u > 0.5;
    } else {
      const double p_missing = fault.spec.variant == "spikes" ? 0 : fault.spec.severity * u;
      if (fault.draws.uniform(draw_of(k, second) + 3) < p_missing) sensor.missing = true;
      if (fault.spec.variant == "missing" || u <= 0) continue;
      const double per_s = spikes_per_s * (fault.spec.variant == "spikes" ? fault.spec.severity : 1);
      if (const double sds = spike(fault.draws, k, second, fault.spec.on_s, per_s); sds != 0) {
        const double sd = board.spread(id);
        sensor.bias += sds * (sd > 0 ? sd : 0.01 * std::fabs(board.value(id)));
      }
    }
  }
}

}  // namespace steadyline
