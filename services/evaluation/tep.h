#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"

namespace steadyline {

/// Share of the samples after a fault's onset that raise no alarm, by method; and the delay of the first alarm that stays for six samples.
struct TepMethod {
  std::string name;
  double false_alarms = 0;            ///< share of the normal run's rows above the level
  std::vector<double> missed;         ///< by fault, as TepReport::faults
  std::vector<double> delay_samples;  ///< the same; -1: never
};

struct TepReport {
  std::vector<int> faults;  ///< 1..10, those at hand
  TepMethod health;
  std::vector<TepMethod> baselines;    ///< PCA, PCA with EWMA, dynamic PCA, CVA in the same run
  std::vector<double> published_dpca;  ///< best of T² and Q in missed_detection_rates.csv; empty where absent
  double seconds = 0;
  std::string to_json() const;
  std::string table() const;
};

/// The protocol of Russell, Chiang & Braatz 2000 on `data` (d00.dat, dNN_te.dat): fitted on d00, one joint alarm whose level 1 % of d00_te
/// pass, judged on samples 161.. of each faulty run.
Result<TepReport> run_tep(const std::filesystem::path& data);

}  // namespace steadyline
