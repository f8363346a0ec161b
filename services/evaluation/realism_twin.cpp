#include "evaluation/realism_twin.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "twin/machines/compression.h"

namespace steadyline {
namespace {

constexpr double trial_h = 0.5;
constexpr std::size_t log_interval = 10;  // s

Compression nominal_tablet(const PressParameters& press) {
  return compress(press, press.tablet_mg, press.gap_main_mm, yield_pressure_mpa(press, 0, 0));
}

// The gap at which a nominal tablet takes the wanted force: less gap, more force.
double gap_for(PressParameters press, double force_kn) {
  double low = 0.2 * press.gap_main_mm, high = 3 * press.gap_main_mm;
  for (int i = 0; i < 60; ++i) {
    press.gap_main_mm = (low + high) / 2;
    (nominal_tablet(press).force_kn > force_kn ? low : high) = press.gap_main_mm;
  }
  return press.gap_main_mm;
}

double weight_rsd_for(const PressParameters& press, double srel_pct) {
  const double by_weight = std::max(srel_pct * srel_pct - press.srel_station_pct * press.srel_station_pct, 0.01);
  return std::sqrt(by_weight) / press.srel_per_weight;
}

Tag& tag_of(Line& line, std::string_view path) {
  const auto index = line.find_tag(path);
  STEADYLINE_ASSERT(index, "the twin's line has the press tags that realism judges");
  return line.tags[index->value];
}

void set_noise(Tag& tag, Noise white, Noise wander) {
  tag.noise = white;
  tag.wander = wander;
}

struct Levels {
  double srel_pct, fill_mm, ejection_n;
};

// Means over the last half of a trial run.
Levels trial(const TwinDescription& twin, std::uint64_t seed) {
  Scenario scenario;
  scenario.duration_s = trial_h * 3600;
  scenario.seed = seed;
  const auto readings = log_press(twin, scenario);
  Levels sum{};
  const std::size_t from = readings.size() / 2;
  const auto share = 1 / static_cast<double>(readings.size() - from);
  for (std::size_t i = from; i < readings.size(); ++i) {
    sum.srel_pct += share * readings[i].srel_pct;
    sum.fill_mm += share * readings[i].fill_mm;
    sum.ejection_n += share * readings[i].ejection_n;
  }
  return sum;
}

}  // namespace

void leave_out_auxiliary(TwinDescription& twin) {
  const auto running = twin.line.running_tag ? twin.line.tag(*twin.line.running_tag).path : std::string{};
  std::erase_if(twin.line.tags, [&](const Tag& tag) {
    return std::ranges::any_of(twin.parameters.auxiliary, [&](const AuxiliaryParameters& a) { return a.tag == tag.path; });
  });
  twin.parameters.auxiliary.clear();
  twin.line.running_tag = twin.line.find_tag(running);
}

void set_press(const PressFit& fit, TwinDescription& twin) {
  PressParameters& press = twin.parameters.press;
  const double old_fill_mm = press.fill_start_mm;
  press.yield_mpa *= fit.force_kn / press.force_kn;  // another powder, pressed to the same density: the force answers to weight as before
  press.force_kn = fit.force_kn;
  press.force_low_kn = std::min(press.force_low_kn, fit.force_kn / 2);
  press.force_high_kn = std::max(press.force_high_kn, fit.force_kn * 2);
  press.gap_main_mm = gap_for(press, fit.force_kn);
  const Compression tablet = nominal_tablet(press);
  press.force_per_weight = tablet.per_weight / fit.loop_gain;
  press.force_loop_turns = fit.loop_s * press.turret_rpm / 60;
  press.force_deadband = fit.deadband;
  press.fill_quantum_mm = fit.fill_quantum_mm;
  press.fill_start_mm = fit.fill_mm;
  press.fill_rate_mm_s = fit.fill_mm;  // no limit: recorded cams move 0.1 mm between two readings
  press.fill_low_mm = std::min(press.fill_low_mm, fit.fill_mm / 2);
  press.fill_high_mm = std::max(press.fill_high_mm, fit.fill_mm * 2);
  press.die_density *= old_fill_mm / fit.fill_mm;
  press.weight_rsd_pct = weight_rsd_for(press, fit.srel_pct);
  press.radial_share *= std::max(fit.ejection_n, 0.1) / ejection_n(press, tablet, 1, press.turret_rpm);
  press.density_wander = fit.weight_wander;
  press.density_wander_tau_s = fit.weight_wander_tau_s;
  press.density_mixing_s = fit.weight_mixing_s;
  press.gap_wander_mm = fit.slow_wander * tablet.thickness_in_mm;
  press.gap_wander_tau_s = slow_wander_tau_s;
  press.force_wander_kn = 0;
  press.ejection_wander_n = fit.ejection.wander;
  press.ejection_wander_tau_s = fit.ejection.wander_tau_s;
  set_noise(tag_of(twin.line, "tp1/force_main_mean"), {.share = fit.force_noise}, {});
  set_noise(tag_of(twin.line, "tp1/force_main_srel"), {.sd = fit.srel.white}, {.sd = fit.srel.wander, .tau_s = fit.srel.wander_tau_s});
  set_noise(tag_of(twin.line, "tp1/ejection_max"), {.sd = fit.ejection.white}, {});
}

std::vector<PressReading> log_press(const TwinDescription& twin, const Scenario& scenario, double force_mean_s,
                                    const std::function<void(const Simulation&)>& look) {
  const auto column = [&](std::string_view path) { return twin.line.find_tag(path).value().value; };
  const auto speed = column("tp1/tbl_rate"), force = column("tp1/force_main_mean"), srel = column("tp1/force_main_srel"),
             fill = column("tp1/fill_pv"), ejection = column("tp1/ejection_max");
  const auto mean_of = std::clamp<std::size_t>(static_cast<std::size_t>(force_mean_s + 0.5), 1, log_interval);
  Simulation simulation{twin.line, twin.parameters, scenario};
  std::vector<PressReading> log;
  std::vector<double> values;
  std::array<double, log_interval> last{};
  for (std::size_t second = 1; !simulation.finished(); ++second) {
    if (second % log_interval != 0 && second % log_interval <= log_interval - mean_of) {
      simulation.step();
      continue;
    }
    simulation.step(values);
    last[second % log_interval] = values[force];
    if (second % log_interval != 0) continue;
    if (look) look(simulation);
    double shown = last[0];
    for (std::size_t k = 1; k < mean_of; ++k) shown += last[log_interval - k];
    log.push_back(
        {static_cast<double>(second), values[speed], shown / static_cast<double>(mean_of), values[srel], values[fill], values[ejection]});
  }
  return log;
}

PressBatch twin_batch(const TwinDescription& twin, const PressFit& fit, double hours, std::uint64_t seed) {
  TwinDescription own = twin;
  leave_out_auxiliary(own);
  set_press(fit, own);
  const Levels have = trial(own, seed);
  PressParameters& press = own.parameters.press;
  press.die_density *= have.fill_mm / fit.fill_mm;
  press.radial_share *= std::max(fit.ejection_n, 0.1) / have.ejection_n;
  const double station = press.srel_station_pct * press.srel_station_pct;
  press.weight_rsd_pct *=
      std::sqrt(std::max(fit.srel_pct * fit.srel_pct - station, 0.01) / std::max(have.srel_pct * have.srel_pct - station, 0.01));
  Scenario scenario;
  scenario.duration_s = hours * 3600;
  scenario.seed = seed;
  scenario.stops = StopStatistics::zagar;
  return {"twin", "", std::to_string(seed), log_press(own, scenario, fit.force_mean_s)};
}

}  // namespace steadyline
