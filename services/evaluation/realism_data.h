#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "evaluation/press_statistics.h"
#include "line/line.h"
#include "training/options.h"

namespace steadyline {

/// Tag paths of a recording's line that are the readings realism is about.
struct PressRoles {
  std::string speed = "feeding/tbl_speed", force = "compression/main_comp", srel = "compression/srel", fill = "feeding/tbl_fill",
              ejection = "ejection/ejection";
};

/// Reads a recorded press: batches in the order of the file, one for each run of rows with the same campaign and batch. The data set's row
/// filter is not applied. `product`: name given to all of them. Rows set aside by the reader go to `notes`.
Result<std::vector<PressBatch>> read_press_batches(const Line& line, const Dataset& dataset, const std::filesystem::path& file,
                                                   const std::string& product, std::vector<std::string>& notes,
                                                   const PressRoles& roles = {});

/// One column of numbers of a separated table with a header row, by the text of its key column; cells that are no number are left out.
struct KeyedNumber {
  std::string key;
  double value;
};
Result<std::vector<KeyedNumber>> read_column(const std::filesystem::path& table, const std::string& key, const std::string& column,
                                             char separator = ';');

/// Ratios numerator / denominator of rows with the same key, ascending; only positive numbers.
std::vector<double> ratios(std::span<const KeyedNumber> numerators, std::span<const KeyedNumber> denominators);

}  // namespace steadyline
