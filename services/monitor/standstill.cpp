#include "monitor/standstill.h"

#include <optional>

namespace steadyline {
namespace {

enum PackMl { execute = 6, aborting = 8, aborted = 9, holding = 10, held = 11, unholding = 12 };
constexpr int production = 1;  // of the mode: 1 production, 2 maintenance, 3 manual

std::optional<int> read(const std::optional<TagIndex>& tag, const Frame& frame) {
  if (!tag || !usable(frame.flaws[tag->value])) return {};
  return static_cast<int>(frame.values[tag->value]);
}

}  // namespace

Sign Standstill::take(const Frame& frame) {
  if (frame.cold) produced_ = false;
  const auto state = read(line_->state_tag, frame);
  if (!state) return Sign::unknown;
  const bool stands = *state == holding || *state == held || *state == aborting || *state == aborted;
  if (*state == execute) produced_ = true;
  else if (!stands && *state != unholding) produced_ = false;
  if (*state == unholding) return Sign::between;
  return stands && produced_ && read(line_->mode_tag, frame).value_or(production) == production ? Sign::raise : Sign::clear;
}

}  // namespace steadyline
