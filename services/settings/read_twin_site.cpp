#include "settings/read_twin_parts.h"

namespace steadyline {
namespace {

constexpr Row<CoaterParameters> coater_rows[] = {
    {"load_kg", &CoaterParameters::load_kg, {1, 2000}, "tablets of a sub-lot"},
    {"tablets", &CoaterParameters::tablets, {100, 1e8}, "their number"},
    {"air_kg_s", &CoaterParameters::air_kg_s, {0.01, 20}, "dry inlet air at the nominal flow, kg/s"},
    {"air_m3_h", &CoaterParameters::air_m3_h, {10, 100000}, "the same as the instrument shows it, m3/h"},
    {"air_cp", &CoaterParameters::air_cp, {0.9, 1.2}, "specific heat of the air, kJ/(kg K)"},
    {"inlet_c", &CoaterParameters::inlet_c, {20, 120}, "inlet air temperature"},
    {"inlet_humidity", &CoaterParameters::inlet_humidity, {0, 0.05}, "water in the inlet air, kg/kg, at the room's nominal humidity"},
    {"heat_loss_kw_k", &CoaterParameters::heat_loss_kw_k, {0, 5}, "heat loss to the cabinet, kW/K"},
    {"cabinet_c", &CoaterParameters::cabinet_c, {0, 60}, "temperature of the cabinet"},
    {"heat_capacity_kj_k", &CoaterParameters::heat_capacity_kj_k, {1, 10000}, "of tablets and drum, kJ/K"},
    {"evaporation_kj_kg", &CoaterParameters::evaporation_kj_kg, {2000, 2600}, "heat of evaporation"},
    {"spray_g_min", &CoaterParameters::spray_g_min, {1, 5000}, "spray rate"},
    {"solids_share", &CoaterParameters::solids_share, {0.01, 0.9}, "solids in the suspension, w/w"},
    {"coating_efficiency", &CoaterParameters::coating_efficiency, {0.1, 1}, "share of the solids that stays on tablets"},
    {"gain_pct", &CoaterParameters::gain_pct, {0.1, 50}, "weight gain at which spraying ends"},
    {"drying_rate", &CoaterParameters::drying_rate, {1e-5, 1}, "of the tablets, 1/s"},
    {"moisture_pct", &CoaterParameters::moisture_pct, {0, 20}, "moisture of the tablets at rest"},
    {"moisture_per_rh", &CoaterParameters::moisture_per_rh, {0, 1}, "change of the resting moisture per %RH of the exhaust"},
    {"moisture_rh", &CoaterParameters::moisture_rh, {0, 100}, "exhaust humidity to which moisture_pct refers"},
    {"pan_rpm", &CoaterParameters::pan_rpm, {0.5, 60}, "drum speed"},
    {"nozzles", &CoaterParameters::nozzles, {1, 4}, "number of nozzles"},
    {"film_cv",
     &CoaterParameters::film_cv,
     {0.1, 500},
     "film CV between tablets after one minute, %: CV = this / sqrt(min) * sqrt(nominal rpm / rpm) * sqrt(nozzles / those that spray)"},
    {"charge_s", &CoaterParameters::charge_s, {1, 86400}, "time to charge"},
    {"preheat_s", &CoaterParameters::preheat_s, {1, 86400}, "time to preheat"},
    {"dry_s", &CoaterParameters::dry_s, {1, 86400}, "time to dry"},
    {"cool_s", &CoaterParameters::cool_s, {1, 86400}, "time to cool"},
    {"discharge_s", &CoaterParameters::discharge_s, {1, 86400}, "time to discharge"},
    {"nozzle_bar", &CoaterParameters::nozzle_bar, {0.01, 20}, "pressure at the nozzles in spraying"},
    {"atom_bar", &CoaterParameters::atom_bar, {0.1, 20}, "atomising air"},
    {"pattern_bar", &CoaterParameters::pattern_bar, {0.1, 20}, "pattern air"},
    {"pan_pa", &CoaterParameters::pan_pa, {-1000, 0}, "drum pressure against the room"},
    {"filter_pa", &CoaterParameters::filter_pa, {0, 10000}, "pressure drop of a clean exhaust filter"},
    {"filter_pa_min", &CoaterParameters::filter_pa_min, {0, 100}, "its rise per minute of spraying"},
    {"pump_rpm", &CoaterParameters::pump_rpm, {0.1, 1000}, "pump speed in spraying"},
    {"pump_bar", &CoaterParameters::pump_bar, {0.01, 50}, "pump pressure in spraying"},
    {"drum_torque_pct", &CoaterParameters::drum_torque_pct, {0, 100}, "drum drive torque"},
};

constexpr Row<RoomParameters> room_rows[] = {
    {"temp_c", &RoomParameters::temp_c, {0, 50}, "room temperature, mean of a day"},
    {"rh_pct", &RoomParameters::rh_pct, {1, 99}, "relative humidity of the room, mean of a day"},
    {"dp_pa", &RoomParameters::dp_pa, {-100, 100}, "room pressure against the corridor"},
    {"temp_daily_c", &RoomParameters::temp_daily_c, {0, 20}, "amplitude of the temperature over a day"},
    {"rh_daily_pct", &RoomParameters::rh_daily_pct, {0, 50}, "amplitude of the humidity over a day"},
    {"rh_sd_pct", &RoomParameters::rh_sd_pct, {0, 50}, "sd of the humidity around that"},
    {"rh_tau_s", &RoomParameters::rh_tau_s, {1, 1e6}, "its correlation time"},
    {"air_bar", &RoomParameters::air_bar, {0.1, 20}, "compressed air"},
    {"air_dew_c", &RoomParameters::air_dew_c, {-90, 30}, "its dew point"},
    {"vacuum_mbar", &RoomParameters::vacuum_mbar, {-1000, 0}, "conveying vacuum"},
    {"ahu_c", &RoomParameters::ahu_c, {0, 40}, "supply air behind the cooler"},
    {"chilled_c", &RoomParameters::chilled_c, {0, 30}, "chilled water"},
    {"power_kw", &RoomParameters::power_kw, {0, 10000}, "electric power of the line"},
};

constexpr Row<ProcedureParameters> procedure_rows[] = {
    {"throughput_kg_h", &ProcedureParameters::throughput_kg_h, {1, 500}, "nominal throughput: all nominal numbers hold at it"},
    {"fill_from_s", &ProcedureParameters::fill_from_s, {0, 3600}, "the blenders begin to fill so long after the start"},
    {"fill_to_s", &ProcedureParameters::fill_to_s, {1, 7200}, "and are filled so long after it"},
    {"ramp_s", &ProcedureParameters::ramp_s, {1, 3600}, "RAMP: time from ramp_from_kg_h to nominal throughput"},
    {"ramp_from_kg_h", &ProcedureParameters::ramp_from_kg_h, {0, 500}, "throughput at the beginning of the ramp"},
    {"equilibrate_s", &ProcedureParameters::equilibrate_s, {0, 7200}, "EQUILIBRATE ends this long after its begin at the earliest"},
    {"settled_after_move_s", &ProcedureParameters::settled_after_move_s, {0, 7200}, "and this long after the last move of a set-point"},
    {"settled_for_s", &ProcedureParameters::settled_for_s, {0, 3600}, "NIR and force must stay in their bands for so long"},
    {"nir_band", &ProcedureParameters::nir_band, {0.001, 1}, "relative band of the 60 s mean of NIR"},
    {"force_band", &ProcedureParameters::force_band, {0.001, 1}, "relative band of the main force"},
    {"empty_level_pct", &ProcedureParameters::empty_level_pct, {0, 100}, "EMPTY ends below this chute level"},
    {"setpoint_ramp_s", &ProcedureParameters::setpoint_ramp_s, {0, 7200}, "time of a change of throughput"},
    {"changeover_ramp_s", &ProcedureParameters::changeover_ramp_s, {0, 7200}, "time of a change of strength"},
    {"batch_h", &ProcedureParameters::batch_h, {0.1, 1000}, "longest batch"},
    {"batch_kg", &ProcedureParameters::batch_kg, {0.1, 1e6}, "largest batch"},
    {"planned_stop_every_h", &ProcedureParameters::planned_stop_every_h, {0.1, 10000}, "time between planned stops"},
    {"planned_stop_s", &ProcedureParameters::planned_stop_s, {1, 86400}, "length of a planned stop"},
    {"cleaning_every_h", &ProcedureParameters::cleaning_every_h, {0.1, 10000}, "time between cleanings"},
    {"cleaning_s", &ProcedureParameters::cleaning_s, {1, 864000}, "length of a cleaning"},
    {"stops_per_h", &ProcedureParameters::stops_per_h, {0, 60}, "unplanned stops per hour of production"},
    {"stop_median_s", &ProcedureParameters::stop_median_s, {1, 86400}, "their median length, lognormal"},
    {"stop_sigma", &ProcedureParameters::stop_sigma, {0.01, 5}, "sd of ln(length)"},
};

}  // namespace

void read_coater(Section section, CoaterParameters& coater) {
  read_rows(section, coater_rows, coater);
  section.reject_unknown_keys();
}

void read_room(Section section, RoomParameters& room) {
  read_rows(section, room_rows, room);
  section.reject_unknown_keys();
}

void read_procedure(Section section, ProcedureParameters& procedure) {
  read_rows(section, procedure_rows, procedure);
  check_ascending(section, "fill_to_s", procedure.fill_from_s, procedure.fill_to_s, "fill_from_s");
  section.reject_unknown_keys();
}

}  // namespace steadyline
