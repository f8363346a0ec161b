#include "twin/truth.h"

namespace steadyline {

std::vector<std::string> truth_columns() {
  std::vector<std::string> columns{"potency_pct",  "weight_mg",       "weight_sd_mg", "force_kn",        "thickness_mm",
                                   "hardness_n",   "hardness_sd_n",   "capping",      "dissolution_pct", "blend_rsd_pct",
                                   "stearate_pct", "shear",           "age_mean_s",   "age_low_s",       "age_median_s",
                                   "age_high_s",   "chute_level_pct", "blender1_kg",  "blender2_kg",     "feed_frame_kg"};
  for (std::size_t i = 0; i < feeder_count; ++i) columns.push_back("fd" + std::to_string(i + 1) + "_kg_h");
  for (const char* rest : {"film_pct", "tablets_now", "outside_now", "tablets", "tablets_outside", "fed_kg", "pressed_kg", "diverted_kg",
                           "dust_kg", "lost_kg"})
    columns.emplace_back(rest);
  return columns;
}

void append_truth(const Truth& t, std::vector<double>& row) {
  row.insert(row.end(),
             {t.potency_pct,  t.weight_mg,       t.weight_sd_mg,    t.force_kn,     t.thickness_mm, t.hardness_n,   t.hardness_sd_n,
              t.capping,      t.dissolution_pct, t.blend_rsd_pct,   t.stearate_pct, t.shear,        t.age_mean_s,   t.age_low_s,
              t.age_median_s, t.age_high_s,      t.chute_level_pct, t.blender1_kg,  t.blender2_kg,  t.feed_frame_kg});
  row.insert(row.end(), t.flow_kg_h.begin(), t.flow_kg_h.end());
  row.insert(row.end(), {t.film_pct, t.tablets_now, t.outside_now, t.tablets, t.tablets_outside, t.fed_kg, t.pressed_kg, t.diverted_kg,
                         t.dust_kg, t.lost_kg});
}

}  // namespace steadyline
