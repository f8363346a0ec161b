#include "twin/exam.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"
#include "core/numeric.h"
#include "core/philox.h"
#include "core/sha256.h"
#include "twin/machines/compression.h"
#include "twin/faults/draw_fault.h"
#include "twin/signals/noise.h"

namespace steadyline {
namespace {

constexpr double spread = 0.10;
constexpr double pi = 3.141592653589793, grams_per_mg = 1e-3, mm3_per_cm3 = 1000;
constexpr int harmless_lots = 5, slow_longer = 3;
// A line that begins in production sprays its second sub-lot from 15400 to 18560 s: faults of the coater begin early enough in it to be
// felt.
constexpr double spray_low_s = 15500, spray_high_s = 16700, coater_lasts_s = 3600;
constexpr double lot_share = 0.25, lot_share_kept = 10, warm_low_s = 3600, warm_high_s = 7200, after_s = 1800, hopper_tail_s = 3000;

/// One factor after the other, 0.9 .. 1.1.
class Factors {
 public:
  explicit Factors(std::uint64_t seed) : stream_{seed, stream_of("exam", "parameters")} {}
  double next() { return 1 + spread * (2 * stream_.uniform(count_++) - 1); }

 private:
  RandomStream stream_;
  std::uint64_t count_ = 0;
};

// n equal tanks spread a pulse with variance 1/n; shares s with sum(s^2) = 1/n do the same for any n. All but the last are alike.
std::vector<double> tanks(double number) {
  const double whole = std::ceil(number), equal = whole - 1;
  if (equal < 1) return {1};
  const double large = (equal + std::sqrt(std::max(0.0, equal * equal - equal * (equal + 1) * (1 - 1 / number)))) / (equal * (equal + 1));
  std::vector<double> shares(static_cast<std::size_t>(whole), large);
  shares.back() = 1 - equal * large;
  return shares;
}

double number_of(const std::vector<double>& shares) {
  double squares = 0;
  for (const double share : shares) squares += share * share;
  return 1 / squares;
}

void vary(VesselParameters& vessel, Factors& factors) {
  vessel.holdup_kg *= factors.next();
  vessel.tank_share = tanks(std::max(1.0, number_of(vessel.tank_share) * factors.next()));
}

/// The tablet of nominal weight at the nominal force.
struct SetUp {
  double gap_mm, hardness_n;
};

SetUp set_up(const PressParameters& press) {
  const double pressure = press.force_kn * 1000 / press.die_area_mm2;
  const double density = 1 - numeric::exp(-(pressure / press.yield_mpa + press.heckel_intercept));
  const double thickness = press.tablet_mg * grams_per_mg / (press.true_density * density) * mm3_per_cm3 / press.die_area_mm2;
  const double relaxed = 1 + press.elastic_recovery * pressure / press.elastic_reference_mpa;
  const double strength = press.strength_mpa * numeric::exp(-press.strength_porosity * (1 - density / relaxed));
  return {thickness - press.force_kn / press.stiffness_kn_per_mm, pi * press.diameter_mm * thickness * relaxed * strength / 2};
}

// The fill depth follows the die filling, the gap the stiffness and the powder's yield.
void vary(PressParameters& press, double paddle_rpm, Factors& factors) {
  const SetUp nominal = set_up(press);
  const PressParameters before = press;
  press.filling_rate *= factors.next();
  press.fill_start_mm *= filling_degree(before, paddle_rpm, before.turret_rpm, 1) / filling_degree(press, paddle_rpm, press.turret_rpm, 1);
  for (double* constant :
       {&press.stiffness_kn_per_mm, &press.friction_floor, &press.friction_gain, &press.radial_share, &press.elastic_recovery})
    *constant *= factors.next();
  do {
    press.yield_mpa = before.yield_mpa * factors.next();
    press.strength_mpa = before.strength_mpa * factors.next();
  } while (std::fabs(set_up(press).hardness_n / nominal.hardness_n - 1) > spread);
  press.gap_main_mm += set_up(press).gap_mm - nominal.gap_mm;
}

// Harmless lot changes all over the run: the lot flag alone must tell nothing. Never of the feeder `kept`.
void add_lots(Scenario& scenario, std::size_t count, std::string_view kept, const RandomStream& stream, std::uint64_t first) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::string feeder = "fd" + std::to_string(1 + pick(3, stream.uniform(first + 2 * i)));
    const double at_s = std::floor(60 + stream.uniform(first + 2 * i + 1) * (scenario.duration_s - 120));
    if (feeder != kept) scenario.lots.push_back({.at_s = at_s, .feeder = feeder});
  }
  std::stable_sort(scenario.lots.begin(), scenario.lots.end(), [](const LotMove& a, const LotMove& b) { return a.at_s < b.at_s; });
}

}  // namespace

std::uint64_t exam_seed(std::string_view commit, std::string_view fault, std::uint64_t index) {
  const std::string digest = sha256_hex(std::string{commit} + " " + std::string{fault} + " " + std::to_string(index));
  return std::stoull(digest.substr(0, 16), nullptr, 16) >> 11;
}

TwinParameters exam_parameters(TwinParameters nominal, std::uint64_t seed) {
  Factors factors{seed};
  TwinParameters drawn = std::move(nominal);
  for (FeederParameters& feeder : drawn.feeders) {
    const double factor = factors.next();
    feeder.feed_factor_full *= factor;
    feeder.feed_factor_empty *= factor;
  }
  for (VesselParameters* vessel : {&drawn.blender1.vessel, &drawn.blender2.vessel, &drawn.path.chute, &drawn.path.feed_frame})
    vary(*vessel, factors);
  vary(drawn.press, drawn.path.paddle_rpm, factors);
  return drawn;
}

Scenario exam_scenario(std::string_view fault, std::string_view variant, int tercile, std::uint64_t seed) {
  const FaultKind* kind = find_fault_kind(fault, variant);
  STEADYLINE_ASSERT(kind != nullptr && tercile >= 0 && tercile < 3,
                    "an exam is about a fault of the catalogue and a third of its severities");
  const RandomStream stream{seed, stream_of("exam", "scenario")};
  FaultSpec spec = draw_fault(*kind, tercile, 1, stream, 0);
  const std::uint64_t own = draws_of_a_fault;
  if (kind->hurry != Hurry::no) spec.duration_s *= slow_longer;
  const bool coater = unit_of(spec.target) == "ct1";
  if (coater) spec.duration_s = coater_lasts_s;
  const double low_s = coater ? spray_low_s : warm_low_s, high_s = coater ? spray_high_s : warm_high_s;
  spec.on_s = std::floor(low_s + stream.uniform(own) * (high_s - low_s));
  const bool lot_shift = spec.id == "F09" || spec.id == "F10";
  const double gone_s = fault_end_s(spec) + washed_out_s + (lot_shift ? hopper_tail_s : 0);

  Scenario scenario;
  scenario.start = EventTime{std::chrono::seconds{1767596400}};  // Monday 2026-01-05, 07:00
  scenario.seed = seed;
  scenario.exam = true;
  scenario.duration_s = std::ceil(gone_s + after_s);
  const bool keeps_lot = spec.id == "F05";
  scenario.lot_size_share = keeps_lot ? lot_share_kept : lot_share;
  const bool scale_or_cell = spec.id == "F04" || spec.id == "F17";
  if (lot_shift || (scale_or_cell && stream.uniform(own + 1) < 0.5)) {
    const std::string feeder = spec.id == "F17" ? "fd" + std::to_string(1 + pick(3, stream.uniform(own + 2))) : spec.target;
    scenario.lots.push_back({.at_s = spec.on_s, .feeder = feeder});
  }
  add_lots(scenario, harmless_lots, keeps_lot ? spec.target : "", stream, own + 3);
  scenario.faults.push_back(std::move(spec));
  return scenario;
}

Scenario without_faults(Scenario scenario) {
  scenario.faults.clear();
  return scenario;
}

}  // namespace steadyline
