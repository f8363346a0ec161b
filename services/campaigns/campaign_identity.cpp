#include "campaigns/campaign_identity.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/sha256.h"
#include "core/time_text.h"

namespace steadyline {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json json_of(const FaultSpec& fault) {
  return {{"id", fault.id}, {"target", fault.target}, {"on_s", fault.on_s}, {"duration_s", number(fault.duration_s)}, {"severity", fault.severity}, {"onset", static_cast<int>(fault.onset)},
          {"ramp_s", fault.ramp_s}, {"duty", fault.duty}, {"period_s", fault.period_s}, {"surge", fault.surge}, {"variant", fault.variant}};
}

Json json_of(const Scenario& scenario) {
  Json json{{"start", to_rfc3339(scenario.start)}, {"duration_s", scenario.duration_s}, {"seed", scenario.seed}, {"start_in_production", scenario.start_in_production},
            {"stops", static_cast<int>(scenario.stops)}, {"scheduled_stops", scenario.scheduled_stops}, {"lot_size_share", scenario.lot_size_share},
            {"shutdown_at_s", number(scenario.shutdown_at_s)}, {"coating", scenario.coating}, {"data_traps", scenario.data_traps}, {"exam", scenario.exam}, {"open_loop", scenario.open_loop}};
  json["faults"] = json["set_points"] = json["recipes"] = json["planned_stops"] = json["lots"] = Json::array();
  for (const FaultSpec& fault : scenario.faults) json["faults"].push_back(json_of(fault));
  for (const SetPointMove& move : scenario.set_points) json["set_points"].push_back({move.at_s, move.tag, move.value});
  for (const RecipeMove& move : scenario.recipes) json["recipes"].push_back({move.at_s, move.throughput_kg_h, move.api_share ? Json(*move.api_share) : Json(nullptr)});
  for (const PlannedStop& stop : scenario.planned_stops) json["planned_stops"].push_back({stop.at_s, stop.duration_s});
  for (const LotMove& move : scenario.lots) json["lots"].push_back({move.at_s, move.feeder});
  return json;
}

std::string tags_sha256(const Line& line) {
  std::string paths;
  for (const Tag& tag : line.tags) paths += tag.path + "\n";
  return sha256_hex(paths);
}

}  // namespace

std::string identity_of(const CampaignPlan& plan) {
  Json json{{"name", plan.name}, {"line", plan.line->id}, {"line_sha256", plan.line->sha256}, {"tags", plan.line->tags.size()}, {"tags_sha256", tags_sha256(*plan.line)},
            {"parameters_sha256", plan.parameters_sha256}, {"format", plan.format == TableFormat::hdf5 ? "hdf5" : "csv"}, {"part_rows", plan.part_rows},
            {"readings_per_s", plan.readings_per_s}, {"per_tablet", plan.tablets}, {"affected", plan.affected}};
  json["scenario"] = json_of(plan.scenario);
  return json.dump();
}

}  // namespace steadyline
