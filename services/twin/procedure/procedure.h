#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "twin/signals/board.h"
#include "twin/procedure/interlocks.h"
#include "twin/machines/orders.h"
#include "twin/procedure/recipe.h"
#include "twin/procedure/set_points.h"
#include "twin/procedure/settling.h"
#include "twin/procedure/stops.h"
#include "twin/truth.h"

namespace steadyline {

/// Phases of the unit procedure feed-blend-press (ISA-88).
enum class Phase { idle, prime, ramp, equilibrate, collect, hold, empty, stopped, clean };

/// Something that begins or ends on the line, for the labels of the truth.
struct LineEvent {
  std::string_view id;  ///< "start_up", "set_point", "recipe", "changeover", "planned_stop", "cleaning", "unplanned_stop", "hold",
                        ///< "shutdown", "suspended"
  LabelKind kind = LabelKind::normal_event;
  std::string target;
  bool begins = true;
};

/// What recipe, operator and interlocks want of the line, second by second (LINE §1.3 and §4).
///
/// Phases   PRIME (screws, then blenders fill at a fifth of the flow), RAMP, EQUILIBRATE (tablets are wasted until the line has settled),
/// COLLECT;
///          HOLD (all machines stand, the powder stays where it is); EMPTY (feeders off, the press takes what still comes); CLEAN.
/// Sees     last second's readings, sensor faults included.
/// Values   copyable.
class Procedure {
 public:
  /// After the units have put their signals on the board.
  Procedure(const TwinParameters& parameters, const Scenario& scenario, const Board& board);

  /// One second, before the machines'; `second` counts from 1.
  const Orders& step(std::int64_t second, const Board& board);

  /// A set-point that `check_set_point` allows, moved by the operator, from the next second on.
  void order(std::size_t set_point, double value) { ordered_.push_back({set_point, value}); }
  /// The certificate of the API lot that the refill station takes: the API's set-point is corrected for its potency, MCC makes up.
  void scan_lot(double potency) { recipe_.correct(potency, set_points_); }

  Phase phase() const { return phase_; }
  UnitState state() const { return state_; }
  int mode() const { return phase_ == Phase::clean || (phase_ == Phase::hold && hold_id_ == "planned_stop") || (phase_ == Phase::empty && empty_id_ == "cleaning") ? 2 : 1; }  ///< 1 production, 2 maintenance
  int recipe() const { return recipe_.number(); }
  bool keeps_tablets() const { return phase_ == Phase::collect; }
  /// Powder or tablets go to waste: V1 diverts, or the tablets of a start-up, changeover or run-down are thrown away.
  bool diverts() const { return orders_.divert || (running() && phase_ != Phase::collect && phase_ != Phase::hold); }
  bool running() const { return phase_ != Phase::idle && phase_ != Phase::stopped && phase_ != Phase::clean; }
  bool throws_away() const { return throws_away_; }  ///< in this second what is left in the line is thrown away
  bool ends_batch() const { return ends_batch_; }    ///< in this second, by a changeover or a cleaning
  const Orders& orders() const { return orders_; }
  const std::vector<LineEvent>& events() const { return events_; }  ///< of this second

 private:
  struct Ordered {
    std::size_t set_point;
    double value;
  };
  void move(std::size_t set_point, double value, const Board& board);
  void look(const Board& board);
  void follow_plan(std::int64_t second, const Board& board);
  void advance(std::int64_t second);
  void enter(Phase phase);
  void begin_recipe(const RecipeMove& move);
  void begin_hold(std::string_view id, LabelKind kind, double until_s);
  void end_hold();
  void begin_empty(std::string_view id);
  void give_orders();
  void tell_state();
  void tell(std::string_view id, LabelKind kind, std::string target, bool begins) {
    events_.push_back({id, kind, std::move(target), begins});
  }

  ProcedureParameters own_;
  double full_feed_kg_h_, force_kn_;
  std::vector<SetPointMove> set_point_moves_;  // not yet due, in order of time, last one first
  std::vector<RecipeMove> recipe_moves_;
  std::vector<LotMove> lot_moves_;
  std::vector<LineStop> standstills_;
  double shutdown_at_s_;
  bool coats_;

  SetPoints set_points_;
  Recipe recipe_;
  UnplannedStops unplanned_;
  Settling settling_;
  Interlocks interlocks_;
  SignalId nir_, force_, turret_, fill_sp_;
  MinuteMean nir_mean_, force_mean_;
  double turret_rpm_ = 0;

  Phase phase_, before_hold_ = Phase::collect;
  double phase_s_ = 0;  // in this phase, holds not counted
  double hold_until_s_ = 0, clean_left_s_ = 0;
  std::string_view hold_id_, empty_id_;
  LabelKind hold_kind_ = LabelKind::normal_event;
  double after_hold_s_ = 1e9;  // since the last hold
  double feed_share_ = 1;
  bool moving_ = false, recipe_ramps_ = false, starts_up_ = false, changes_over_ = false, was_suspended_ = false, throws_away_ = false,
       ends_batch_ = false;
  std::array<bool, set_point_count> in_motion_{};  // an operator's move that has not arrived
  UnitState state_;
  Orders orders_;
  std::vector<LineEvent> events_;
  std::vector<Ordered> ordered_;  // since the last second
};

}  // namespace steadyline
