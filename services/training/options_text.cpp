#include "training/options_text.h"

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/numeric.h"

namespace steadyline {
namespace {

void append(std::string& out, double value) { numeric::append_number(out, value); }
void append(std::string& out, std::int64_t value) { out += std::to_string(value); }
void append(std::string& out, std::uint64_t value) { out += std::to_string(value); }
void append(std::string& out, int value) { out += std::to_string(value); }
void append(std::string& out, const std::vector<double>& values) {
  for (const double value : values) append(out, value), out += ',';
}

template <class Value>
void named(std::string& out, std::string_view name, const Value& value) {
  out += name;
  out += ' ';
  append(out, value);
  out += "; ";
}

}  // namespace

std::string to_text(const TrainOptions& options) {
  // By structured binding: an option that is added and forgotten here does not compile.
  const auto& [seed, hidden, layers, epochs, patience, learning_rate, chunk_frames, streams, weight_decay, ridge, own_ridge, mask_share,
               level_jitter, horizons_s, quantiles, fast_span_s, slow_span_s, clip, ladder_s, autoencoder_hidden, autoencoder_bottleneck,
               autoencoder_epochs, smooth_frames, false_alarms_per_24h, drift_alarms_per_24h, recorded_drift_alarms_per_24h, split] =
      options;
  static_cast<void>(split);
  std::string out;
  named(out, "seed", seed);
  named(out, "hidden", hidden);
  named(out, "layers", layers);
  named(out, "epochs", epochs);
  named(out, "patience", patience);
  named(out, "learning rate", learning_rate);
  named(out, "chunk", chunk_frames);
  named(out, "streams", streams);
  named(out, "weight decay", weight_decay);
  named(out, "ridge", ridge);
  named(out, "own ridge", own_ridge);
  named(out, "mask share", mask_share);
  named(out, "level jitter", level_jitter);
  named(out, "horizons", horizons_s);
  named(out, "quantiles", quantiles);
  named(out, "fast span", fast_span_s);
  named(out, "slow span", slow_span_s);
  named(out, "clip", clip);
  named(out, "ladder", ladder_s);
  named(out, "autoencoder hidden", autoencoder_hidden);
  named(out, "autoencoder bottleneck", autoencoder_bottleneck);
  named(out, "autoencoder epochs", autoencoder_epochs);
  named(out, "smooth", smooth_frames);
  named(out, "false alarms", false_alarms_per_24h);
  named(out, "drift alarms", drift_alarms_per_24h);
  named(out, "recorded drift alarms", recorded_drift_alarms_per_24h);
  return out;
}

}  // namespace steadyline
