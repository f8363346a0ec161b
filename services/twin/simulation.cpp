#include "twin/simulation.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "twin/data_traps.h"
#include "twin/limit_watch.h"
#include "twin/logbook.h"
#include "twin/plant.h"
#include "twin/faults/scenario_check.h"

namespace steadyline {
namespace {

/// All signals that a twin with these parameters offers; recipes of auxiliary signals that follow nothing, or that are there already,
/// become errors.
std::set<std::string, std::less<>> signals_of(const Line& line, const TwinParameters& parameters, std::vector<Error>& errors) {
  TwinParameters core = parameters;
  core.auxiliary.clear();
  const Plant plant{line, core, Scenario{}};
  std::set<std::string, std::less<>> paths;
  for (std::uint32_t i = 0; i < plant.board().size(); ++i) paths.insert(plant.board().path(SignalId{i}));
  for (const AuxiliaryParameters& recipe : parameters.auxiliary) {
    if (!recipe.of.empty() && !paths.contains(recipe.of))
      errors.push_back({Errc::settings, "auxiliary signal " + recipe.tag + " follows " + recipe.of + ", which is no signal",
                        "parameters of the twin", "name a signal of the line, e.g. fd1/screw_speed_pv"});
    if (!paths.insert(recipe.tag).second)
      errors.push_back(
          {Errc::settings, "auxiliary signal " + recipe.tag + " is there already", "parameters of the twin", "remove one of the two"});
  }
  return paths;
}

}  // namespace

struct Simulation::Plant {
  Plant(const Line& described, const TwinParameters& parameters, Scenario run)
      : line{&described},
        scenario{std::move(run)},
        machines{described, parameters, scenario},
        limits{described, machines.board()},
        logbook{scenario} {
    if (scenario.data_traps) traps.emplace(described, scenario.seed);
    for (const Tag& tag : described.tags) signals.push_back(machines.board().find(tag.path).value());
    for (std::size_t i = 0; i < feeder_count; ++i) {
      feeders.push_back("fd" + std::to_string(i + 1));
      refill_s.push_back(parameters.feeders[i].refill_s + parameters.feeding.settle_s);
    }
  }

  EventTime time() const { return scenario.start + std::chrono::seconds{machines.second()}; }

  void live() {
    machines.step();
    const EventTime now = time();
    limits.watch(now, machines.board());
    for (const LineEvent& event : machines.procedure().events()) logbook.note(event, now);
    for (std::size_t i = 0; i < feeder_count; ++i) note_feeder(i, now);
    logbook.judge(machines.made(), now);
    if (traps) note_traps(now);
  }

  // From the first row that is missing, or copied, to the first one that is right again.
  void note_traps(EventTime now) {
    const std::int64_t second = machines.second();
    const bool was = traps->logged(second - 1), is = traps->logged(second);
    if (was && !is) logbook.begins("log_gap", LabelKind::normal_event, "line", now);
    if (!was && is) logbook.ends("log_gap", "line", now);
    const auto before = traps->copied(second - 1), copied = traps->copied(second);
    if (before == copied) return;
    if (before) logbook.ends("log_copy", line->tags[before->value].path, now);
    if (copied) logbook.begins("log_copy", LabelKind::normal_event, line->tags[copied->value].path, now);
  }

  void note_feeder(std::size_t i, EventTime now) {
    if (machines.refill_began(i)) {
      logbook.begins("refill", LabelKind::normal_event, feeders[i], now);
      logbook.ends("refill", feeders[i], now + Milliseconds{static_cast<std::int64_t>(refill_s[i] * 1000)});
    }
    if (machines.lot_changed(i)) {
      logbook.begins("lot_change", LabelKind::normal_event, feeders[i], now);
      logbook.ends("lot_change", feeders[i], now);
    }
  }

  void publish(std::vector<double>& values) const {
    values.resize(signals.size());
    for (std::size_t i = 0; i < signals.size(); ++i) values[i] = machines.board().sent(signals[i]);
    if (traps) traps->spoil(machines.second(), 0, values);
  }

  const Line* line;
  Scenario scenario;
  steadyline::Plant machines;
  std::optional<DataTraps> traps;
  LimitWatch limits;
  Logbook logbook;
  std::vector<SignalId> signals;  // by tag of the line
  std::vector<std::string> feeders;
  std::vector<double> refill_s;
};

std::vector<Error> unsimulated(const Line& line, const TwinParameters& parameters, const Scenario& scenario) {
  std::vector<Error> errors;
  const auto signals = signals_of(line, parameters, errors);
  for (const Tag& tag : line.tags)
    if (!signals.contains(tag.path))
      errors.push_back({Errc::settings, "tag " + tag.path + " has no signal in the twin", "line " + line.id,
                        "remove it from the line, or give the twin's parameters an auxiliary signal of that name"});
  for (Error& error : check_scenario(line, parameters, scenario)) errors.push_back(std::move(error));
  return errors;
}

Simulation::Simulation(const Line& line, TwinParameters parameters, Scenario scenario) {
  STEADYLINE_ASSERT(unsimulated(line, parameters, scenario).empty(), "call unsimulated() first and show what it says");
  plant_ = std::make_unique<Plant>(line, parameters, std::move(scenario));
}

Simulation::~Simulation() = default;
Simulation::Simulation(const Simulation& other) : plant_{std::make_unique<Plant>(*other.plant_)} {}
Simulation& Simulation::operator=(const Simulation& other) {
  if (this != &other) plant_ = std::make_unique<Plant>(*other.plant_);
  return *this;
}
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;

void Simulation::step(std::vector<double>& values) {
  plant_->live();
  plant_->publish(values);
}

void Simulation::step() { plant_->live(); }
void Simulation::readings(std::vector<double>& values) const { plant_->publish(values); }

void Simulation::readings_before(int k, int rate, std::vector<double>& values) const {
  STEADYLINE_ASSERT(k > 0 && k < rate, "a part of a second");
  std::vector<double> all;
  plant_->machines.board().between(static_cast<std::uint64_t>(rate - k), all);
  values.resize(plant_->signals.size());
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = all[plant_->signals[i].value];
  if (plant_->traps) plant_->traps->spoil(plant_->machines.second(), k, values);
}

Result<void> Simulation::move_set_point(std::string_view tag, double value) {
  if (auto allowed = check_set_point(*plant_->line, tag, value); !allowed) return allowed;
  plant_->machines.order(*find_set_point(tag), value);
  return {};
}

bool Simulation::logged() const { return !plant_->traps || plant_->traps->logged(plant_->machines.second()); }
EventTime Simulation::time() const { return plant_->time(); }
bool Simulation::finished() const { return static_cast<double>(plant_->machines.second()) >= plant_->scenario.duration_s; }

Truth Simulation::truth() const {
  Truth truth = plant_->machines.truth();
  truth.time = plant_->time();
  return truth;
}

const std::vector<Label>& Simulation::labels() const { return plant_->logbook.labels(); }
const std::vector<Crossing>& Simulation::crossings() const { return plant_->limits.crossings(); }

std::optional<double> Simulation::true_value(std::string_view path) const {
  const auto signal = plant_->machines.board().find(path);
  return signal ? std::optional{plant_->machines.board().value(*signal)} : std::nullopt;
}

double Simulation::spread(std::string_view path) const {
  const auto signal = plant_->machines.board().find(path);
  return signal ? plant_->machines.board().spread(*signal) : 0;
}

void Simulation::reseed(std::uint64_t seed) { plant_->machines.reseed(seed); }

void Simulation::switch_off(std::size_t fault) {
  plant_->machines.switch_off(fault);
  plant_->logbook.switch_off(fault);
}

}  // namespace steadyline
