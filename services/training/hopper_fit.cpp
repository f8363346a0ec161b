#include "training/hopper_fit.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace steadyline {
namespace {

constexpr double gravimetric = 1, refilled = 3;  // line.h, Unit::mode_tag
constexpr std::size_t least_refills = 5;
constexpr double to_sigma = 1.4826;  // of the median absolute deviation of a normal distribution

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// What one recording tells of a hopper: the losses between neighbouring frames, the last weights before its refills.
void look_at(const Recording& recording, TagIndex weight, TagIndex mode, std::vector<double>& losses, std::vector<double>& lowest) {
  const Frame* last = nullptr;
  for (const Frame& frame : recording.frames) {
    const bool known = frame.running && usable(frame.flaws[weight.value]) && usable(frame.flaws[mode.value]);
    if (known && last != nullptr && !frame.cold && last->values[mode.value] == gravimetric) {
      if (frame.values[mode.value] == gravimetric) losses.push_back(last->values[weight.value] - frame.values[weight.value]);
      if (frame.values[mode.value] == refilled) lowest.push_back(last->values[weight.value]);
    }
    last = known ? &frame : nullptr;
  }
}

}  // namespace

std::vector<Hopper> fit_hoppers(const Line& line, std::span<const UnitIndex> units, std::span<const Recording> recordings) {
  std::vector<Hopper> hoppers;
  for (const UnitIndex unit : units) {
    const std::optional<TagIndex> weight = hopper_weight(line, unit), mode = line.unit(unit).mode_tag;
    if (!weight || !mode) continue;
    std::vector<double> losses, lowest;
    for (const Recording& recording : recordings) look_at(recording, *weight, *mode, losses, lowest);
    if (lowest.size() < least_refills) continue;
    Hopper hopper{.unit = unit, .weight = *weight, .below = median(lowest), .loss = median(losses)};
    for (double& loss : losses) loss = std::fabs(loss - hopper.loss);
    hopper.scale = to_sigma * median(losses);
    if (hopper.scale > 0) hoppers.push_back(hopper);
  }
  return hoppers;
}

}  // namespace steadyline
