#include "twin/press.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr double level_wanted_pct = 50, level_filter_s = 20;
constexpr double level_gain_near = 0.002, level_gain_far = 0.010, level_near_pct = 6, level_reset_s = 1500;  // per % of level
constexpr double turret_low_rpm = 20, turret_high_rpm = 65, turret_rate_rpm_s = 1.5;
constexpr double move_every_s = 6.5, force_per_weight = 4.45, force_deadband = 0.01, fill_quantum_mm = 0.01;
constexpr double fill_low_mm = 4, fill_high_mm = 16;
constexpr double bed_needed = 0.3;  // below this share of the bed the paddles find too little powder to fill every die
constexpr double motor_nominal_pct = 41, ejection_nominal_n = 187;

double to_quantum(double mm) { return std::floor(mm / fill_quantum_mm + 0.5) * fill_quantum_mm; }

double sixth_power(double x) { return x * x * x * x * x * x; }

}  // namespace

Press::Press(const TwinParameters& twin, std::uint64_t seed, std::string_view id, bool running)
    : own_{twin},
      density_wander_{seed, id, "density", twin.density_wander, twin.density_wander_tau_s},
      gap_wander_{seed, id, "gap wander", twin.gap_wander_mm, twin.gap_wander_tau_s},
      gap_noise_{seed, id, "gap", 0.0008},
      level_noise_{seed, id, "level", 1.5, 8},
      turret_noise_{seed, id, "turret", 0.03},
      force_noise_{seed, id, "force", twin.force_noise},
      srel_noise_{seed, id, "srel", 0.42},
      pre_noise_{seed, id, "pre-force", 0.06},
      ejection_noise_{seed, id, "ejection", 0.03},
      ejection_wander_{seed, id, "ejection wander", 0.043, 900},
      estimate_noise_{seed, id, "weight estimate", 0.5},
      motor_noise_{seed, id, "motor", 1.2, 4},
      turret_rpm_{running ? twin.turret_rpm : 0} {
  readings_.force_main_sp = twin.force_kn;
}

double Press::step(const Feed& feed, bool may_run) {
  hold_level(feed.level_pct, may_run);
  const double gap_mm = own_.gap_main_mm + gap_wander_.next();
  const double density = own_.die_density * (1 + density_wander_.next()) * (1 + 0.04 * (feed.level_pct - level_wanted_pct) / level_wanted_pct);
  const bool turning = turret_rpm_ > 0;
  const double speed = turning ? turret_rpm_ : own_.turret_rpm;
  weight_mg_ = die_fill_mg(own_, fill_mm_, speed, density) * std::min(1.0, feed.bed_share / bed_needed);
  tablets_ = turret_rpm_ * own_.stations / 60;
  read(compress(own_, weight_mg_, gap_mm, speed), feed, gap_mm);
  if (turning) hold_force(readings_.force_main_mean);
  return tablets_ * weight_mg_ / 1000 / (1 - own_.dust_share);
}

// Averaging level control: gentle near the middle, so that level noise does not shake the turret, firm near the ends.
void Press::hold_level(double level_pct, bool may_run) {
  level_filtered_ += (level_pct + level_noise_.next() - level_filtered_) / level_filter_s;
  double wanted = 0;
  if (may_run) {
    const double error = level_filtered_ - level_wanted_pct;
    const double beyond = error - std::clamp(error, -level_near_pct, level_near_pct);
    level_integral_ = std::clamp(level_integral_ + level_gain_near * error / level_reset_s, -0.4, 0.4);
    wanted = std::clamp(own_.turret_rpm * (1 + level_gain_near * error + level_gain_far * beyond + level_integral_),
                        turret_low_rpm, turret_high_rpm);
  }
  turret_rpm_ += std::clamp(wanted - turret_rpm_, -turret_rate_rpm_s, turret_rate_rpm_s);
}

void Press::hold_force(double measured_kn) {
  force_sum_ += measured_kn;
  ++force_count_;
  since_move_s_ += 1;
  if (since_move_s_ < move_every_s) return;
  since_move_s_ -= move_every_s;
  const double off = force_sum_ / force_count_ / own_.force_kn - 1;
  force_sum_ = 0;
  force_count_ = 0;
  if (std::fabs(off) <= force_deadband) return;
  fill_mm_ = std::clamp(to_quantum(fill_mm_ - fill_mm_ * off / force_per_weight), fill_low_mm, fill_high_mm);
}

void Press::read(const Compression& tablet, const Feed& feed, double gap_mm) {
  const double scatter = own_.tablet_weight_rsd_pct * numeric::pow(std::max(turret_rpm_, 1.0) / own_.turret_rpm, 0.8) *
                         (1 + std::max(0.0, (35 - feed.level_pct) / 10));
  Readings now{};
  now.turret_pv = turret_rpm_ + turret_noise_.next();
  now.fill_pv = fill_mm_;
  now.gap_main_pv = gap_mm + gap_noise_.next();
  now.force_main_sp = own_.force_kn;
  now.force_main_mean = tablet.force_kn * (1 + force_noise_.next());
  now.force_main_srel = numeric::sqrt(19.8025 * scatter * scatter + 1) + srel_noise_.next();  // 4.45^2
  now.force_pre_mean = 2.0 * numeric::pow(std::max(weight_mg_, 1.0) / own_.tablet_mg, 3.5) * sixth_power(4.30 / own_.gap_pre_mm) +
                       pre_noise_.next();
  const double ejection = ejection_n(own_, tablet, feed.stearate_pct, std::max(turret_rpm_, turret_low_rpm));
  now.ejection_max = ejection * (1 + ejection_noise_.next() + ejection_wander_.next());
  now.weight_est = own_.tablet_mg * numeric::pow(std::max(now.force_main_mean, 0.1) / own_.force_kn, 1 / force_per_weight) +
                   estimate_noise_.next();
  const double load = 0.45 + 0.40 * tablet.force_kn / own_.force_kn + 0.15 * ejection / ejection_nominal_n;
  now.motor_torque = (turret_rpm_ > 0 ? motor_nominal_pct * load : 0) + motor_noise_.next();
  if (turret_rpm_ > 0) {
    readings_ = now;
    return;
  }
  readings_.turret_pv = 0;
  readings_.fill_pv = now.fill_pv;
  readings_.gap_main_pv = now.gap_main_pv;
  readings_.motor_torque = now.motor_torque;
}

void Press::name_signals(std::string_view id, SignalTable& table) const {
  table.add(id, "turret_pv", &readings_.turret_pv);
  table.add(id, "fill_pv", &readings_.fill_pv);
  table.add(id, "gap_main_pv", &readings_.gap_main_pv);
  table.add(id, "force_main_sp", &readings_.force_main_sp);
  table.add(id, "force_main_mean", &readings_.force_main_mean);
  table.add(id, "force_main_srel", &readings_.force_main_srel);
  table.add(id, "force_pre_mean", &readings_.force_pre_mean);
  table.add(id, "ejection_max", &readings_.ejection_max);
  table.add(id, "weight_est", &readings_.weight_est);
  table.add(id, "motor_torque", &readings_.motor_torque);
}

}  // namespace steadyline
