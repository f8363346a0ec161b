#include "settings/read_scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/time_text.h"
#include "settings/section.h"

namespace steadyline {
namespace {

constexpr double endless = std::numeric_limits<double>::infinity();
constexpr double year_s = 366 * 86400.0;
constexpr double any = 1e12;

/// The parts of one scenario file, read with the place where each stands.
class ScenarioReader {
 public:
  ScenarioReader(std::string_view file, const Line& line) : file_{file}, line_{&line} {}

  void read(Section& top, Scenario& scenario) const {
    read_times(top, scenario);
    for (Section& part : top.list("faults", "what goes wrong and when", false)) scenario.faults.push_back(fault(part, scenario));
    for (Section& part : top.list("set_points", "set-points that the operator moves", false)) scenario.set_points.push_back(set_point(part, scenario));
    for (Section& part : top.list("recipes", "changes of the recipe: throughput, and with api_share the strength", false)) scenario.recipes.push_back(recipe(part, scenario));
    for (Section& part : top.list("lots", "changes to a feeder's next lot, beside those when a lot runs out", false)) scenario.lots.push_back(lot(part, scenario));
    for (Section& part : top.list("planned_stops", "stops known beforehand", false)) scenario.planned_stops.push_back(planned_stop(part, scenario));
    read_choices(top, scenario);
  }

 private:
  std::string place(const Section& part) const { return fmt::format("{}:{}", file_, part.line()); }

  void read_times(Section& top, Scenario& scenario) const {
    const std::string start = top.text("start", "time before the first second, e.g. 2026-11-20T08:00:00Z");
    if (const auto time = parse_rfc3339(start)) scenario.start = *time;
    else if (!start.empty()) top.fault("start", fmt::format("is \"{}\", not a time", start), "write it like 2026-11-20T08:00:00Z");
    scenario.duration_s = top.number("duration_s", scenario.duration_s, {1, year_s}, "length of the run in simulated time");
    scenario.seed = static_cast<std::uint64_t>(top.integer("seed", static_cast<std::int64_t>(scenario.seed), {0, 9007199254740992.0}, "names the random numbers; the same seed gives the same run"));
    scenario.start_in_production = top.flag("start_in_production", scenario.start_in_production, "true: in steady production; false: an empty line, stopped, then started up");
    scenario.shutdown_at_s = top.optional_number("shutdown_at_s", {0, year_s}, "when the feeders are stopped and the line is run empty; left out: never").value_or(endless);
  }

  static void read_choices(Section& top, Scenario& scenario) {
    scenario.stops = top.choice<StopStatistics>("stops", {{"none", StopStatistics::none}, {"line", StopStatistics::line}, {"zagar", StopStatistics::zagar}}, "unplanned stops: none, the line's own, or as often and long as recorded presses");
    scenario.scheduled_stops = top.flag("scheduled_stops", scenario.scheduled_stops, "the procedure's own planned stops and cleanings");
    scenario.lot_size_share = top.number("lot_size_share", scenario.lot_size_share, {0.01, 10}, "factor on the sizes of all lots");
    scenario.coating = top.flag("coating", scenario.coating, "the coater takes sub-lots");
    scenario.data_traps = top.flag("data_traps", scenario.data_traps,
                                 "what leaves the line gets what recorded data brings: gaps in the log, empty cells, copied tags, counters in thousands; CSV files decimal commas and local time stamps");
    scenario.exam = top.flag("exam", scenario.exam, "hold-ups, tank numbers, feed factors and press constants drawn within 10 % by the seed");
    scenario.open_loop = top.flag("open_loop", scenario.open_loop, "for tests: feeders give their set-point exactly");
  }

  /// A moment after the end would never come.
  static void check_moment(Section& part, std::string_view key, double at_s, const Scenario& scenario) {
    if (at_s > scenario.duration_s)
      part.fault(key, fmt::format("is {}, after the end of the scenario ({} s)", at_s, scenario.duration_s), "it would never happen; move it or lengthen duration_s");
  }

  FaultSpec fault(Section& part, const Scenario& scenario) const {
    FaultSpec fault;
    fault.where = place(part);
    fault.id = part.name("id", "F01 .. F26, docs/twin.md");
    fault.variant = part.text("variant", "", "another way in which the fault comes, e.g. drift of F23");
    fault.target = part.text("target", "unit (fd1), tag (tp1/force_pre_mean), station (tp1/st07) or nozzle (ct1/noz2), as the fault takes it");
    fault.on_s = part.number("on_s", {0, year_s}, "onset, seconds after the start of the scenario");
    check_moment(part, "on_s", fault.on_s, scenario);
    fault.duration_s = part.optional_number("duration_s", {0.001, year_s}, "how long it lasts; left out: to the end").value_or(endless);
    fault.severity = part.number("severity", 1, {-any, any}, "how strong it becomes, in the fault's unit");
    fault.onset = part.choice<Onset>("onset", {{"step", Onset::step}, {"ramp", Onset::ramp}, {"exponential", Onset::exponential}, {"intermittent", Onset::intermittent}, {"oscillating", Onset::oscillating}, {"random_walk", Onset::random_walk}},
                                     "how it grows: at once, in a straight line, as 1 - exp(-t / ramp_s), on and off, as a sine, by chance");
    fault.ramp_s = part.number("ramp_s", fault.ramp_s, {0.001, year_s}, "length of the ramp, time constant of the exponential, or time until a random walk has sd 1");
    fault.duty = part.number("duty", fault.duty, {0, 1}, "share of each period in which an intermittent fault is on");
    fault.period_s = part.number("period_s", fault.period_s, {1, year_s}, "of an intermittent or oscillating fault");
    fault.surge = part.flag("surge", fault.surge, "F01, F02: the bridge collapses at its end and powder surges for 20 s");
    check_unit(part, "target", fault.target);
    part.reject_unknown_keys();
    return fault;
  }

  /// Targets and tags begin with a unit of the line; "line" means all of it.
  void check_unit(Section& part, std::string_view key, const std::string& path) const {
    const std::string unit = path.substr(0, path.find('/'));
    if (part.describing() || path.empty() || unit == "line" || line_->find_unit(unit)) return;
    part.fault(key, fmt::format("is \"{}\", and {} is no unit of line {}", path, unit, line_->id), "write a unit, or unit/tag, of the line description");
  }

  SetPointMove set_point(Section& part, const Scenario& scenario) const {
    SetPointMove move;
    move.where = place(part);
    move.at_s = part.number("at_s", {0, year_s}, "when, seconds after the start");
    check_moment(part, "at_s", move.at_s, scenario);
    move.tag = part.text("tag", "set-point, e.g. fd1/massflow_sp");
    move.value = part.number("value", {-any, any}, "in the tag's unit of measure");
    if (!part.describing() && !move.tag.empty() && !line_->find_tag(move.tag))
      part.fault("tag", fmt::format("is \"{}\", no tag of line {}", move.tag, line_->id), "write unit/tag, e.g. fd1/massflow_sp");
    part.reject_unknown_keys();
    return move;
  }

  RecipeMove recipe(Section& part, const Scenario& scenario) const {
    RecipeMove move;
    move.where = place(part);
    move.at_s = part.number("at_s", {0, year_s}, "when, seconds after the start");
    check_moment(part, "at_s", move.at_s, scenario);
    move.throughput_kg_h = part.number("throughput_kg_h", {0.1, 1000}, "of all feeders together");
    move.api_share = part.optional_number("api_share", {0.001, 0.999}, "API w/w, MCC makes up; left out: the strength stays");
    part.reject_unknown_keys();
    return move;
  }

  LotMove lot(Section& part, const Scenario& scenario) const {
    LotMove move;
    move.where = place(part);
    move.at_s = part.number("at_s", {0, year_s}, "when, seconds after the start");
    check_moment(part, "at_s", move.at_s, scenario);
    move.feeder = part.text("feeder", "e.g. fd1");
    check_unit(part, "feeder", move.feeder);
    part.reject_unknown_keys();
    return move;
  }

  static PlannedStop planned_stop(Section& part, const Scenario& scenario) {
    PlannedStop stop;
    stop.at_s = part.number("at_s", {0, year_s}, "when, seconds after the start");
    check_moment(part, "at_s", stop.at_s, scenario);
    stop.duration_s = part.number("duration_s", stop.duration_s, {1, year_s}, "how long the line stands");
    part.reject_unknown_keys();
    return stop;
  }

  std::string_view file_;
  const Line* line_;
};

/// What `check` says of the parts that are well formed.
void add_physics(const ScenarioCheck& check, const Scenario& scenario, std::vector<Error>& faults) {
  const std::size_t formal = faults.size();
  for (Error& error : check(scenario)) {
    const auto same = [&](const Error& fault) { return fault.where == error.where; };
    if (std::none_of(faults.begin(), faults.begin() + static_cast<std::ptrdiff_t>(formal), same)) faults.push_back(std::move(error));
  }
}

}  // namespace

Checked<Scenario> parse_scenario(std::string_view text, std::string_view file, const Line& line, const ScenarioCheck& check) {
  Reading reading{std::string{file}, {}, nullptr};
  Scenario scenario;
  if (const auto root = parse_yaml(text, reading)) {
    Section top{reading, "", *root, 1};
    ScenarioReader{file, line}.read(top, scenario);
    top.reject_unknown_keys();
    if (check) add_physics(check, scenario, reading.faults);
  }
  if (!reading.faults.empty()) return tl::unexpected(std::move(reading.faults));
  return scenario;
}

Checked<Scenario> read_scenario(const std::filesystem::path& file, const Line& line, const ScenarioCheck& check) {
  const auto text = read_settings_file(file.string());
  if (!text) return tl::unexpected(std::vector{text.error()});
  return parse_scenario(*text, file.string(), line, check);
}

std::vector<SettingKey> scenario_keys() {
  return keys_of<Scenario>([](Section& top, Scenario& scenario) { ScenarioReader{"", Line{}}.read(top, scenario); });
}

}  // namespace steadyline
