#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/philox.h"

namespace steadyline {

/// What recorded files do wrong, each on a switch of its own. Rates are stretches (rows, refills) an hour and file; 0: off.
struct MsomTraps {
  std::uint64_t seed = 1;
  double swapped_dates = 0;       ///< stretches with day and month exchanged
  double coarse_times = 0;        ///< stretches of minutes without seconds: 60 rows of one time
  bool bare_midnights = false;    ///< rows at midnight have a date alone
  double corrupt_rows = 0;        ///< rows cut short, with a cell too many, or with a time that is none
  bool totalizer_wraps = false;   ///< totalizers begin shortly before their wrap
  double zero_stretches = 0;      ///< all cells of a feeder, or its weight, are 0 while it runs
  double refill_spikes = 0;       ///< share of the refills that end in flows down to -76 kg/h
  double odd_flags = 0;           ///< stretches in which a flag that is on reads 15.675, 5.5, 1.65 or 0.55
  double shifted_columns = 0;     ///< stretches in which columns of the press hold their left neighbour's number
  double duplicated_columns = 0;  ///< stretches in which a column of the press repeats another
};

/// Traps by their names, "swapped_dates" and so on, at the rates that belong to them; "all" and "none".
/// Errors   a name that is none; all of them in one.
Result<MsomTraps> msom_traps(const std::vector<std::string>& names, std::uint64_t seed);
/// The names, for help texts.
std::vector<std::string> msom_trap_names();

/// Rows or cells that each trap has spoilt, by its name.
using MsomPlanted = std::map<std::string, std::size_t>;

/// Stretches of one trap in one file, drawn second by second: begins about `per_h` times an hour, lasts from `low` to `high` rows.
class TrapStretches {
 public:
  TrapStretches(std::uint64_t seed, std::uint64_t stream, double per_h, int low, int high);

  /// The next row: is it inside a stretch?
  bool next();
  /// Of the present stretch, 0 <= pick < choices.
  int pick(int choices) const { return static_cast<int>(draw_ * choices); }

 private:
  RandomStream random_;
  double share_;
  int low_, high_;
  std::uint64_t row_ = 0;
  int left_ = 0;
  double draw_ = 0;
};

}  // namespace steadyline
