#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/matrix.h"

namespace steadyline {

/// Rows by their fate, pooled over files, no point adjustment.
struct RowCounts {
  std::size_t tp = 0, fp = 0, tn = 0, fn = 0;
  void add(bool alarm, bool anomaly);
  double f1() const;
  double far() const;  ///< FP / (FP + TN)
  double mar() const;  ///< FN / (FN + TP)
};

/// One file of the Skoltech anomaly benchmark.
struct SkabFile {
  std::string name;
  std::vector<std::string> channels;
  Matrix rows;                ///< [rows][channels]
  std::vector<bool> anomaly;  ///< [rows]
};
Result<SkabFile> read_skab_file(const std::filesystem::path& file);

/// A method's counts, pooled; the counts of each file.
struct SkabRow {
  std::string method;
  RowCounts counts;
  std::vector<RowCounts> files;
};

struct SkabReport {
  std::vector<std::string> files;
  SkabRow health;                  ///< all channels, the one configuration
  SkabRow baseline;                ///< PCA T²/Q with EWMA, its level set so that it has health's false alarm rate
  SkabRow baseline_own;            ///< the same at its own level: 1 % of the fitting rows
  std::vector<SkabRow> without;    ///< health with each channel removed
  std::vector<SkabRow> published;  ///< leaderboard, where its file is at hand
  double seconds = 0;
  std::string to_json() const;
  /// Lines of text: method, F1, FAR %, MAR %.
  std::string table() const;
};

/// The protocol of the benchmark on every CSV file below `data`/data but those without an anomaly: one model per file, fitted on its first
/// 400 rows, judged on all later ones, causal. `data`: the folder that holds data/ and perhaps leaderboard_predictions_*.csv; or a folder
/// of files, or one file.
Result<SkabReport> run_skab(const std::filesystem::path& data);

}  // namespace steadyline
