#pragma once

#include <limits>

namespace steadyline {

/// Finds spikes in one tag's readings: a leap of more than 6 times its scatter from where the last readings led, that comes back within 3
/// readings. A step that stays is none. What swings all the time widens the scatter and is none either. A plain value.
///
/// The scatter is the instrument's noise or, if more, what readings lately differed by from the one before and the slope (mean of 20 s);
/// no verdict on the first 60.
class SpikeWatch {
 public:
  /// Takes the next reading; `noise_sd`: of the instrument at such values, 0 if unknown; `share`: of a reading in the means. True: a
  /// spike has just come back.
  bool take(double reading, double noise_sd, double share);

 private:
  int seen_ = 0;
  double last_ = std::numeric_limits<double>::quiet_NaN();  // reading
  double slope_ = 0;                                        // mean change from reading to reading
  double change_ = 0;                                       // mean distance from it; 0: none yet
  double base_ = 0;                                         // where the readings would be without the leap
  int away_ = 0;                                            // readings since the leap
};

}  // namespace steadyline
