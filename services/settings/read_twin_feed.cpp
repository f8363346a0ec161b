#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "settings/read_twin_parts.h"

namespace steadyline {
namespace {

constexpr double rounding = 1e-6;  // of shares that add up to one

constexpr Row<FeederParameters> feeder_rows[] = {
    {"share", &FeederParameters::share, {0, 1}, "of the blend, w/w; mass flow set-point = share * throughput"},
    {"feed_factor_full", &FeederParameters::feed_factor_full, {1e-6, 100}, "powder per turn of the screw with a full hopper, g/rev"},
    {"feed_factor_empty",
     &FeederParameters::feed_factor_empty,
     {1e-6, 100},
     "the same with an empty hopper: ff(W) = full - (full - empty) * exp(-W / curve)"},
    {"curve_kg", &FeederParameters::curve_kg, {1e-4, 100}, "weight over which the feed factor falls"},
    {"refill_below_kg", &FeederParameters::refill_below_kg, {1e-4, 1000}, "hopper weight at which a refill begins"},
    {"refill_to_kg", &FeederParameters::refill_to_kg, {1e-4, 1000}, "hopper weight at which it ends"},
    {"refill_s", &FeederParameters::refill_s, {1, 600}, "length of a refill"},
    {"flow_rsd", &FeederParameters::flow_rsd, {0, 0.5}, "relative sd of the true mass flow, AR(1)"},
    {"flow_tau_s", &FeederParameters::flow_tau_s, {0, 600}, "its correlation time"},
    {"refill_density_gain", &FeederParameters::refill_density_gain, {0, 1}, "relative rise of the feed factor by freshly dropped powder"},
    {"bulk_density", &FeederParameters::bulk_density, {0.01, 5}, "of the material, g/mL"},
    {"true_density", &FeederParameters::true_density, {0.1, 10}, "of the material, g/mL"},
};

constexpr Row<LotParameters> lot_rows[] = {
    {"size_kg", &LotParameters::size_kg, {0.1, 100000}, "size of a lot"},
    {"density_sd", &LotParameters::density_sd, {0, 0.5}, "sd of ln(bulk density) between lots"},
    {"particle_size_sd", &LotParameters::particle_size_sd, {0, 1}, "sd of ln(d50) between lots; sets flow factor and cohesion"},
    {"potency_sd", &LotParameters::potency_sd, {0, 0.2}, "relative sd of the content of active substance between lots"},
    {"yield_sd", &LotParameters::yield_sd, {0, 0.2}, "relative sd of the yield pressure between lots"},
    {"strength_sd", &LotParameters::strength_sd, {0, 0.2}, "relative sd of the tablet strength between lots"},
};

constexpr Row<FeedingParameters> feeding_rows[] = {
    {"gain", &FeedingParameters::gain, {0, 10}, "proportional gain of the flow loop, on the relative error"},
    {"reset_s", &FeedingParameters::reset_s, {1, 3600}, "reset time of the flow loop"},
    {"integral_low", &FeedingParameters::integral_low, {-1, 0}, "lower end of its integral, share of the nominal speed"},
    {"integral_high", &FeedingParameters::integral_high, {0, 20}, "upper end of its integral"},
    {"speed_low_rpm", &FeedingParameters::speed_low_rpm, {0, 100}, "lowest speed of a turning screw"},
    {"speed_high_rpm", &FeedingParameters::speed_high_rpm, {1, 2000}, "highest speed of the screws"},
    {"speed_rate_rpm_s", &FeedingParameters::speed_rate_rpm_s, {0.1, 1000}, "fastest change of the speed, rpm/s"},
    {"speed_tau_s", &FeedingParameters::speed_tau_s, {0.01, 60}, "time constant of the screw drive"},
    {"settle_s", &FeedingParameters::settle_s, {0, 600}, "volumetric time after a refill"},
    {"fresh_powder_tau_s", &FeedingParameters::fresh_powder_tau_s, {1, 3600}, "decay of the rise by freshly dropped powder"},
    {"feed_factor_wander",
     &FeedingParameters::feed_factor_wander,
     {0, 0.2},
     "relative sd of the slow change of bulk density in each hopper"},
    {"feed_factor_wander_tau_s", &FeedingParameters::feed_factor_wander_tau_s, {1, 86400}, "its correlation time"},
    {"vibration_per_h", &FeedingParameters::vibration_per_h, {0, 3600}, "knocks on a scale, per hour"},
    {"humidity_per_pct", &FeedingParameters::humidity_per_pct, {-0.1, 0.1}, "relative change of the API's feed factor per %RH above 50"},
    {"lot_density_effect",
     &FeedingParameters::lot_density_effect,
     {-2, 2},
     "relative change of the feed factor per change of ln(bulk density)"},
    {"torque_nominal_pct", &FeedingParameters::torque_nominal_pct, {0, 100}, "screw drive torque in production"},
    {"agitator_rpm", &FeedingParameters::agitator_rpm, {0, 500}, "speed of the agitators"},
};

constexpr Row<BlenderParameters> blender_rows[] = {
    {"rpm", &BlenderParameters::rpm, {1, 2000}, "nominal speed"},
    {"torque_nm", &BlenderParameters::torque_nm, {0, 1000}, "torque in production, Nm"},
    {"motor_a", &BlenderParameters::motor_a, {0, 1000}, "motor current in production, A"},
    {"temp_c", &BlenderParameters::temp_c, {-10, 100}, "powder temperature in production, degC"},
    {"flow_exponent",
     &BlenderParameters::flow_exponent,
     {0.1, 2},
     "of the flow in the steady hold-up: M = M0 * (flow / nominal)^a * (rpm / nominal)^-b"},
    {"speed_exponent", &BlenderParameters::speed_exponent, {0, 3}, "b, of the speed in the steady hold-up"},
};

constexpr Row<PathParameters> path_rows[] = {
    {"chute_full_kg", &PathParameters::chute_full_kg, {0.01, 100}, "powder in the chute at level 100 %"},
    {"paddle_rpm", &PathParameters::paddle_rpm, {1, 500}, "nominal paddle speed of the feed frame"},
    {"bed_height_mm", &PathParameters::bed_height_mm, {1, 500}, "powder bed of the feed frame in production"},
    {"diverter_s", &PathParameters::diverter_s, {0.01, 60}, "stroke time of the diverter V1"},
    {"blend_rsd_floor",
     &PathParameters::blend_rsd_floor,
     {0, 20},
     "micro-mixing floor, %: RSD = sqrt(floor^2 + (gain * exp(-rpm1 / blend_rsd_rpm))^2)"},
    {"blend_rsd_gain", &PathParameters::blend_rsd_gain, {0, 100}, "blend RSD of a standing blender beside the floor, %"},
    {"blend_rsd_rpm", &PathParameters::blend_rsd_rpm, {1, 1000}, "speed over which blender 1 mixes the blend, rpm"},
    {"nir_scan_sd_pct_lc", &PathParameters::nir_scan_sd_pct_lc, {0.01, 20}, "sd of one NIR scan, % of label claim"},
    {"nir_drift_sd_pct", &PathParameters::nir_drift_sd_pct, {0, 5}, "sd of the slow drift of a probe, % w/w"},
    {"nir_drift_tau_s", &PathParameters::nir_drift_tau_s, {1, 1e6}, "its correlation time"},
    {"nir_fouling_bias_pct_lc", &PathParameters::nir_fouling_bias_pct_lc, {-50, 50}, "bias at an optical gain of 0.85, % of label claim"},
};

void check_sum(Section& section, const char* key, double sum, const char* of) {
  if (section.describing() || std::fabs(sum - 1) < rounding) return;
  section.fault(key, fmt::format("add up to {}", sum), fmt::format("{} are parts of one whole; make them add up to 1", of));
}

VesselParameters read_vessel(Section section) {
  VesselParameters vessel;
  vessel.holdup_kg = section.number("holdup_kg", {0.001, 100}, "powder in it at nominal flow and speed");
  vessel.tank_share = section.numbers("tank_share", {1e-3, 1}, "shares of the tanks in series that mix like it, in flow order; needed");
  vessel.delay_s = section.number("delay_s", {0, 600}, "plug flow at the inlet at nominal flow");
  double sum = 0;
  for (const double share : vessel.tank_share) sum += share;
  if (vessel.tank_share.size() > 40) section.fault("tank_share", "has more than 40 tanks", "merge some");
  if (vessel.tank_share.empty() && !section.describing())
    section.fault("tank_share", "is missing", "e.g. [0.5, 0.5] for two equal tanks");
  else
    check_sum(section, "tank_share", sum, "tanks");
  section.reject_unknown_keys();
  return vessel;
}

FeederParameters read_feeder(Section section) {
  FeederParameters feeder;
  feeder.material = section.text("material", "what it feeds");
  read_rows(section, feeder_rows, feeder);
  Section lot = section.section("lot", "how lots of the material differ");
  read_rows(lot, lot_rows, feeder.lot);
  lot.reject_unknown_keys();
  if (!section.describing() && feeder.feed_factor_empty > feeder.feed_factor_full && section.has("feed_factor_full"))
    section.fault("feed_factor_empty", "is above feed_factor_full", "a fuller hopper packs the screw better; exchange the two");
  check_ascending(section, "refill_to_kg", feeder.refill_below_kg, feeder.refill_to_kg, "refill_below_kg");
  section.reject_unknown_keys();
  return feeder;
}

}  // namespace

void read_feeders(std::vector<Section> sections, Section& top, TwinParameters& twin) {
  double sum = 0;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    FeederParameters feeder = read_feeder(std::move(sections[i]));
    sum += feeder.share;
    if (i < feeder_count) twin.feeders[i] = std::move(feeder);
  }
  if (top.describing() || sections.empty()) return;
  if (sections.size() != feeder_count)
    top.fault("feeders", fmt::format("are {}", sections.size()), fmt::format("this twin has {}: API first, lubricant last", feeder_count));
  else
    check_sum(top, "feeders", sum, "shares of the blend");
}

void read_feeding(Section section, FeedingParameters& feeding) {
  read_rows(section, feeding_rows, feeding);
  feeding.refill_array = section.choice<bool>("refill_array", {{"true", true}, {"false", false}},
                                              "whether the screw slows down by the learned feed factor in a refill", true);
  check_ascending(section, "speed_high_rpm", feeding.speed_low_rpm, feeding.speed_high_rpm, "speed_low_rpm");
  section.reject_unknown_keys();
}

void read_blender(Section section, BlenderParameters& blender) {
  blender.vessel = read_vessel(section.section("vessel", "hold-up and tanks"));
  read_rows(section, blender_rows, blender);
  section.reject_unknown_keys();
}

void read_path(Section section, PathParameters& path) {
  path.chute = read_vessel(section.section("chute", "hold-up and tanks of the press inlet chute"));
  path.feed_frame = read_vessel(section.section("feed_frame", "hold-up and tanks of the feed frame"));
  read_rows(section, path_rows, path);
  path.nir_scans = static_cast<int>(section.integer("nir_scans", {1, 16}, "scans of which the mean is reported"));
  section.reject_unknown_keys();
}

}  // namespace steadyline
