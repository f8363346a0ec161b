#include "twin/machines/funnel.h"

#include <cmath>

#include "twin/machines/residence.h"
#include "twin/machines/vessel.h"

namespace steadyline {
namespace {

double lasting_deviation(double error, double api_share) { return (1 + error) / (1 + api_share * error) - 1; }

// Longest pulse of which at most `share` is in the outlet at one moment.
double longest_pulse_s(const Residence& residence, double share) {
  double low = 0, high = residence.quantile_s(0.9999);
  while (high - low > 0.01) {
    const double middle = (low + high) / 2;
    (residence.largest_share(middle) <= share ? low : high) = middle;
  }
  return low;
}

Powder blend(const TwinParameters& p, double api_deviation) {
  Powder flow{};
  const double flow_g_s = p.nominal_kg_h() / 3.6, api_share = p.feeders[part_api].share;
  flow[part_api] = flow_g_s * api_share * (1 + api_deviation);
  const double others_g = flow_g_s - flow[part_api], others_share = 1 - api_share;
  for (std::size_t i = part_api + 1; i < feeder_count; ++i) flow[i] = others_g * p.feeders[i].share / others_share;
  return flow;
}

}  // namespace

std::vector<FunnelCell> funnel(const TwinParameters& parameters, std::span<const double> errors, std::span<const double> limits) {
  const Residence residence{nominal_passage(parameters)};
  std::vector<FunnelCell> cells;
  for (const double error : errors)
    for (const double limit : limits) {
      FunnelCell cell{error, limit, lasting_deviation(error, parameters.feeders[part_api].share), {}, {}};
      const double share = limit / std::fabs(cell.deviation);
      if (share < 1) {
        cell.longest_s = longest_pulse_s(residence, share);
        cell.first_breach_s = residence.quantile_s(share);
      }
      cells.push_back(cell);
    }
  return cells;
}

PulseResult run_pulse(const TwinParameters& p, double error, int pulse_s, double limit) {
  const double api_share = p.feeders[part_api].share, flow_g_s = p.nominal_kg_h() / 3.6;
  const Powder nominal = blend(p, 0), wrong = blend(p, lasting_deviation(error, api_share));
  std::vector<Vessel> vessels;
  for (const VesselParameters* vessel : {&p.blender1.vessel, &p.blender2.vessel, &p.path.chute, &p.path.feed_frame})
    vessels.emplace_back(*vessel, vessel->holdup_kg * 1000, vessel->delay_s * flow_g_s, nominal);
  const double horizon_s = 3 * nominal_passage(p).delay_s + 4 * Residence{nominal_passage(p)}.quantile_s(0.9);
  PulseResult result;
  for (int second = 1; second <= horizon_s + pulse_s; ++second) {
    Powder flow = second <= pulse_s ? wrong : nominal;
    for (Vessel& vessel : vessels) flow = vessel.step(flow, flow_g_s);
    const double deviation = std::fabs(flow[part_api] / (flow_g_s * api_share) - 1);
    result.peak = std::fmax(result.peak, deviation);
    if (deviation > limit && !result.first_breach_s) result.first_breach_s = second;
  }
  return result;
}

}  // namespace steadyline
