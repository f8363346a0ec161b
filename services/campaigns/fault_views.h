#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "twin/options.h"

namespace steadyline {

/// What the picture of one fault shows: the fault as it comes there, and the curves that tell its story in the order of the row of the
/// library.
struct FaultView {
  std::string_view id, variant, target;
  double severity;
  double ramp_s;  ///< or period; 0: none
  double duration_s;
  double after_s;           ///< shown behind the end
  std::string_view curves;  ///< separated by blanks: tags, "truth/…" of truth_columns(), "~" behind a tag: mean of 60 s
};

/// One for each fault of the library that moves a reading; those of the network (F23, F24) have none.
std::span<const FaultView> fault_views();
FaultSpec fault_of(const FaultView& view, double on_s);

}  // namespace steadyline
