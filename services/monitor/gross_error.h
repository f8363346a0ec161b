#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "line/line.h"
#include "models/drift.h"

namespace steadyline {

/// One thing that may be wrong, and how it would show in the relations: an instrument that reads too high, or a material of other content.
struct GrossError {
  UnitIndex unit;
  std::vector<TagIndex> accused;                          ///< the tags that it is told by, the likeliest first
  std::vector<TagIndex> concerned;                        ///< tags whose deviation it explains
  bool material = false;                                  ///< the instruments are right
  bool scale = false;                                     ///< the instrument is a feeder's scale
  std::vector<UnitIndex> from = {};                       ///< units with whose lots that material comes
  std::vector<std::pair<std::size_t, double>> signature;  ///< channel, and its excess; of length 1
};

/// The suspected error and how much it explains, as the length of the excesses' part along its signature; 1: as far as one relation's
/// limit.
struct FoundError {
  const GrossError* error;
  double size;
};

/// The gross-error test over all relations: generalised likelihood ratio of one error at a time (Narasimhan and Mah 1987; Narasimhan and
/// Jordache 2000, ch. 7). A reading that is wrong by a share moves each relation by that relation's derivative; in units of the relations'
/// limits this is its signature. The error whose signature fits the excesses best is suspected.
///
/// Threads  constant after construction. `line` need not outlive it. Errors: none; without relations it suspects nothing.
class GrossErrors {
 public:
  GrossErrors() = default;
  /// `channels` are those made from `spec`.
  GrossErrors(const Line& line, const DriftSpec& spec, std::span<const DriftChannel> channels);
  /// `excess`: signed, by channel; `unit`: that raised the alarm, a little likelier than others; `new_lot`: by unit, whether another lot
  /// may be in its hopper than before (without it no material changes); empty: may be everywhere.
  std::optional<FoundError> find(std::span<const float> excess, std::optional<UnitIndex> unit, std::span<const char> new_lot = {}) const;
  const std::vector<GrossError>& errors() const { return errors_; }
  const GrossError* scale_of(UnitIndex unit) const;  ///< of a feeder; null: it has none, or nothing shows it
  const GrossError* material() const;                ///< of other content; null: no probes see it

 private:
  std::vector<GrossError> errors_;
};

}  // namespace steadyline
