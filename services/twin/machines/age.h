#pragma once

#include "twin/parameters.h"
#include "twin/machines/powder.h"

namespace steadyline {

/// Age of the API in some powder since it left its feeder.
struct Age {
  double mean_s = 0, sd_s = 0;
};

Age age_of(const Powder& powder);  ///< zero without API

/// Skewness of the residence time from the API feeder to the tablet, in nominal flow: 2 * sum(tau^3) / sd^3 over all tanks.
double nominal_age_skewness(const TwinParameters& parameters);

/// The age that a share `probability` of the API has not reached: of the gamma distribution, shifted to have these moments (Wilson &
/// Hilferty 1931). Within 3 s of the line's own tanks between 0.5 % and 99.5 %.
double age_quantile(const Age& age, double skewness, double probability);

}  // namespace steadyline
