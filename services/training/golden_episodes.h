#pragma once

#include <map>
#include <optional>
#include <vector>

#include "models/golden.h"

namespace steadyline {

/// Collects the trajectories that begin and end: refills, start-ups from empty, shutdowns, phases of batch-wise units. Those whose
/// beginning was not seen, and refills beside a move of the throughput, are left out.
class Episodes {
 public:
  explicit Episodes(const GoldenFollower& follower);
  void take(const Frame& frame, const Context& context, const GoldenFollower::State& state);
  void append_cells(GoldenProfile& profile);

 private:
  struct Key {
    std::size_t unit;
    std::int64_t phase;
    Activity activity;
    double recipe, rate;
    auto operator<=>(const Key&) const = default;
  };
  /// Fast means every five seconds from `begin` on.
  struct Trail {
    std::vector<float> values;     // [point][tag of the unit]
    std::vector<double> maturity;  // [point]; empty without such a tag
    std::vector<double> ends;      // [tag of the unit], at the end
    double length_s = 0;
    std::size_t points = 0;
  };
  struct Open {
    Key key;
    Trail trail;
  };

  std::optional<Key> kind_of(std::size_t unit, const Context& context, const GoldenFollower::State& state) const;
  void begin(std::size_t unit, const Key& key, const UnitContext& own);
  void grow(std::size_t unit, const Frame& frame, const UnitContext& own, const GoldenFollower::State& state);
  void remember(std::size_t unit, const GoldenFollower::State& state);
  void append_elapsed(const Key& key, const std::vector<Trail>& trails, GoldenProfile& profile) const;
  void append_maturity(const Key& key, const std::vector<Trail>& trails, GoldenProfile& profile) const;
  void append_aligned(const Key& key, const std::vector<Trail>& trails, GoldenProfile& profile) const;
  void add_ends(const Key& key, const std::vector<Trail>& trails, GoldenCell& cell) const;
  GoldenCell new_cell(const Key& key, GoldenAxis axis, std::size_t episodes) const;
  /// Puts the tube around the values that each point has met: [point][tag][values].
  void add_tube(const Key& key, const std::vector<std::vector<std::vector<double>>>& met, GoldenCell& cell) const;

  const GoldenFollower* follower_;
  std::map<Key, std::vector<Trail>> trails_;
  std::vector<std::optional<Open>> open_;              // by unit
  std::vector<std::vector<std::vector<float>>> past_;  // by unit, second: fast means of the last ten seconds, the oldest first
};

}  // namespace steadyline
