#include "twin/campaign.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/numeric.h"
#include "core/philox.h"
#include "twin/faults/draw_fault.h"
#include "twin/signals/noise.h"

namespace steadyline {
namespace {

constexpr double minute_s = 60, hour_s = 3600;
constexpr Campaign all[] = {
    {"C0", "smoke", 15 * minute_s, 1, true, false},    {"C1", "demo", 2 * hour_s, 1, true, false},
    {"C2", "train", 96 * hour_s, 1, true, false},      {"C3", "300 million values", 120 * hour_s, 1, false, false},
    {"C4", "stress", 20 * minute_s, 10, false, false}, {"C5", "each tablet", 8 * hour_s, 1, true, true},
};
constexpr std::size_t faults_of_c3 = 40, fault_types = 26, outages_of_c3 = 2, stops_of_c3 = 3;
constexpr double quiet_s = 24 * hour_s, hurry = 5, hopper_tail_s = 3000, changeover_s = 6 * hour_s, strength = 0.10, slower = 0.8;
constexpr double lots_shown = 24, spare_lots = 1.15;

// Lot sizes cut until the rarest of the main materials (API, MCC, lactose) shows its lots within the run.
double lot_share(const TwinParameters& parameters, double duration_s) {
  double share = 1;
  for (std::size_t i = 0; i < 3; ++i) {
    const double used_kg = parameters.nominal_feed_kg_h(i) * duration_s / hour_s;
    share = std::min(share, used_kg / (lots_shown * spare_lots * parameters.feeders[i].lot.size_kg));
  }
  return share;
}

/// One thing of the long exam; they come one after the other.
struct Item {
  std::optional<FaultSpec> fault;
  double needs_s = 0;  // until its effect is gone
  double pause = 0;    // exponential, mean 1
};

FaultSpec draw(std::string_view id, std::size_t n, const RandomStream& stream) {
  std::vector<const FaultKind*> ways;
  for (const FaultKind& kind : fault_catalogue())
    if (kind.id == id) ways.push_back(&kind);
  // The usual way first; where a fault comes again, another.
  const FaultKind& kind = *ways[n < fault_types ? 0 : pick(ways.size(), stream.uniform(n * draws_of_a_fault + 15))];
  return draw_fault(kind, static_cast<int>(n % 3), hurry, stream, n * draws_of_a_fault);
}

std::string name_of(std::size_t fault) { return std::string{fault < 9 ? "F0" : "F"} + std::to_string(fault + 1); }

template <class Things>
void shuffle(Things& things, const RandomStream& stream, std::uint64_t first) {
  for (std::size_t i = things.size(); i > 1; --i) std::swap(things[i - 1], things[pick(i, stream.uniform(first + i))]);
}

// One of each of the 26, F24 twice as the two outages, the rest by chance.
std::vector<std::string> fault_names(const RandomStream& stream) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < fault_types; ++i) names.push_back(name_of(i));
  for (std::size_t i = 1; i < outages_of_c3; ++i) names.emplace_back("F24");
  std::vector<std::string> others;
  for (std::size_t i = 0; i < fault_types; ++i)
    if (name_of(i) != "F24") others.push_back(name_of(i));
  shuffle(others, stream, 1000);
  for (std::size_t i = 0; names.size() < faults_of_c3; ++i) names.push_back(others[i]);
  return names;
}

std::vector<Item> items_of_c3(const RandomStream& stream, const TwinParameters& parameters) {
  std::vector<Item> items;
  const std::vector<std::string> names = fault_names(stream);
  for (std::size_t n = 0; n < names.size(); ++n) {
    FaultSpec spec = draw(names[n], n, stream);
    const double tail_s = spec.id == "F09" || spec.id == "F10" ? hopper_tail_s : 0;
    const double needs_s = spec.duration_s + (spec.surge ? surge_s : 0) + washed_out_s + tail_s;
    items.push_back({std::move(spec), needs_s, 0});
  }
  const double restart_s = parameters.procedure.equilibrate_s + washed_out_s;
  for (std::size_t i = 0; i < stops_of_c3; ++i) items.push_back({{}, parameters.procedure.planned_stop_s + restart_s, 0});
  shuffle(items, stream, 2000);
  for (std::size_t i = 0; i < items.size(); ++i) items[i].pause = -numeric::log(stream.uniform(3000 + i));
  return items;
}

void add_c3(Scenario& scenario, const RandomStream& stream, const TwinParameters& parameters) {
  std::vector<Item> items = items_of_c3(stream, parameters);
  double needed_s = 0, pauses = 0;
  for (const Item& item : items) {
    needed_s += item.needs_s;
    pauses += item.pause;
  }
  const double left_s = scenario.duration_s - quiet_s - changeover_s - needed_s;
  const double stretch = left_s > 0 ? 1 : (scenario.duration_s - quiet_s - changeover_s) / (needed_s * 1.05);  // durations capped to fit
  const double mean_pause_s = std::max(left_s, 0.0) / pauses;
  double now_s = quiet_s;
  for (Item& item : items) {
    now_s += item.pause * mean_pause_s;
    if (item.fault) {
      item.fault->on_s = std::floor(now_s);
      item.fault->duration_s = std::floor(item.fault->duration_s * stretch);
      const bool lot_shift = item.fault->id == "F09" || item.fault->id == "F10";
      if (lot_shift) scenario.lots.push_back({.at_s = item.fault->on_s, .feeder = item.fault->target});
      scenario.faults.push_back(std::move(*item.fault));
    } else {
      scenario.planned_stops.push_back({std::floor(now_s), parameters.procedure.planned_stop_s});
    }
    now_s += item.needs_s * stretch;
  }
  scenario.recipes.push_back(
      {.at_s = scenario.duration_s - changeover_s, .throughput_kg_h = parameters.nominal_kg_h(), .api_share = strength});
  scenario.lot_size_share = lot_share(parameters, scenario.duration_s);
}

void add_c2(Scenario& scenario, const TwinParameters& parameters) {
  const double third_s = scenario.duration_s / 3, nominal = parameters.nominal_kg_h();
  scenario.recipes = {{.at_s = third_s, .throughput_kg_h = slower * nominal, .api_share = {}},
                      {.at_s = 2 * third_s, .throughput_kg_h = nominal, .api_share = {}}};
  for (int i = 0; i < 4; ++i) scenario.planned_stops.push_back({(i + 0.6) * scenario.duration_s / 4, parameters.procedure.planned_stop_s});
  scenario.stops = StopStatistics::line;
  scenario.lot_size_share = lot_share(parameters, scenario.duration_s);
}

FaultSpec fault(std::string_view id, std::string_view target, double on_s, double duration_s, double severity, double ramp_s = 0) {
  const FaultKind& kind = *find_fault_kind(id);
  FaultSpec spec;
  spec.id = id;
  spec.target = target;
  spec.on_s = on_s;
  spec.duration_s = duration_s;
  spec.severity = severity;
  spec.onset = kind.onset;
  spec.ramp_s = ramp_s > 0 ? ramp_s : std::max(kind.ramp_low_s, 1.0);
  return spec;
}

}  // namespace

std::span<const Campaign> campaigns() { return all; }

std::optional<Campaign> find_campaign(std::string_view name) {
  for (const Campaign& campaign : all)
    if (campaign.name == name) return campaign;
  return {};
}

Scenario campaign_scenario(const Campaign& campaign, std::uint64_t seed, const TwinParameters& parameters) {
  Scenario scenario;
  scenario.start = EventTime{std::chrono::seconds{1767596400}};  // Monday 2026-01-05, 07:00
  scenario.duration_s = campaign.duration_s;
  scenario.seed = seed;
  const RandomStream stream{seed, stream_of("campaign", campaign.name)};
  switch (campaign.name[1]) {
    case '0':
      scenario.start_in_production = false;
      scenario.faults = {fault("F06", "fd1", 780, 30, 1)};
      break;
    case '1':
      scenario.faults = {fault("F01", "fd1", 900, 300, 0.65), fault("F20", "ch1", 2400, 1800, 0.12, 900),
                         fault("F17", "tp1", 4800, 1800, 20)};
      scenario.faults[0].surge = true;
      break;
    case '2':
      add_c2(scenario, parameters);
      break;
    case '3':
      add_c3(scenario, stream, parameters);
      break;
    case '4':
      scenario.faults = {fault("F01", "fd1", 600, 240, 0.65)};
      break;
    case '5':
      scenario.faults = {fault("F19", "tp1/st07", hour_s, hour_s, 0.08), fault("F14", "ff1", 3 * hour_s, 900, 0.10, 60),
                         fault("F16", "tp1", 5 * hour_s, 240, 0.3)};
      break;
    default:
      break;
  }
  return scenario;
}

}  // namespace steadyline
