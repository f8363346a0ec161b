#pragma once

#include <limits>

namespace steadyline {

/// Finds spikes in one tag's readings: a leap of more than 7 times its scatter that comes back within 3 readings, to within half of that. A
/// step that stays is none. What swings all the time widens the scatter and is none either. A plain value.
///
/// The scatter is the instrument's noise or, if more, the mean change from reading to reading of the last 10 s.
class SpikeWatch {
 public:
  /// Takes the next reading; `noise_sd`: of the instrument at such values, 0 if unknown; `share`: of a reading in the mean change. True: a
  /// spike has just come back.
  bool take(double reading, double noise_sd, double share);

 private:
  double last_ = std::numeric_limits<double>::quiet_NaN();  // reading
  double base_ = 0;                                         // reading before the leap
  double change_ = 0;                                       // mean change from reading to reading; 0: none yet
  int away_ = 0;                                            // readings since the leap
};

}  // namespace steadyline
