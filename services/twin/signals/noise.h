#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/units.h"

namespace steadyline {

using NoiseId = Strong<struct NoiseIdTag, std::uint32_t>;

/// All Gaussian noises of a run, one number a second each, drawn together (vectorised): white or AR(1), stationary sd 1.
///
/// Names    a noise is named by unit and cause; its numbers depend on (seed, name, second) alone, so a noise added elsewhere, or a fault, changes none.
/// Values   copyable: the copy goes on with the same numbers.
/// Threads  one at a time.
class NoiseBank {
 public:
  explicit NoiseBank(std::uint64_t seed) : seed_{seed} {}
  /// Registers a noise; before the first `next`.
  NoiseId add(std::string_view unit, std::string_view cause, double tau_s = 0);
  /// Draws the next second's numbers of all noises.
  void next();
  double operator[](NoiseId id) const { return state_[id.value]; }
  /// Numbers for the k-th part (k > 0) of this second: white noises are drawn afresh, slower ones stand. `numbers`: one a noise.
  void between(std::uint64_t k, std::vector<double>& numbers) const;
  std::uint64_t seed() const { return seed_; }
  void reseed(std::uint64_t seed) { drawn_from_ = seed; }  ///< the next numbers are another run's; names that hang on `seed` stay

 private:
  std::uint64_t seed_;
  std::uint64_t drawn_from_ = seed_;
  std::uint64_t second_ = 0;
  std::vector<std::uint64_t> streams_;
  std::vector<double> memory_, renewal_;  // phi = exp(-1 / tau), sqrt(1 - phi^2)
  std::vector<double> fresh_, state_;
};

/// The stream number of a cause of a unit: FNV-1a, 64 bits, of "unit#cause".
std::uint64_t stream_of(std::string_view unit, std::string_view cause);

}  // namespace steadyline
