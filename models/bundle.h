#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/error.h"
#include "frames/features.h"
#include "line/line.h"
#include "models/drift.h"
#include "models/golden.h"
#include "models/soft_sensors.h"

namespace steadyline {

/// Row-major float32 numbers with their shape, as safetensors stores them.
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
  friend bool operator==(const Tensor&, const Tensor&) = default;
};
using Tensors = std::map<std::string, Tensor>;

/// The multi-horizon quantile LSTM. Inputs: step_features' vector [I]; one LSTM layer [H]; heads read [h ; x] and give
/// [targets][horizons][quantiles] in scaled units z = (v - center) / scale, sorted by quantile, widened by the conformal shifts.
/// Tensors (PyTorch names and shapes, gate order i,f,g,o): "forecaster.lstm.weight_ih_l0" [4H][I], "...weight_hh_l0" [4H][H],
/// "...bias_ih_l0", "...bias_hh_l0" [4H], "forecaster.heads.weight" [targets*horizons*quantiles][H], "forecaster.heads.bias";
/// to them is added, in double precision, a linear forecast of the context's group: "forecaster.linear.weight" [groups][targets*horizons][linear_size]
/// over the network's inputs and the target's own (FeatureSpec::own_inputs; beyond these 0), "forecaster.linear.bias" [groups][targets*horizons*quantiles]. It goes from
/// the present value no further down and up than "forecaster.linear.reach" [groups][targets*horizons][2]. The network's part counts by the share "forecaster.trust" [groups][targets*horizons].
struct ForecasterSpec {
  std::int64_t hidden = 0;
  std::vector<std::size_t> targets;   ///< places in FeatureSpec::tags
  std::vector<double> horizons_s;     ///< ascending, multiples of the line's period
  std::vector<double> quantiles;      ///< ascending, odd count, the middle one is 0.5
  std::vector<double> conformal_low;  ///< [groups][targets][horizons], z units, added below the lowest quantile
  std::vector<double> conformal_high; ///< the same above the highest
  std::vector<double> conformal_mid;  ///< the same size, added to the middle quantile
  static constexpr std::size_t groups = standing_group + 1;  ///< of a target: steady, its own unit under refill, the line unsettled, starting up, in unrest, in turmoil, its own unit standing
};

/// The autoencoder. Input [2n]: z of each modelled tag, then its fast EWMA; dense-tanh layers "autoencoder.0.weight" [out][in],
/// "autoencoder.0.bias", "autoencoder.1.…", the last layer is linear and gives [2n] back. Without layers x̂ is 0: too little was seen.
/// Residual r_i = (x_i - x̂_i) / error_scale_i. Statistic of each span k: T²_k = |V_k m_k|², m_k the EWMA of the first n residuals over
/// spans[k] frames, V_k the whitening of such means in normal running (tensor "health.whitening" [spans][n][n]); joined:
/// e = max T²_k / span_limits[k]. Without spans e = mean over usable tags of min(r_i², 100), smoothed by an EWMA of span smooth_s.
/// health = 100 * 2^(-max(0, e - e_typical) / (e_limit - e_typical)): 50 at the calibrated limit.
struct HealthSpec {
  std::vector<std::int64_t> layers;  ///< widths: 2n, h, b, h, 2n
  std::vector<double> error_scale;   ///< [2n]
  double smooth_s = 30;
  std::vector<double> spans;         ///< in frames, ascending, >= 1; may be empty
  std::vector<double> span_limits;   ///< one per span, > 0: brings the spans to a common tail
  double e_typical = 1;
  double e_limit = 10;
  double e_space = 40;               ///< mean of min(r_i², 100) of one frame; beyond this it is unlike anything trained: no verdict of the forecaster
};

/// Frozen models of one line: a folder with manifest.json, weights.safetensors, passport.md, where there are such models golden.json,
/// drift.json and soft_sensors.json, and SHA256SUMS over all of them, which `sha256sum -c` checks too. Other files there, such as the report of
/// the training, are not looked at. A plain value.
struct Bundle {
  std::string line;         ///< line id
  std::string line_sha256;  ///< of the description it was trained for
  Milliseconds period{1000};
  std::vector<std::string> tag_paths;  ///< of features.tags, for people and for the check against the line
  std::vector<std::string> guide_paths;  ///< of features.guides
  std::vector<std::string> hopper_paths; ///< of the weights of features.hoppers
  std::vector<std::string> unit_ids;     ///< of features.units
  FeatureSpec features;
  ForecasterSpec forecaster;
  HealthSpec health;
  GoldenProfile golden;             ///< these three may be empty: then the bundle has no such file
  DriftSpec drift;
  SoftSensorSpec soft_sensors;
  std::map<std::string, std::string> passport;  ///< free facts: training data fingerprint, period, seed, pins, libtorch, metrics
  Tensors tensors;
  std::string sha256;       ///< of manifest.json, which holds the hashes of the other files
};

/// Reads and checks a bundle folder: every hash, shape, tag and number. Refuses whole, all faults at once.
Checked<Bundle> load_bundle(const std::filesystem::path& folder, const Line& line);
/// The same without a line description at hand (bundle inspect|verify): tag k is then TagIndex{k}.
Checked<Bundle> load_bundle(const std::filesystem::path& folder);
/// Writes the folder; the bytes depend on the value alone. Sets bundle.sha256. Refuses what load_bundle would refuse, with its first fault.
Result<void> save_bundle(Bundle& bundle, const std::filesystem::path& folder);

}  // namespace steadyline
