#include "twin/faults/scenario_check.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/numeric.h"
#include "twin/machines/effects.h"
#include "twin/faults/fault_catalogue.h"
#include "twin/procedure/set_points.h"

namespace steadyline {
namespace {

std::string text(double value) {
  std::string out;
  numeric::append_number(out, value);
  return out;
}

std::string in_quotes(std::string_view words) { return std::string{"\""}.append(words) + "\""; }

// Where a reading changes at least every 10 s, a frozen one can be told from a healthy one at all: it scatters, or the line description
// says after how many equal readings it counts as stuck.
bool changes_all_the_time(const Tag& tag) {
  const bool scatters = tag.noise.sd + tag.noise.share > 0 || tag.stuck_after_s;
  return tag.role == Role::measured && tag.clock == Clock::period && tag.codes.empty() && scatters;
}

class Checker {
 public:
  Checker(const Line& line, const TwinParameters& parameters, const Scenario& scenario)
      : line_{line}, parameters_{parameters}, scenario_{scenario} {}

  std::vector<Error> check() {
    if (!(scenario_.duration_s > 0)) note("scenario", "duration_s is " + text(scenario_.duration_s), "give a length above 0 s");
    if (!(scenario_.lot_size_share > 0 && scenario_.lot_size_share <= 10))
      note("scenario", "lot_size_share is " + text(scenario_.lot_size_share), "give a factor in 0 .. 10; 1 leaves the lots as they are");
    for (std::size_t i = 0; i < scenario_.faults.size(); ++i) check_fault(i);
    for (std::size_t i = 0; i < scenario_.faults.size(); ++i)
      for (std::size_t k = i + 1; k < scenario_.faults.size(); ++k) check_overlap(i, k);
    check_moves();
    return std::move(errors_);
  }

 private:
  void note(std::string where, std::string what, std::string mend) {
    errors_.push_back({Errc::settings, std::move(what), std::move(where), std::move(mend)});
  }

  std::string place(std::size_t i) const {
    const FaultSpec& spec = scenario_.faults[i];
    return spec.where.empty() ? "scenario, faults[" + std::to_string(i) + "]" : spec.where;
  }

  void check_fault(std::size_t i) {
    const FaultSpec& spec = scenario_.faults[i];
    if (find_fault_kind(spec.id) == nullptr) {
      note(place(i), in_quotes(spec.id) + " is no fault of this twin", "name one of F01 .. F26");
      return;
    }
    const FaultKind* kind = find_fault_kind(spec.id, spec.variant);
    if (kind == nullptr) {
      note(place(i), spec.id + " has no variant " + in_quotes(spec.variant), "known: " + variants(spec.id));
      return;
    }
    if (const std::string mend = wrong_target(spec, *kind); !mend.empty())
      note(place(i), spec.id + " (" + std::string{kind->words} + ") cannot strike " + in_quotes(spec.target), mend);
    if (!(spec.severity >= kind->least && spec.severity <= kind->most))
      note(place(i), spec.id + ": severity " + text(spec.severity) + " is outside physics",
           "give " + text(kind->least) + " .. " + text(kind->most) + (kind->unit.empty() ? "" : std::string{" "}.append(kind->unit)));
    check_times(i, spec);
  }

  void check_times(std::size_t i, const FaultSpec& spec) {
    if (!(spec.on_s >= 0) || spec.on_s >= scenario_.duration_s)
      note(place(i), spec.id + ": onset at " + text(spec.on_s) + " s is not within the scenario's " + text(scenario_.duration_s) + " s",
           "move it, or lengthen duration_s");
    if (!(spec.duration_s > 0))
      note(place(i), spec.id + ": duration_s is " + text(spec.duration_s), "give a length above 0 s, or leave it out");
    const bool ramps = spec.onset == Onset::ramp || spec.onset == Onset::exponential || spec.onset == Onset::random_walk;
    if (ramps && !(spec.ramp_s > 0)) note(place(i), spec.id + ": ramp_s is " + text(spec.ramp_s), "give a length above 0 s, or onset step");
    const bool periodic = spec.onset == Onset::intermittent || spec.onset == Onset::oscillating;
    if (periodic && !(spec.period_s >= 2)) note(place(i), spec.id + ": period_s is " + text(spec.period_s), "give 2 s or more");
    if (spec.onset == Onset::intermittent && !(spec.duty > 0 && spec.duty < 1))
      note(place(i), spec.id + ": duty is " + text(spec.duty), "give a share between 0 and 1");
    if (spec.surge && spec.id != "F01" && spec.id != "F02")
      note(place(i), spec.id + " cannot surge", "only a bridge (F01, F02) collapses; remove surge");
  }

  // Why not, as a way to mend it; empty: the target is right.
  std::string wrong_target(const FaultSpec& spec, const FaultKind& kind) const {
    const auto unit = line_.find_unit(unit_of(spec.target));
    switch (kind.target_kind) {
      case TargetKind::unit:
        return wrong_unit(spec, kind);
      case TargetKind::station:
        return unit && unit_of(spec.target) == "tp1" && numbered(part_of(spec.target), "st", station_count)
                   ? ""
                   : "name a station, tp1/st01 .. tp1/st36";
      case TargetKind::nozzle:
        return unit && unit_of(spec.target) == "ct1" && numbered(part_of(spec.target), "noz", 4) ? ""
                                                                                                 : "name a nozzle, ct1/noz1 .. ct1/noz4";
      case TargetKind::tag: {
        const auto tag = line_.find_tag(spec.target);
        if (!tag) return "name a tag of line " + line_.id + " as unit/tag, e.g. tp1/force_pre_mean";
        return changes_all_the_time(line_.tag(*tag))
                   ? ""
                   : "choose a measured tag whose reading changes at least every 10 s: one with noise in the line description";
      }
      case TargetKind::tag_or_unit: {
        const auto tag = line_.find_tag(spec.target);
        if (!(tag ? line_.tag(*tag).role == Role::measured : line_.find_unit(spec.target).has_value()))
          return "name a measured tag or a unit of line " + line_.id + ", e.g. tp1/force_pre_mean or tp1";
        return "";
      }
      case TargetKind::clock:
        return spec.target == "line" || line_.find_unit(spec.target) ? "" : "name a unit of line " + line_.id + ", or line for all of them";
    }
    return "";
  }

  std::string wrong_unit(const FaultSpec& spec, const FaultKind& kind) const {
    const std::vector<std::string> allowed = words_of(kind.targets);
    std::string mend;
    for (const std::string& unit : allowed)
      if (line_.find_unit(unit)) mend += (mend.empty() ? "name " : " or ") + unit;
    if (mend.empty()) return "line " + line_.id + " has no unit for it; remove the fault";
    const bool fits = std::find(allowed.begin(), allowed.end(), spec.target) != allowed.end() && line_.find_unit(spec.target);
    if (fits && spec.id == "F17" && !line_.find_tag(spec.target + "/force_main_mean"))
      return "line " + line_.id + " has no tp1/force_main_mean; remove the fault";
    return fits ? "" : mend;
  }

  // One mechanism, one target: where both act at once nobody could say what is the sum of the two.
  void check_overlap(std::size_t i, std::size_t k) {
    const FaultSpec &a = scenario_.faults[i], &b = scenario_.faults[k];
    const FaultKind *one = find_fault_kind(a.id, a.variant), *other = find_fault_kind(b.id, b.variant);
    if (one == nullptr || other == nullptr || one->mechanism != other->mechanism || !share_target(a, b)) return;
    const double a_end = fault_end_s(a) + (a.surge ? surge_s : 0), b_end = fault_end_s(b) + (b.surge ? surge_s : 0);
    if (a.on_s >= b_end || b.on_s >= a_end) return;
    note(place(k), b.id + " overlaps " + a.id + " (" + place(i) + "): both act on the " + std::string{one->mechanism} + " of " + b.target,
         "let one end before the other begins, or strike another target");
  }

  static bool share_target(const FaultSpec& a, const FaultSpec& b) {
    if (a.target == "line" || b.target == "line") return true;
    const std::string one = a.id == "F17" ? a.target + "/force_main_mean" : a.target,
                      other = b.id == "F17" ? b.target + "/force_main_mean" : b.target;
    return one == other || one == unit_of(other) || other == unit_of(one);
  }

  static std::string variants(std::string_view id) {
    std::string all = "none";
    for (const FaultKind& kind : fault_catalogue())
      if (kind.id == id && !kind.variant.empty()) all += ", " + std::string{kind.variant};
    return all;
  }

  static std::string place(const std::string& from_file, const std::string& list) {
    return from_file.empty() ? "scenario, " + list : from_file;
  }

  void check_moves() {
    for (const SetPointMove& move : scenario_.set_points) check_move(move);
    for (const RecipeMove& move : scenario_.recipes) {
      const double nominal = parameters_.nominal_kg_h();
      if (!(move.throughput_kg_h > 0 && move.throughput_kg_h <= 1.2 * nominal))
        note(place(move.where, "recipes"), "throughput of " + text(move.throughput_kg_h) + " kg/h is out of reach",
             "give up to " + text(1.2 * nominal) + " kg/h");
      const double most = parameters_.feeders[0].share + parameters_.feeders[1].share;
      if (move.api_share && !(*move.api_share > 0 && *move.api_share < most))
        note(place(move.where, "recipes"), "api_share " + text(*move.api_share) + " leaves nothing for the filler",
             "give a share between 0 and " + text(most));
      check_time(place(move.where, "recipes"), move.at_s);
    }
    for (const LotMove& move : scenario_.lots) {
      if (!numbered(move.feeder, "fd", feeder_count))
        note(place(move.where, "lots"), in_quotes(move.feeder) + " is no feeder", "name one of fd1 .. fd6");
      check_time(place(move.where, "lots"), move.at_s);
    }
    for (const PlannedStop& stop : scenario_.planned_stops) {
      if (!(stop.duration_s > 0)) note("scenario, planned_stops", "a stop of " + text(stop.duration_s) + " s", "give a length above 0 s");
      check_time("scenario, planned_stops", stop.at_s);
    }
  }

  void check_move(const SetPointMove& move) {
    check_time(place(move.where, "set_points"), move.at_s);
    if (auto allowed = check_set_point(line_, move.tag, move.value); !allowed)
      note(place(move.where, "set_points"), allowed.error().what, allowed.error().mend);
  }

  void check_time(const std::string& where, double at_s) {
    if (!(at_s >= 0)) note(where, "time " + text(at_s) + " s", "give seconds after the start, 0 or more");
  }

  const Line& line_;
  const TwinParameters& parameters_;
  const Scenario& scenario_;
  std::vector<Error> errors_;
};

}  // namespace

std::vector<Error> check_scenario(const Line& line, const TwinParameters& parameters, const Scenario& scenario) {
  return Checker{line, parameters, scenario}.check();
}

}  // namespace steadyline
