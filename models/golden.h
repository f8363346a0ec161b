#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "frames/context.h"
#include "frames/frame.h"
#include "line/line.h"
#include "models/golden_follow.h"
#include "models/open_end_dtw.h"

namespace steadyline {

/// Along what a part of the profile runs: nowhere (a band), the seconds since the activity began, the maturity of the batch, or a reference
/// trajectory that time warping finds again.
enum class GoldenAxis : std::uint8_t { band, elapsed, maturity, aligned };
inline constexpr std::size_t golden_axis_count = 4;
inline constexpr std::size_t golden_slope_reach = 6;  ///< points over which the slopes of a shape are taken
std::string_view to_text(GoldenAxis axis);

/// What one unit does in one context: recipe × throughput × unit × phase × activity.
///
/// band     the slow mean of tag k lies at centre[k] ± half[k].
/// others   the fast mean of tag k lies between low and high of the present point: [tag][point], the points at begin + step·p.
struct GoldenCell {
  std::string unit;
  double recipe = 0;      ///< 0: any
  double throughput = 0;  ///< of the class; 0: any
  std::int64_t phase = -1;
  Activity activity = Activity::steady;
  GoldenAxis axis = GoldenAxis::band;
  std::int64_t episodes = 0;  ///< what it is learned from: minutes of a band, else refills, start-ups, sub-lots
  std::vector<std::string> tags;
  std::vector<double> centre, wander, own_wander, noise,
      half;  ///< [tags] of a band: scale of the slow mean, of it within one run, of one second
  double begin = 0, step = 0;
  std::vector<double> low, high;           ///< [tags][points]
  std::vector<std::string> shape_tags;     ///< axis aligned: whose slopes are warped
  std::vector<double> shape, shape_scale;  ///< [points][shape_tags] slopes per step over their scale, and the scales
  std::vector<std::string> end_tags;       ///< where they must be at the end of the phase
  std::vector<double> end_low, end_high;
  double least_s = 0, most_s = 0;  ///< how long the phase takes; 0, 0: any time
  std::size_t points() const { return tags.empty() ? 0 : low.size() / tags.size(); }
  friend bool operator==(const GoldenCell&, const GoldenCell&) = default;
};

/// The golden profile: the accepted centre and tube of each CPP in its context. Changed only by an approved step. A plain value; part of a
/// bundle as golden.json.
struct GoldenProfile {
  double tolerance = 0.05;  ///< a throughput belongs to a class so near
  double settle_s = 0;      ///< for so long after a move of the throughput the bands of both classes and of those between them are allowed
  std::vector<double> throughputs;  ///< classes, ascending
  std::vector<GoldenCell> cells;
  bool empty() const { return cells.empty(); }
  friend bool operator==(const GoldenProfile&, const GoldenProfile&) = default;
};

std::string write_golden(const GoldenProfile& profile);
/// Reads what write_golden wrote; every fault at once, `where` in front of each.
Checked<GoldenProfile> read_golden(std::string_view text, std::string_view where);

/// One watched tag outside its tube.
struct GoldenPart {
  std::size_t tag = 0;  ///< place in GoldenModel::tags
  float excess = 0;     ///< as in Conformance::excess
};

/// How the present frame conforms to the golden profile.
struct Conformance {
  bool known = false;         ///< false: less than half of the watched tags have a profile in this context
  double index = 100;         ///< 100 inside every tube; 100·exp(-0.5·mean of squared excess distances)
  std::vector<float> excess;  ///< by watched tag (GoldenModel::tags): signed distance outside its tube, in tube half-widths; 0 inside
  std::array<GoldenPart, 3> worst{};  ///< the farthest outside, falling
  std::size_t worst_count = 0;
};

/// Running state of the conformance of one line. A plain value; a cold frame begins it anew.
struct GoldenState {
  GoldenFollower::State follow;
  std::vector<DtwState> aligned;           ///< by unit
  std::vector<std::vector<double>> shape;  ///< by unit: sampled series of the shape tags, one after the other
  std::vector<double> phase_s;             ///< by unit: how long its phase has lasted; negative: its beginning was not seen
  std::vector<float> ended;                ///< by watched tag: how far outside its phase ended; until the next batch
};

/// Holds one line's frames against a profile. A band is asked of the mean over 60 s, a tube of the mean over 10 s.
///
/// Threads  constant after construction. Errors: none after construction; tags that the line lacks are not watched.
class GoldenModel {
 public:
  GoldenModel(const GoldenProfile& profile, const Line& line);
  const std::vector<TagIndex>& tags() const { return follower_.tags(); }  ///< watched, in the order of Conformance::excess
  bool learned() const { return !profile_.empty(); }
  void step(const Frame& frame, const Context& context, GoldenState& state, Conformance& conformance) const;

 private:
  struct Placed {
    std::vector<std::int32_t> watched;  ///< of the cell's tags; -1: not in this line
    std::vector<std::int32_t> shape, ends;
    std::optional<OpenEndDtw> dtw;
  };
  struct Range {
    std::int32_t first = -1, last = -1;  ///< throughput classes that are allowed now; -1: none
  };

  Range classes_of(const GoldenFollower::State& follow) const;
  std::int32_t find(std::size_t unit, const GoldenFollower::UnitKey& key, double recipe, std::int32_t throughput) const;
  std::size_t compare_unit(std::size_t unit, const Frame& frame, const Context& context, Range range, const GoldenState& state,
                           Conformance& conformance) const;
  std::size_t compare_bands(std::span<const std::int32_t> cells, const GoldenState& state, Conformance& conformance) const;
  std::size_t compare_tubes(std::span<const std::int32_t> cells, double position, const GoldenState& state, Conformance& conformance) const;
  std::optional<double> position_of(const GoldenCell& cell, std::size_t unit, const UnitContext& own, const Frame& frame,
                                    const GoldenState& state) const;
  void follow_phase(std::size_t unit, const Context& context, GoldenState& state) const;
  void end_phase(std::size_t unit, std::int32_t cell, GoldenState& state) const;
  void align(std::size_t unit, std::int32_t cell, GoldenState& state) const;
  void conclude(std::size_t compared, const GoldenState& state, Conformance& conformance) const;

  GoldenProfile profile_;
  GoldenFollower follower_;
  std::vector<Placed> placed_;                    // by cell
  std::vector<std::vector<std::int32_t>> cells_;  // by unit
};

}  // namespace steadyline
