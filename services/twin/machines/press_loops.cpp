#include "twin/machines/press_loops.h"

#include <algorithm>
#include <cmath>

namespace steadyline {
namespace {

constexpr double near_speed = 0.95;  // of the wanted one

double in_quanta(const PressParameters& press, double fill_mm) {
  return std::clamp(std::floor(fill_mm / press.fill_quantum_mm + 0.5) * press.fill_quantum_mm, press.fill_low_mm, press.fill_high_mm);
}

}  // namespace

LevelLoop::LevelLoop(const PressParameters& press, double turret_rpm)
    : turret_rpm_{turret_rpm}, wanted_rpm_{turret_rpm}, filtered_pct_{press.level_wanted_pct} {}

double LevelLoop::step(const PressParameters& press, double level_reading_pct, double nominal_rpm, double forced) {
  filtered_pct_ += (level_reading_pct - filtered_pct_) / press.level_filter_s;
  if (nominal_rpm <= 0) {
    wanted_rpm_ = 0;
  } else if (forced == 1 || wanted_rpm_ <= 0) {
    const double error = filtered_pct_ - press.level_wanted_pct;
    const double beyond = error - std::clamp(error, -press.level_near_pct, press.level_near_pct);
    integral_ =
        std::clamp(integral_ + press.level_gain * error / press.level_reset_s, -press.level_integral_high, press.level_integral_high);
    wanted_rpm_ = std::clamp(nominal_rpm * (1 + press.level_gain * error + press.level_gain_far * beyond + integral_), press.turret_low_rpm,
                             press.turret_high_rpm);
  }
  turret_rpm_ += std::clamp(wanted_rpm_ - turret_rpm_, -press.turret_rate_rpm_s, press.turret_rate_rpm_s);
  return std::min(turret_rpm_ * forced, press.turret_high_rpm);
}

bool LevelLoop::at_speed() const { return wanted_rpm_ > 0 && turret_rpm_ > near_speed * wanted_rpm_; }

void ForceLoop::step(const PressParameters& press, double force_reading_kn, double wanted_kn, double turret_rpm) {
  sum_kn_ += force_reading_kn;
  ++readings_;
  turns_ += turret_rpm / 60;
  if (turns_ < press.force_loop_turns) return;
  turns_ -= press.force_loop_turns;
  const double off = sum_kn_ / readings_ / wanted_kn - 1;
  const double furthest_mm = press.fill_rate_mm_s * readings_;  // a reading a second
  sum_kn_ = 0;
  readings_ = 0;
  if (std::fabs(off) <= press.force_deadband || off < press.force_starved - 1) return;
  fill_mm_ = in_quanta(press, fill_mm_ - std::clamp(fill_mm_ * off / press.force_per_weight, -furthest_mm, furthest_mm));
}

void ForceLoop::wait() {
  sum_kn_ = turns_ = 0;
  readings_ = 0;
}

void ForceLoop::settle(const PressParameters& press, double relative) {
  if (relative > 0 && relative != 1) fill_mm_ = in_quanta(press, fill_mm_ / relative);
}

void ForceLoop::trim(const PressParameters& press, double trim_mm) {
  if (trim_mm == trim_mm_) return;
  fill_mm_ = std::clamp(fill_mm_ + trim_mm - trim_mm_, press.fill_low_mm, press.fill_high_mm);
  trim_mm_ = trim_mm;
}

}  // namespace steadyline
