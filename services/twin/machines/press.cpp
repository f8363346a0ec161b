#include "twin/machines/press.h"

#include <algorithm>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr double long_ago = 1e9;  // turns since the start of a press found running
constexpr double seconds_per_hour = 3600, seconds_per_minute = 60;

double ejection_of_a_nominal_tablet(const PressParameters& press) {
  return ejection_n(press, compress(press, press.tablet_mg, press.gap_main_mm, press.yield_mpa), 1, press.turret_rpm);
}

/// A reading of which `share` follows `ratio` (1 nominal).
double following(double share, double ratio) { return 1 - share + share * ratio; }

}  // namespace

Press::Signals::Signals(Board& board)
    : turret_sp{board.add("tp1", "turret_sp")},
      turret_pv{board.add("tp1", "turret_pv")},
      tbl_rate{board.add("tp1", "tbl_rate")},
      fill_sp{board.add("tp1", "fill_sp")},
      fill_pv{board.add("tp1", "fill_pv")},
      gap_main_sp{board.add("tp1", "gap_main_sp")},
      gap_main_pv{board.add("tp1", "gap_main_pv")},
      gap_pre_sp{board.add("tp1", "gap_pre_sp")},
      gap_pre_pv{board.add("tp1", "gap_pre_pv")},
      force_main_mean{board.add("tp1", "force_main_mean")},
      force_main_sp{board.add("tp1", "force_main_sp")},
      force_main_srel{board.add("tp1", "force_main_srel")},
      force_pre_mean{board.add("tp1", "force_pre_mean")},
      ejection_max{board.add("tp1", "ejection_max")},
      takeoff_force{board.add("tp1", "takeoff_force")},
      punch_stiffness{board.add("tp1", "punch_stiffness")},
      weight_est{board.add("tp1", "weight_est")},
      produced{board.add("tp1", "produced")},
      waste{board.add("tp1", "waste")},
      v2_reject_rate{board.add("tp1", "v2_reject_rate")},
      motor_torque{board.add("tp1", "motor_torque")},
      turret_temp{board.add("tp1", "turret_temp")},
      punch_temp{board.add("tp1", "punch_temp")},
      dust_vac{board.add("tp1", "dust_vac")} {}

Press::Press(const PressParameters& press, bool running, Board& board)
    : own_{press},
      signals_{board},
      density_wander_{board.add_noise("tp1", "density wander", press.density_wander_tau_s)},
      gap_wander_{board.add_noise("tp1", "gap wander", press.gap_wander_tau_s)},
      force_wander_{board.add_noise("tp1", "force wander", press.force_wander_tau_s)},
      ejection_wander_{board.add_noise("tp1", "ejection wander", press.ejection_wander_tau_s)},
      stations_{board},
      level_{press, running ? press.turret_rpm : 0},
      force_{press},
      gate_{board.seed()},
      nominal_ejection_n_{ejection_of_a_nominal_tablet(press)},
      turret_rpm_{running ? press.turret_rpm : 0},
      turns_{running ? long_ago : 0},
      mixing_gain_{numeric::sqrt(1 + (press.density_mixing_s - 1) / press.density_wander_tau_s)},
      turret_c_{running ? press.turret_c : press.reference_c},
      punch_c_{running ? press.punch_c : press.reference_c} {}

double Press::step(const PressFeed& feed, const Orders& orders, const PressEffects& effects, double filling, const Surroundings& room,
                   Board& board) {
  turret_rpm_ = level_.step(own_, feed.level_reading_pct, orders.press_runs ? orders.turret_rpm : 0, effects.turret);
  force_.trim(own_, orders.fill_trim_mm);
  tablets_ = turret_rpm_ * own_.tablets_per_turn / seconds_per_minute;
  if (turret_rpm_ <= 0) {
    force_.wait();
    stand(board);
    report_settings(orders, board);
    report_body(0, room, board);
    return 0;
  }
  turns_ += turret_rpm_ / seconds_per_minute;
  if (total(feed.powder) > 0) blend_ = blend_of(feed.powder);
  stick(effects.sticking_rate, room);
  const Stroke stroke = fill(feed, orders, filling, board);
  make(stroke, orders, effects, room, board);
  report_settings(orders, board);
  const double taken_g = tablets_ * stroke.die_mg / 1000 / (1 - own_.dust_share);
  dust_g_ = taken_g - tablets_ * quality_.weight_mg / 1000;
  return taken_g;
}

void Press::stand(Board& board) {
  turns_ = 0;
  dust_g_ = 0;
  rejected_ = 0;
  for (const SignalId id : {signals_.force_main_mean, signals_.force_main_srel, signals_.force_pre_mean, signals_.ejection_max,
                            signals_.takeoff_force, signals_.punch_stiffness, signals_.weight_est})
    board.freeze(id);
  stations_.freeze(board);
  board.set(signals_.v2_reject_rate, 0);
}

// F18: the film grows faster without lubricant and in moist air, and is polished off once its cause is gone.
void Press::stick(double rate_per_h, const Surroundings& room) {
  if (rate_per_h <= 0) {
    film_ = film_ > 1e-3 ? film_ * (1 - 1 / own_.sticking_clean_s) : 0;
    return;
  }
  const double deficit = std::max(0.0, 1 - blend_.stearate_pct);  // against the nominal 1 %
  const double moist = 1 + own_.sticking_rh_per_pct * std::max(0.0, room.room_rh_pct - own_.sticking_rh_above_pct);
  film_ = std::min(film_ + rate_per_h / seconds_per_hour * (1 + own_.sticking_stearate * deficit) * moist, own_.sticking_high);
}

Press::Stroke Press::fill(const PressFeed& feed, const Orders& orders, double filling, const Board& board) {
  // The laws of speed are known down to the lowest speed in production; a turret that starts or stops is no slower to them.
  const double speed_log = numeric::log(std::max(turret_rpm_, own_.turret_low_rpm) / own_.turret_rpm);
  // What the density of the powder does may be mixed on its way to the dies.
  mixed_wander_ += (board.noise(density_wander_) - mixed_wander_) / (settled_ ? own_.density_mixing_s : 1);
  const double density = die_density(own_, blend_.density, feed.level_pct) * (1 + own_.density_wander * mixing_gain_ * mixed_wander_);
  const double degree =
      filling_degree(own_, feed.paddle_rpm, turret_rpm_, blend_.flow) * filling * std::min(1.0, feed.bed_share / own_.bed_needed);

  if (turns_ > long_ago && !settled_) {
    const double nominal = own_.die_density * filling_degree(own_, feed.paddle_rpm, turret_rpm_, 1);
    force_.settle(own_, die_density(own_, blend_.density, own_.level_wanted_pct) *
                            filling_degree(own_, feed.paddle_rpm, turret_rpm_, blend_.flow) / nominal);
  }
  settled_ = true;

  // Between tablets: faster turns, cohesive powder and a low column fill the dies less evenly, the first turns after a stop most of all.
  const double speed_and_powder = own_.weight_rsd_speed * speed_log + own_.cohesion_exponent * numeric::log(std::max(blend_.cohesion, 0.1));
  const double column_pct = std::max(0.0, feed.level_pct - own_.starved_level_pct * std::max(0.0, 1 - feed.bed_share));
  const double column = 1 + std::max(0.0, (own_.low_level_pct - column_pct) / own_.low_level_span_pct);
  const double steady = own_.weight_rsd_pct * numeric::exp(speed_and_powder) * column;
  const double started = turns_ < 12 * own_.restart_turns ? own_.restart_rsd_pct * numeric::exp(-turns_ / own_.restart_turns) : 0;

  const double force_wander = own_.force_wander_kn / own_.force_kn * board.noise(force_wander_);
  return {.die_mg = density * own_.die_area_mm2 * force_.fill_mm() * degree,
          .weight_rsd_pct = numeric::sqrt(steady * steady + started * started),
          .yield_mpa = yield_pressure_mpa(own_, speed_log, blend_.yield) * (1 + force_wander),
          .gap_mm = orders.gap_main_mm + own_.gap_wander_mm * board.noise(gap_wander_)};
}

void Press::make(const Stroke& stroke, const Orders& orders, const PressEffects& effects, const Surroundings& room, Board& board) {
  const Compression compression = compress(own_, stroke.die_mg, stroke.gap_mm, stroke.yield_mpa);
  const double per_mm = compression.per_weight / std::max(compression.thickness_in_mm, 0.1);
  const Stations::Spread odd = stations_.step(own_, effects.punch_short_mm, per_mm, film_, board);
  const double force_kn = compression.force_kn * (1 + odd.mean);
  const double by_weight = own_.srel_per_weight * stroke.weight_rsd_pct;
  const double srel_pct = numeric::sqrt(by_weight * by_weight + own_.srel_station_pct * own_.srel_station_pct + 1e4 * odd.variance);
  const double pre_kn = pre_force_kn(own_, stroke.die_mg, orders.gap_pre_mm);
  const double wanted_kn = std::clamp(orders.force_kn + orders.f_sp_trim, own_.force_low_kn, own_.force_high_kn);

  const double force_reading = board.measure(signals_.force_main_mean, force_kn);
  const double gap_reading = board.measure(signals_.gap_main_pv, stroke.gap_mm);
  if (level_.at_speed())
    force_.step(own_, force_reading, wanted_kn, turret_rpm_);
  else
    force_.wait();

  causes_ = {.weight_mg = stroke.die_mg * (1 - own_.sticking_weight * film_),
             .weight_rsd_pct = stroke.weight_rsd_pct,
             .lubrication = lubrication(own_, blend_.stearate_pct, blend_.shear),
             .strength = (1 + blend_.strength) * (1 - own_.humidity_strength_per_pct * (room.room_rh_pct - own_.reference_rh_pct)),
             .turret_rpm = turret_rpm_,
             .pre_force_kn = pre_kn};
  quality_ = tablet_quality(own_, compression, causes_);
  count_short_punches(stroke, effects.punch_short_mm);
  rejected_ = gate_.step(own_, tablets_, force_reading, srel_pct, wanted_kn);

  const double wander = own_.ejection_wander_n / nominal_ejection_n_ * board.noise(ejection_wander_);
  const double ejection =
      ejection_n(own_, compression, blend_.stearate_pct, turret_rpm_) * (1 + wander) * (1 + own_.sticking_ejection * film_);
  const double ejection_ratio = ejection / nominal_ejection_n_;
  board.set(signals_.force_main_srel, srel_pct);
  board.set(signals_.force_pre_mean, pre_kn);
  board.set(signals_.ejection_max, ejection);
  board.set(signals_.takeoff_force,
            own_.takeoff_n * following(own_.takeoff_ejection_share, ejection_ratio) + own_.sticking_takeoff_n * film_);
  board.set(signals_.punch_stiffness, own_.stiffness_n * (1 + own_.sticking_ejection * film_));
  board.set(signals_.weight_est, weight_of_force_mg(own_, force_reading, gap_reading, own_.yield_mpa));
  board.set(signals_.v2_reject_rate, rejected_);
  const double load = 1 + own_.motor_force_share * (force_kn / own_.force_kn - 1) + own_.motor_ejection_share * (ejection_ratio - 1);
  report_body(own_.motor_pct * load, room, board);
}

// The tablets of a short punch are softer than the rest (F19).
void Press::count_short_punches(const Stroke& stroke, const std::array<double, station_count>& punch_short_mm) {
  for (const double short_mm : punch_short_mm) {
    if (short_mm == 0) continue;
    const TabletQuality soft = tablet_quality(own_, compress(own_, stroke.die_mg, stroke.gap_mm + short_mm, stroke.yield_mpa), causes_);
    quality_.odd_share += 1.0 / station_count;
    quality_.odd_outside +=
        normal_share_outside(soft.hardness_n, soft.hardness_sd_n, own_.hardness_low_n, own_.hardness_high_n) / station_count;
  }
}

void Press::report_settings(const Orders& orders, Board& board) const {
  board.set(signals_.turret_sp, level_.wanted_rpm());
  board.set(signals_.turret_pv, turret_rpm_);
  board.set(signals_.tbl_rate, tablets_ * seconds_per_hour);
  board.set(signals_.fill_sp, force_.fill_mm());
  board.set(signals_.fill_pv, force_.fill_mm());
  board.set(signals_.gap_main_sp, orders.gap_main_mm);
  if (turret_rpm_ <= 0) board.set(signals_.gap_main_pv, orders.gap_main_mm + own_.gap_wander_mm * board.noise(gap_wander_));
  board.set(signals_.gap_pre_sp, orders.gap_pre_mm);
  board.set(signals_.gap_pre_pv, orders.gap_pre_mm);
  board.set(signals_.force_main_sp, std::clamp(orders.force_kn + orders.f_sp_trim, own_.force_low_kn, own_.force_high_kn));
  board.set(signals_.produced, gate_.produced());
  board.set(signals_.waste, gate_.waste());
  board.set(signals_.dust_vac, own_.dust_mbar);
}

// Friction warms turret and punches above the room; both follow slowly.
void Press::report_body(double motor_pct, const Surroundings& room, Board& board) {
  const double work = motor_pct / own_.motor_pct;
  turret_c_ += (room.room_c + (own_.turret_c - own_.reference_c) * work - turret_c_) / own_.temperature_tau_s;
  punch_c_ += (room.room_c + (own_.punch_c - own_.reference_c) * work + own_.sticking_punch_k * film_ - punch_c_) / own_.temperature_tau_s;
  board.set(signals_.motor_torque, motor_pct);
  board.set(signals_.turret_temp, turret_c_);
  board.set(signals_.punch_temp, punch_c_);
}

}  // namespace steadyline
