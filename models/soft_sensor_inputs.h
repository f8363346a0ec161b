#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "frames/frame.h"
#include "line/line.h"

namespace steadyline {

/// One number that soft sensors reckon with: a tag, its logarithm, or one tag's share of several in per cent; then through `tanks` equal
/// stirred tanks of `tank_s` each, which smooth as one does and delay as many do (LINE §3.2: residence times).
struct SoftInput {
  enum class Kind : std::uint8_t { plain, log, share };
  Kind kind = Kind::log;
  std::vector<std::string> tags;  ///< unit/tag; of a share the ingredient's own first, then all
  double tank_s = 30;
  std::int64_t tanks = 1;
  friend bool operator==(const SoftInput&, const SoftInput&) = default;
};

/// What the inputs remember. A plain value.
struct SoftInputState {
  std::vector<double> tanks;       ///< of all inputs in order; the last of each is its value
  std::vector<double> unusable_s;  ///< for how long the input had no usable reading
  double ran_s = 0;                ///< since the start, standstills left out
  double since_stand_s = 0;        ///< since the line last stood
  bool begun = false;
};

/// Follows the inputs of one line's frames. While the line stands nothing moves: the material waits too.
///
/// Threads  constant after construction. Errors: none; `complete()` is false where the line lacks a tag.
class SoftInputs {
 public:
  SoftInputs(const std::vector<SoftInput>& inputs, const Line& line);
  std::size_t size() const { return inputs_.size(); }
  bool complete() const { return complete_; }
  /// Takes a frame, into `values` one number per input. False: none to be trusted (line stands or has just started, no reading for
  /// `patience_s`, material not yet through).
  bool step(const Frame& frame, SoftInputState& state, std::vector<double>& values) const;

  static constexpr double patience_s = 120;  ///< so long an input keeps its value without a usable reading

 private:
  struct Input {
    SoftInput::Kind kind;
    std::vector<TagIndex> tags;
    std::size_t first, tanks;  // places in SoftInputState::tanks
    double blend;              // share of the new in one step of one tank
  };
  std::optional<double> read(const Input& input, const Frame& frame) const;

  std::vector<Input> inputs_;
  std::size_t places_ = 0;
  double period_s_, settle_s_ = 0;
  bool complete_ = true;
};

}  // namespace steadyline
