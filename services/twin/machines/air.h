#pragma once

namespace steadyline::air {

/// Moist air at atmospheric pressure, by the formula of Magnus. Temperatures in °C, pressures in Pa, humidities in kg water per kg dry air.
double saturation_pa(double temp_c);
double humidity(double vapour_pa);
double vapour_pa(double humidity);
double dew_point_c(double vapour_pa);

}  // namespace steadyline::air
