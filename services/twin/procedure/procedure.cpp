#include "twin/procedure/procedure.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace steadyline {
namespace {

constexpr double endless = std::numeric_limits<double>::infinity();
constexpr double run_on_s = 60;  // the paddles go on turning at a stop that nobody planned: the powder in the feed frame is sheared
constexpr double unholding_s = 10;
constexpr double standing_rpm = 1;
constexpr double empty_at_most_s = 1800;
constexpr double held = 11;

/// In order of time, the next one last: the plan is taken from its end.
template <class Moves>
Moves last_first(Moves moves) {
  std::stable_sort(moves.begin(), moves.end(), [](const auto& a, const auto& b) { return a.at_s < b.at_s; });
  std::reverse(moves.begin(), moves.end());
  return moves;
}

/// Takes the next move if it is due in this second.
template <class Moves>
auto take(Moves& moves, double t_s) -> std::optional<typename Moves::value_type> {
  if (moves.empty() || moves.back().at_s >= t_s) return {};
  auto next = std::move(moves.back());
  moves.pop_back();
  return next;
}

}  // namespace

Procedure::Procedure(const TwinParameters& p, const Scenario& scenario, const Board& board)
    : own_{p.procedure},
      full_feed_kg_h_{p.nominal_kg_h()},
      force_kn_{p.press.force_kn},
      set_point_moves_{last_first(scenario.set_points)},
      recipe_moves_{last_first(scenario.recipes)},
      lot_moves_{last_first(scenario.lots)},
      standstills_{last_first(standstills(scenario, p.procedure))},
      shutdown_at_s_{scenario.shutdown_at_s},
      coats_{scenario.coating},
      set_points_{p},
      recipe_{p},
      unplanned_{scenario.stops, p.procedure, scenario.seed},
      settling_{p.procedure},
      interlocks_{p, scenario.start_in_production, board},
      nir_{board.find("ch1/nir1_api").value()},
      force_{board.find("tp1/force_main_mean").value()},
      turret_{board.find("tp1/turret_pv").value()},
      fill_sp_{board.find("tp1/fill_sp").value()},
      phase_{scenario.start_in_production ? Phase::collect : Phase::idle},
      state_{scenario.start_in_production ? UnitState::execute : UnitState::idle} {
  if (scenario.start_in_production) turret_rpm_ = p.press.turret_rpm;
  events_.reserve(8);
  give_orders();
}

const Orders& Procedure::step(std::int64_t second, const Board& board) {
  events_.clear();
  throws_away_ = ends_batch_ = false;
  orders_.next_lot.fill(false);
  if (second > 1) look(board);
  follow_plan(second, board);
  moving_ = set_points_.step();
  for (std::size_t i = 0; i < set_point_count; ++i)
    if (in_motion_[i] && set_points_[i] == set_points_.target(i)) {
      in_motion_[i] = false;
      tell("set_point", LabelKind::normal_event, std::string{set_point_path(i)}, false);
    }
  if (recipe_ramps_ && !moving_) {
    recipe_ramps_ = false;
    tell("recipe", LabelKind::normal_event, "line", false);
  }
  advance(second);
  give_orders();
  tell_state();
  return orders_;
}

void Procedure::look(const Board& board) {
  interlocks_.step(board);
  nir_mean_.add(board.reading(nir_));
  force_mean_.add(board.reading(force_));
  turret_rpm_ = board.reading(turret_);
}

void Procedure::follow_plan(std::int64_t second, const Board& board) {
  const auto t_s = static_cast<double>(second);
  for (const Ordered& order : ordered_) move(order.set_point, order.value, board);
  ordered_.clear();
  while (const auto due = take(set_point_moves_, t_s)) move(find_set_point(due->tag).value(), due->value, board);
  while (const auto due = take(recipe_moves_, t_s)) begin_recipe(*due);
  while (const auto due = take(lot_moves_, t_s)) orders_.next_lot[static_cast<std::size_t>(due->feeder[2] - '1')] = true;
  while (const auto due = take(standstills_, t_s)) {
    if (!running() || phase_ == Phase::empty) continue;  // it stands already
    if (due->cleaning) {
      clean_left_s_ = due->duration_s;
      begin_empty("cleaning");
    } else {
      begin_hold("planned_stop", LabelKind::normal_event, due->at_s + due->duration_s);
    }
  }
  if (t_s > shutdown_at_s_) {
    shutdown_at_s_ = endless;
    clean_left_s_ = 0;
    if (running()) begin_empty("shutdown");
  }
  if (phase_ != Phase::collect || state_ != UnitState::execute) return;
  if (const auto length_s = unplanned_.begins(second)) begin_hold("unplanned_stop", LabelKind::unplanned_stop, t_s - 1 + *length_s);
}

void Procedure::move(std::size_t set_point, double value, const Board& board) {
  if (set_point == sp_hold) {
    if (value == held && phase_ != Phase::hold && running()) begin_hold("hold", LabelKind::normal_event, endless);
    if (value != held && phase_ == Phase::hold && hold_until_s_ == endless) end_hold();
    return;
  }
  if (set_point == sp_fill) value = set_points_.target(sp_fill) + value - board.value(fill_sp_);
  if (set_point != sp_divert || value != set_points_.target(sp_divert))
    tell("set_point", LabelKind::normal_event, std::string{set_point_path(set_point)}, true);
  set_points_.move(set_point, value);
  in_motion_[set_point] = true;
}

void Procedure::begin_recipe(const RecipeMove& move) {
  const bool strength = recipe_.change(move, set_points_);
  if (!recipe_ramps_) tell("recipe", LabelKind::normal_event, "line", true);
  recipe_ramps_ = true;
  if (!strength) return;
  ends_batch_ = true;
  if (!changes_over_) tell("changeover", LabelKind::normal_event, "line", true);
  changes_over_ = true;
  if (phase_ != Phase::collect && phase_ != Phase::hold) return;
  settling_.begin();
  if (phase_ == Phase::hold)
    before_hold_ = Phase::equilibrate;
  else
    enter(Phase::equilibrate);
}

void Procedure::begin_hold(std::string_view id, LabelKind kind, double until_s) {
  if (phase_ == Phase::hold) {  // one standstill: the later end counts
    hold_until_s_ = std::max(hold_until_s_, until_s);
    return;
  }
  tell(id, kind, "line", true);
  hold_id_ = id;
  hold_kind_ = kind;
  hold_until_s_ = until_s;
  before_hold_ = phase_;
  phase_ = Phase::hold;
  after_hold_s_ = 0;
}

void Procedure::end_hold() {
  tell(hold_id_, hold_kind_, "line", false);
  phase_ = before_hold_;
  after_hold_s_ = 0;
}

void Procedure::begin_empty(std::string_view id) {
  if (phase_ == Phase::hold) end_hold();
  tell(id, LabelKind::normal_event, "line", true);
  empty_id_ = id;
  enter(Phase::empty);
}

void Procedure::enter(Phase phase) {
  phase_ = phase;
  phase_s_ = 0;
}

void Procedure::advance(std::int64_t second) {
  after_hold_s_ += 1;
  if (phase_ == Phase::hold) {
    if (static_cast<double>(second) > hold_until_s_) end_hold();
    return;
  }
  phase_s_ += 1;
  switch (phase_) {
    case Phase::idle:
      tell("start_up", LabelKind::normal_event, "line", true);
      starts_up_ = true;
      enter(Phase::prime);
      break;
    case Phase::prime:
      if (phase_s_ < own_.fill_to_s) break;
      settling_.begin();
      enter(Phase::ramp);
      break;
    case Phase::ramp:
      settling_.step(true, 0, 0);
      if (phase_s_ >= own_.ramp_s) enter(Phase::equilibrate);
      break;
    case Phase::equilibrate:
      settling_.step(moving_, nir_mean_.value() / (100 * recipe_.api_share()), force_mean_.value() / set_points_[sp_force]);
      if (!settling_.settled()) break;
      for (const auto& [open, id] : {std::pair{&starts_up_, "start_up"}, {&changes_over_, "changeover"}})
        if (std::exchange(*open, false)) tell(id, LabelKind::normal_event, "line", false);
      enter(Phase::collect);
      break;
    case Phase::empty:
      if ((interlocks_.level_pct() > own_.empty_level_pct || phase_s_ < run_on_s) && phase_s_ < empty_at_most_s) break;
      enter(clean_left_s_ > 0 ? Phase::clean : Phase::stopped);
      throws_away_ = phase_ == Phase::clean;
      ends_batch_ = true;
      if (phase_ == Phase::stopped) tell(empty_id_, LabelKind::normal_event, "line", false);
      break;
    case Phase::clean:
      clean_left_s_ -= 1;
      if (clean_left_s_ > 0) break;
      tell(empty_id_, LabelKind::normal_event, "line", false);
      enter(Phase::idle);
      break;
    default:
      break;
  }
}

void Procedure::give_orders() {
  const bool fed = phase_ == Phase::ramp || phase_ == Phase::equilibrate || phase_ == Phase::collect;
  const double low = own_.ramp_from_kg_h / full_feed_kg_h_;
  feed_share_ = fed ? 1 : 0;
  if (phase_ == Phase::prime && phase_s_ >= own_.fill_from_s) feed_share_ = low;
  if (phase_ == Phase::ramp) feed_share_ = low + (1 - low) * std::min(1.0, phase_s_ / own_.ramp_s);
  const bool turning = feed_share_ > 0 || phase_ == Phase::empty;
  const bool blocked = interlocks_.blocked() && phase_ != Phase::empty;
  for (std::size_t i = 0; i < feeder_count; ++i)
    orders_.feed_kg_h[i] = blocked || interlocks_.hopper_empty(i) ? 0 : feed_share_ * set_points_[sp_feed + i];
  orders_.blender_rpm = {turning && !blocked ? set_points_[sp_blender1] : 0, turning && !blocked ? set_points_[sp_blender2] : 0};
  orders_.paddle_rpm = set_points_[sp_paddle];
  orders_.press_runs = turning && phase_ != Phase::prime && (!interlocks_.starved() || phase_ == Phase::empty);
  const bool runs_on = phase_ == Phase::hold && hold_kind_ == LabelKind::unplanned_stop && after_hold_s_ <= run_on_s;
  // The paddles stop after the turret: dies that still turn must not pass an empty feed frame.
  orders_.paddles_run = orders_.press_runs || (turning && phase_ != Phase::prime) || runs_on || turret_rpm_ > standing_rpm;
  orders_.turret_rpm = set_points_[sp_turret];
  orders_.force_kn = set_points_[sp_force];
  orders_.fill_trim_mm = set_points_[sp_fill];
  orders_.gap_main_mm = set_points_[sp_gap_main];
  orders_.gap_pre_mm = set_points_[sp_gap_pre];
  orders_.divert = set_points_[sp_divert] > 0.5;
  orders_.refill_allowed = running() && phase_ != Phase::empty;
  orders_.throughput_kg_h = recipe_.throughput_kg_h();
  orders_.api_share = recipe_.api_share();
  orders_.coat = coats_;
  orders_.spray_g_min = set_points_[sp_spray];
  orders_.inlet_c = set_points_[sp_inlet_c];
  orders_.inlet_m3_h = set_points_[sp_inlet_m3_h];
  orders_.pan_rpm = set_points_[sp_pan];
}

void Procedure::tell_state() {
  const bool stands = turret_rpm_ < standing_rpm;
  const bool waits = phase_ == Phase::collect && (interlocks_.starved() || interlocks_.blocked());
  if (waits != was_suspended_) tell("suspended", LabelKind::normal_event, "line", waits);
  was_suspended_ = waits;
  switch (phase_) {
    case Phase::idle:
      state_ = UnitState::idle;
      return;
    case Phase::hold:
      state_ = stands ? UnitState::held : UnitState::holding;
      return;
    case Phase::empty:
      state_ = UnitState::stopping;
      return;
    case Phase::stopped:
      state_ = UnitState::stopped;
      return;
    case Phase::clean:
      state_ = clean_left_s_ > unholding_s ? UnitState::stopped : UnitState::resetting;
      return;
    default:
      break;
  }
  if (after_hold_s_ <= unholding_s)
    state_ = UnitState::unholding;
  else if (waits)
    state_ = stands || interlocks_.blocked() ? UnitState::suspended : UnitState::suspending;
  else if (phase_ == Phase::collect || !starts_up_)
    state_ = UnitState::execute;
  else
    state_ = UnitState::starting;
}

}  // namespace steadyline
