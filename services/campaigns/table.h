#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"

namespace steadyline {

/// A stretch of a long run: one row a moment, the same columns throughout. A plain value.
struct Table {
  std::string name;                  ///< "frames", "truth", "tablets": the HDF5 group
  std::vector<std::string> columns;
  std::vector<std::int64_t> times_ms;  ///< end of each row's period, UTC since 1970
  std::vector<double> values;        ///< [rows][columns], row-major; NaN: no reading
  std::size_t rows() const { return times_ms.size(); }
};

/// The bytes of an HDF5 file with one group named like the table: `axis0` column names, `axis1` times (ns), `block0_values` [rows][columns], shuffled
/// and deflated in chunks. It is the layout of pandas' fixed format, so `pandas.read_hdf(file, "frames")` gives a DataFrame and h5py the arrays.
/// Bits    a function of the table alone: no time of writing, no name.
/// Memory  about the size of the compressed table, beside the table. Threads: one call at a time (the HDF5 library is not made for more).
Result<std::string> hdf5_image(const Table& table);

/// How a CSV file is spelt.
struct CsvSpelling {
  char separator = ',', decimal = '.';
  bool local_time = false;  ///< "2026-11-20 09:00:01.000", without zone: the clock of central Europe in winter, UTC + 1 h the year round
};
/// As a plant's recorder with European settings writes: for scenarios with `data_traps`.
inline constexpr CsvSpelling recorded_spelling{';', ',', true};

/// The same as text: `time,unit/tag,…`, RFC 3339 times, shortest numbers that read back to the same double, empty cells for no reading.
std::string csv_text(const Table& table, bool with_header, const CsvSpelling& spelling = {});

}  // namespace steadyline
