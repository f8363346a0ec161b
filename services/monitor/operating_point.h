#pragma once

#include <optional>
#include <vector>

#include "frames/context.h"
#include "frames/frame.h"
#include "line/line.h"

namespace steadyline {

/// Which product a line makes and at what rates, as its set-points tell, against those that its limits and its health model are for. A
/// plain value.
///
/// Threads  constant after construction. `line` must outlive it. Errors: none.
class OperatingPoint {
 public:
  static constexpr double settles_s = 120;  ///< the limits' own mean, and the loops
  static constexpr double residence_share =
      2.5;  ///< of the longest mean residence time: 99.5 % of the powder has passed by then, as of the context

  explicit OperatingPoint(const Line& line);
  /// What a tag's limits are multiplied with: NAME_pv follows NAME_sp when that stands elsewhere than in the middle of the control limits.
  double share_of_limits(TagIndex tag, const Frame& frame) const;
  /// The nominal product, or none is known.
  static bool nominal(const Context& context);
  /// The nominal product with all set-points within 8 % of the nominal rates: what health was trained on.
  bool trained(const Frame& frame, const Context& context) const;
  /// For so long after a line has come back its material is still that of another point.
  Milliseconds washes_out() const { return washes_out_; }

 private:
  struct Followed {
    TagIndex set_point;
    double nominal;
  };
  std::vector<std::optional<Followed>> followed_;  // by tag
  Milliseconds washes_out_{};
};

}  // namespace steadyline
