#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/bundle.h"

namespace steadyline {

/// How far a stage of a training is: all that it needs to go on as if it had never stopped. A plain value.
struct Checkpoint {
  std::string words;                         ///< where it stands, for people: "forecaster, epoch 7 of at most 20"
  std::map<std::string, std::string> facts;  ///< numbers and texts by name
  Tensors tensors;                           ///< finite numbers only

  void set(const std::string& name, double value);
  void set(const std::string& name, const std::vector<double>& values);
  /// What `set` was given, to the bit; NaN for whatever is not finite. Throws std::out_of_range where there is no such fact.
  double number(const std::string& name) const;
  std::vector<double> numbers(const std::string& name) const;
};

/// Whose checkpoint it is: what determines the bytes of the bundle, by name ("recordings": a SHA-256).
using TrainingIdentity = std::map<std::string, std::string>;

/// A checkpoint as its file holds it.
struct CheckpointFile {
  TrainingIdentity identity;
  Checkpoint checkpoint;
};
/// Text lines with their lengths, then safetensors; a SHA-256 over all of it in front. Equal values give equal bytes.
std::string write_checkpoint(const CheckpointFile& file);
/// Nothing where a bit is flipped or a byte missing.
std::optional<CheckpointFile> parse_checkpoint(std::string_view bytes);

}  // namespace steadyline
