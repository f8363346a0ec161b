#include "campaigns/msom_source.h"

#include <cmath>
#include <fmt/format.h>

#include "core/numeric.h"

namespace steadyline {
namespace {

// Running means of the recorded line. Its throughput was 50, at times 55 kg/h; its flows were 52.15 kg/h on average.
constexpr double throughput_kg_h = 52.15;
constexpr std::array<double, msom_feeders> factor_g_rev{1.31, 1.80, 1.05, 1.33, 1.12, 0.82};
constexpr std::array<double, msom_feeders> weight_low_kg{0.14, 0.44, 0.32, 0.17, 0.49, 0.27};
constexpr std::array<double, msom_feeders> weight_high_kg{0.80, 1.22, 0.50, 0.81, 0.77, 0.37};
constexpr std::array<double, msom_feeders> container_kg{3000, 5000, 500, 5000, 240, 142};  // full
constexpr std::array<std::size_t, msom_feeders> twin_feeder{1, 2, 0, 4, 3, 5};
constexpr std::size_t api = 2, lubricant = 5;  // PD3, PD7
constexpr double pre_height_mm = 6.436, main_height_mm = 4.73, pre_force_kn = 1.478, main_force_kn = 35.44, pre_sigma = 0.808;
constexpr double pre_dwell_ms = 12.09, main_dwell_ms = 17.2, fill_depth_mm = 9.066, hopper_level_pct = 60;
constexpr double shoe13_rpm = 75, shoe23_rpm = 90, ejection_kn = 0.195;
constexpr double weight_mg = 399.95, thickness_mm = 4.614, hardness_kp = 14.17, content_pct = 10;
constexpr double content_low_pct = 8.5, content_high_pct = 11.5;  // beyond: out of specification
constexpr std::array<double, 2> blender_tau_s{8, 14};             // of the soft sensor behind each blender

constexpr std::array<const char*, 10> press_paths{
    "tp1/fill_pv",         "tp1/force_main_mean", "tp1/force_pre_mean", "tp1/gap_main_pv", "tp1/gap_pre_pv",
    "tp1/force_main_srel", "tp1/turret_pv",       "tp1/ejection_max",   "ff1/paddle_pv",   "ch1/level"};

constexpr int settling_s = 300, reference_s = 1200;

/// The same line without what varies from lot to lot and from hour to hour.
TwinParameters calm(TwinParameters parameters) {
  for (FeederParameters& feeder : parameters.feeders) {
    LotParameters& lot = feeder.lot;
    lot.density_sd = lot.particle_size_sd = lot.potency_sd = lot.yield_sd = lot.strength_sd = 0;
  }
  parameters.feeding.feed_factor_wander = 0;
  PressParameters& press = parameters.press;
  press.gap_wander_mm = press.density_wander = press.force_wander_kn = press.ejection_wander_n = 0;
  return parameters;
}

}  // namespace

Result<MsomSource> MsomSource::make(const Line& line, const TwinParameters& parameters) {
  MsomSource source{parameters};
  std::string missing;
  const auto need = [&](const std::string& path) {
    const auto tag = line.find_tag(path);
    if (!tag) missing += (missing.empty() ? "" : ", ") + path;
    return tag.value_or(TagIndex{0});
  };
  for (std::size_t f = 0; f < msom_feeders; ++f) {
    const std::size_t twin = twin_feeder[f];
    const FeederParameters& feeder = parameters.feeders[twin];
    const std::string unit = fmt::format("fd{}/", twin + 1);
    FeederTags& tags = source.feeders_[f];
    tags.flow = need(unit + "massflow_pv");
    tags.speed = need(unit + "screw_speed_pv");
    tags.factor = need(unit + "feed_factor");
    tags.weight = need(unit + "netweight_pv");
    tags.mode = need(unit + "mode");
    tags.bin = line.find_tag(fmt::format("rf{}/bin_level", twin + 1));
    tags.lot = line.find_tag(fmt::format("line/lot_fd{}", twin + 1));
    tags.flow_scale = throughput_kg_h * msom_share[f] / parameters.nominal_feed_kg_h(twin);
    tags.weight_scale = (weight_high_kg[f] - weight_low_kg[f]) / (feeder.refill_to_kg - feeder.refill_below_kg);
    tags.weight_from = weight_low_kg[f] - tags.weight_scale * feeder.refill_below_kg;
  }
  for (const char* path : press_paths) source.press_[path] = need(path);
  source.room_temp_ = line.find_tag("ut1/room_temp");
  source.room_rh_ = line.find_tag("ut1/room_rh");
  if (missing.empty()) {
    source.take_reference(line);
    return source;
  }
  return tl::unexpected(
      Error{Errc::usage, "lacks " + missing, line.id, "these files need a twin's line with all of them, e.g. config/lines/cdc1.yaml"});
}

void MsomSource::read_feeders(const std::vector<double>& readings, MsomSecond& into) {
  const auto reading = [&](TagIndex tag) { return readings[tag.value]; };
  double total = 0;
  for (std::size_t f = 0; f < msom_feeders; ++f) {
    const FeederTags& tags = feeders_[f];
    MsomFeeder& feeder = into.feeders[f];
    feeder.feed_factor = tags.factor_scale * reading(tags.factor);
    feeder.flow_kg_h = tags.flow_scale * reading(tags.flow);
    feeder.screw_rpm = tags.speed_scale * reading(tags.speed);
    feeder.net_kg = tags.weight_from + tags.weight_scale * reading(tags.weight);
    feeder.container_kg = container_kg[f] * (tags.bin ? reading(*tags.bin) / 100 : 0.5);
    feeder.lot = tags.lot ? reading(*tags.lot) : 1;
    const double mode = reading(tags.mode);  // 1 gravimetric, 2 volumetric, 3 refill
    feeder.refill = mode == 3;
    feeder.volumetric = mode == 2 || mode == 3;
    if (std::isfinite(feeder.flow_kg_h)) {
      dosed_kg_[f] += feeder.flow_kg_h / 3600;
      total += feeder.flow_kg_h;
    }
    feeder.dosed_kg = dosed_kg_[f];
  }
  for (MsomFeeder& feeder : into.feeders) feeder.share_pct = total > 0 ? 100 * feeder.flow_kg_h / total : 0;
}

void MsomSource::read_blenders(MsomSecond& into) {
  double others = 0;
  for (std::size_t f = 0; f < msom_feeders; ++f)
    if (f != lubricant && std::isfinite(into.feeders[f].flow_kg_h)) others += into.feeders[f].flow_kg_h;
  const double active = std::isfinite(into.feeders[api].flow_kg_h) ? into.feeders[api].flow_kg_h : 0;
  const double stearate = std::isfinite(into.feeders[lubricant].flow_kg_h) ? into.feeders[lubricant].flow_kg_h : 0;
  const std::array<double, 2> inflow{others, others + stearate};
  const std::array<double, 2> label{msom_share[api] / (1 - msom_share[lubricant]), msom_share[api]};
  for (std::size_t b = 0; b < blenders_.size(); ++b) {
    Smoothed& smoothed = blenders_[b];
    const double keep = smoothed.begun ? numeric::exp(-1 / blender_tau_s[b]) : 0;
    smoothed.begun = true;
    smoothed.flow = keep * smoothed.flow + (1 - keep) * inflow[b];
    smoothed.api = keep * smoothed.api + (1 - keep) * active;
    MsomBlender& blender = into.blenders[b];
    blender.flow_kg_h = smoothed.flow;
    // A standing line keeps what lies in its blender.
    blender.potency_pct = smoothed.flow > 1 ? 100 * smoothed.api / smoothed.flow / label[b] : 100;
    const double share = inflow[b] > 1 ? 100 * active / inflow[b] : content_pct;
    blender.outside_pct = share < content_low_pct || share > content_high_pct ? 100 : 0;
  }
}

void MsomSource::take_reference(const Line& line) {
  Simulation simulation{line, calm(parameters_), Scenario{}};
  for (int i = 0; i < settling_s; ++i) simulation.step();
  std::array<double, msom_feeders> factor{};
  Truth sum;
  for (int i = 0; i < reference_s; ++i) {
    simulation.step();
    for (const char* path : press_paths) reference_[path] += simulation.true_value(path).value_or(0) / reference_s;
    for (std::size_t f = 0; f < msom_feeders; ++f)
      factor[f] += simulation.true_value(line.tag(feeders_[f].factor).path).value_or(0) / reference_s;
    const Truth truth = simulation.truth();
    sum.weight_mg += truth.weight_mg / reference_s;
    sum.thickness_mm += truth.thickness_mm / reference_s;
    sum.hardness_n += truth.hardness_n / reference_s;
  }
  reference_tablet_ = sum;
  for (std::size_t f = 0; f < msom_feeders; ++f) {
    feeders_[f].factor_scale = factor_g_rev[f] / factor[f];
    feeders_[f].speed_scale = feeders_[f].flow_scale / feeders_[f].factor_scale;
  }
}

void MsomSource::read_press(const std::vector<double>& readings, MsomSecond& into) const {
  const auto reading = [&](const char* path) { return readings[press_.at(path).value]; };
  const auto share = [&](const char* path) { return reading(path) / reference_.at(path); };
  const auto moved = [&](const char* path) { return reading(path) - reference_.at(path); };
  MsomPress& press = into.press;
  const double turret = share("tp1/turret_pv");
  const bool turns = turret > 0.05;
  press.pre_height_mm = pre_height_mm + moved("tp1/gap_pre_pv");
  press.main_height_mm = main_height_mm + moved("tp1/gap_main_pv");
  press.pre_force_kn = pre_force_kn * share("tp1/force_pre_mean");
  press.main_force_kn = main_force_kn * share("tp1/force_main_mean");
  press.pre_sigma = pre_sigma * share("tp1/force_main_srel");
  press.pre_dwell_ms = turns ? pre_dwell_ms / turret : 0;
  press.main_dwell_ms = turns ? main_dwell_ms / turret : 0;
  press.fill_depth_mm = fill_depth_mm * share("tp1/fill_pv");
  press.hopper_level_pct = hopper_level_pct * share("ch1/level");
  press.shoe13_rpm = turns ? shoe13_rpm * share("ff1/paddle_pv") : 0;
  press.shoe23_rpm = turns ? shoe23_rpm * share("ff1/paddle_pv") : 0;
  press.ejection_kn = ejection_kn * share("tp1/ejection_max");
}

void MsomSource::read_tablet(const Truth& truth, MsomSecond& into) const {
  into.tablet.weight_mg = weight_mg * truth.weight_mg / reference_tablet_.weight_mg;
  into.tablet.thickness_mm = thickness_mm * truth.thickness_mm / reference_tablet_.thickness_mm;
  into.tablet.hardness_kp = hardness_kp * truth.hardness_n / reference_tablet_.hardness_n;
  into.tablet.content_pct = content_pct * truth.potency_pct / 100;
}

MsomSecond MsomSource::second(const Simulation& simulation, const std::vector<double>& readings) {
  MsomSecond second;
  second.time = simulation.time();
  const Truth truth = simulation.truth();
  read_feeders(readings, second);
  read_blenders(second);
  read_press(readings, second);
  read_tablet(truth, second);
  if (room_temp_) second.room_c = readings[room_temp_->value];
  if (room_rh_) second.room_rh = readings[room_rh_->value];
  return second;
}

}  // namespace steadyline
