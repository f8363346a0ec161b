#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <string_view>
#include <vector>

#include "frames/context.h"
#include "frames/frame.h"
#include "line/line.h"
#include "training/production.h"

namespace steadyline {

inline constexpr std::size_t baseline_count = 4;
/// "fixed limits", "PCA T2/Q with EWMA", "dynamic PCA", "CVA".
extern const std::array<std::string_view, baseline_count> baseline_names;

/// T2 within the first directions of a covariance and Q beside them, each over its limit in the context.
struct Subspace {
  std::size_t inputs = 0, kept = 0;
  std::vector<double> directions;                    ///< [kept][inputs]
  std::vector<double> variances;                     ///< [kept]
  std::array<double, 3> limit_in{}, limit_beside{};  ///< by context
};

/// The classical statistics of process monitoring, learned from the same line and judged in the same contexts as the models: MacGregor &
/// Kourti 1995 (PCA), Ku, Storer & Georgakis 1995 (dynamic PCA), Odiowei & Cao 2010 (CVA).
///
/// Inputs   the modelled tags, less what follows from throughput and recipe (a regression), over their spread; an unusable one counts as
///          its mean.
/// Limits   99.9 % of normal running in each context: steady, at a refill, after a move or start. The statistic is the larger of T2 and Q
///          over theirs, so 1 is the nominal limit; the fixed limits' is the largest |60 s mean| in spreads, over 3.
/// Threads  const after learning.
class DetectionBaselines {
 public:
  struct State {
    std::vector<double> fast;              // EWMA of the inputs
    std::vector<double> mean;              // slower one, the 60 s mean
    std::deque<std::vector<double>> past;  // inputs every lag, newest last
    std::array<double, baseline_count> smooth{};
    std::size_t seconds = 0;
  };

  /// Learns from every 30th frame; the last third of the runs sets the limits.
  DetectionBaselines(const Line& line, const Production& normal, std::size_t runs);

  /// The statistics of the next frame; NaN where the line does not run or has not run for `warm_up_s`.
  std::array<double, baseline_count> step(const Frame& frame, const Context& context, bool settled, State& state) const;

 private:
  struct Sample {
    std::size_t run = 0, context = 0;
    double throughput = 0, recipe = 0;
    std::vector<double> raw;
  };
  void learn_inputs(const std::vector<Sample>& samples);
  std::vector<double> inputs_of(const std::vector<double>& raw, double throughput, double recipe) const;
  std::vector<double> raw_of(const Frame& frame) const;
  double other_recipe(double recipe) const { return recipe == recipe_ ? 0 : 1; }
  void learn_cva(const std::vector<std::vector<double>>& past, const std::vector<std::vector<double>>& future);

  std::vector<std::size_t> tags_;
  double recipe_ = 0;                              // the one most often seen
  std::vector<std::array<double, 3>> regression_;  // by input: at 25 kg/h, per kg/h, other recipe
  std::vector<double> spread_;
  Subspace pca_, dynamic_, cva_;
  std::vector<double> whitening_;  // [inputs][inputs] of the stacked past
};

}  // namespace steadyline
