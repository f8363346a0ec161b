#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "line/line.h"
#include "training/dataset_reader.h"
#include "training/options.h"

namespace steadyline {

/// What the check of recorded rows found: mended or told (`notes`, for the passport), or refused (`faults`).
struct DataCheck {
  std::vector<std::string> notes;  ///< "3.csv:main_comp: …"
  std::vector<Error> faults;       ///< all of them; with one, nobody should train on the rows
};

/// Holds rows against the line description and mends what is sure. `file` names them in notes and faults.
///
///   no reading   a column of a modelled tag without a number: refused; of another tag: told
///   constant     never moves: refused where the tag would be stuck (Tag::stuck_after_s), else told
///   duplicated   two columns equal digit by digit for 30 rows or more while they vary: these cells are set aside, told
///   shifted      columns hold their neighbours' numbers (by DataColumn::plausible): set aside, told
///   unit         the median lies outside the tag's limits by the factor of another unit (1000, 3600, 60, 3.6, 100, psi, bar, kgf, lbf; °F, K):
///                mended and told where one unit alone fits narrow limits, refused where the readings lie outside the tag's range
///   gaps         silences longer than Dataset::gap_s: counted, told
///   order        of the rows read, more than a twentieth went back in time: refused; fewer: told
DataCheck check_rows(const Line& line, const Dataset& dataset, const std::string& file, DataTable& table);

/// Whether day and month are exchanged in the data set's time format: read the other way round, `text` has far fewer jumps. The fault names
/// the other format.
std::vector<Error> check_dates(const Line& line, const Dataset& dataset, std::string_view text, const std::string& file);

/// read_dataset, check_dates and check_rows: the rows as they may teach; every fault at once. `notes` receives what was mended or told.
Checked<DataTable> read_checked_dataset(const Line& line, const Dataset& dataset, const std::filesystem::path& file, std::vector<std::string>& notes);

}  // namespace steadyline
