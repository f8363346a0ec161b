#include "twin/simulation.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "twin/faults.h"
#include "twin/limit_watch.h"
#include "twin/plant.h"

namespace steadyline {
namespace {

constexpr double potency_low_pct = 90, potency_high_pct = 110;
constexpr double washed_out_s = 401;  // t99.5 from the API feeder to the tablet

std::optional<std::size_t> feeder_of(std::string_view unit) {
  for (std::size_t i = 0; i < feeder_count; ++i)
    if (feeder_id(i) == unit) return i;
  return {};
}

std::optional<Error> trouble(const Line& line, const FaultSpec& spec) {
  const Fault fault{spec};
  if (fault.acts_on_feeder() && !feeder_of(spec.target))
    return Error{Errc::settings, "\"" + spec.target + "\" is not a feeder", "scenario, fault " + spec.id, "name one of fd1 .. fd6"};
  if (fault.freezes_sensor() && !line.find_tag(spec.target))
    return Error{Errc::settings, "\"" + spec.target + "\" is not a tag of line " + line.id, "scenario, fault " + spec.id,
                 "name unit/tag, e.g. tp1/force_pre_mean"};
  if (!fault.acts_on_feeder() && !fault.freezes_sensor())
    return Error{Errc::settings, "\"" + spec.id + "\" is not a fault of this twin", "scenario", "known here: F01, F06, F21"};
  return {};
}

// What the plant's network carries: five decimals of each tag's unit, finer than any noise here.
double as_sent(double reading) { return std::floor(reading * 1e5 + 0.5) / 1e5; }

EventTime later(EventTime start, double seconds) { return start + Milliseconds{static_cast<std::int64_t>(seconds * 1000 + 0.5)}; }

}  // namespace

struct Simulation::Plant {
  Plant(const Line& line, const TwinParameters& parameters, Scenario run)
      : scenario{std::move(run)}, path{parameters, scenario.seed, scenario.start_in_production}, limits{line} {
    for (const Tag& tag : line.tags) sources.push_back(path.signals().find(tag.path));
    for (const FaultSpec& spec : scenario.faults) {
      faults.emplace_back(spec);
      labels.push_back({spec, later(scenario.start, spec.on_s), {}, {}, 0});
      if (std::isfinite(spec.duration_s)) labels.back().off = later(scenario.start, spec.on_s + spec.duration_s);
      frozen.push_back(line.find_tag(spec.target));
    }
    last.resize(line.tags.size());
  }

  EventTime time() const { return scenario.start + std::chrono::seconds{second}; }

  void live() {
    ++second;
    const auto t_s = static_cast<double>(second);
    MaterialPath::Disturbances disturbances{};
    for (const Fault& fault : faults)
      if (fault.acts_on_feeder()) fault.disturb(t_s, disturbances[*feeder_of(fault.spec().target)]);
    path.step(second, disturbances);
  }

  // `last` holds what was published a second ago: a sensor that sticks repeats it.
  void publish(std::vector<double>& values) {
    const auto t_s = static_cast<double>(second);
    values.resize(sources.size());
    for (std::size_t i = 0; i < sources.size(); ++i) values[i] = as_sent(*sources[i]);
    for (std::size_t f = 0; f < faults.size(); ++f)
      if (faults[f].freezes_sensor() && faults[f].active(t_s) && second > 1) values[frozen[f]->value] = last[frozen[f]->value];
    last = values;
  }

  void judge() {
    limits.watch(time(), last);
    const double potency = path.potency_pct();
    if (potency >= potency_low_pct && potency <= potency_high_pct) return;
    const auto t_s = static_cast<double>(second);
    for (std::size_t f = 0; f < faults.size(); ++f) {
      if (!faults[f].acts_on_feeder() || t_s <= faults[f].spec().on_s || t_s > faults[f].end_s() + washed_out_s) continue;
      if (!labels[f].potency_breach) labels[f].potency_breach = time();
      labels[f].tablets_outside += path.tablets_now();
    }
  }

  Scenario scenario;
  MaterialPath path;
  LimitWatch limits;
  std::vector<const double*> sources;  // per tag of the line
  std::vector<Fault> faults;
  std::vector<FaultLabel> labels;
  std::vector<std::optional<TagIndex>> frozen;  // per fault: the tag that sticks
  std::vector<double> last;
  std::int64_t second = 0;
};

std::vector<Error> unsimulated(const Line& line, const TwinParameters& parameters, const Scenario& scenario) {
  std::vector<Error> errors;
  const MaterialPath path{parameters, 0, true};
  for (const Tag& tag : line.tags)
    if (!path.signals().find(tag.path))
      errors.push_back({Errc::settings, "tag " + tag.path + " has no signal in the twin", "line " + line.id,
                        "remove it from the line, or simulate a line of the twin (cdc1)"});
  for (const FaultSpec& spec : scenario.faults)
    if (auto error = trouble(line, spec)) errors.push_back(std::move(*error));
  return errors;
}

Simulation::Simulation(const Line& line, TwinParameters parameters, Scenario scenario) {
  STEADYLINE_ASSERT(unsimulated(line, parameters, scenario).empty(), "call unsimulated() first and show what it says");
  plant_ = std::make_unique<Plant>(line, parameters, std::move(scenario));
}

Simulation::~Simulation() = default;
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;

void Simulation::step(std::vector<double>& values) {
  plant_->live();
  plant_->publish(values);
  plant_->judge();
}

EventTime Simulation::time() const { return plant_->time(); }
bool Simulation::finished() const { return static_cast<double>(plant_->second) >= plant_->scenario.duration_s; }

Truth Simulation::truth() const {
  Truth truth = plant_->path.truth();
  truth.time = plant_->time();
  return truth;
}

std::vector<FaultLabel> Simulation::labels() const { return plant_->labels; }
const std::vector<Crossing>& Simulation::crossings() const { return plant_->limits.crossings(); }

}  // namespace steadyline
