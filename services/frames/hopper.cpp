#include "frames/hopper.h"

#include <algorithm>
#include <cmath>

#include "frames/context.h"

namespace steadyline {
namespace {

constexpr double not_by_the_screw = 30;  // spreads of the loss: what moves the weight so much is a refill, or a hand
constexpr double usual_span = 60, unknown_after = 10;  // frames
constexpr std::size_t settled = 4;                     // place of the mean that tells the loss behind a refill

/// Counts a loss in, if the screw alone made it; otherwise all means begin anew.
void count_loss(const Hopper& hopper, double loss, bool usual, HopperState& state) {
  if (std::fabs(loss - hopper.loss) > not_by_the_screw * hopper.scale) {
    state.counted = 0;
    return;
  }
  state.counted += 1;
  for (std::size_t k = 0; k < loss_spans.size(); ++k)
    state.loss[k] += std::max(1 / (loss_spans[k] + 1), 1 / state.counted) * (loss - state.loss[k]);
  if (usual) state.usual += (loss - state.usual) / (usual_span + 1);
}

/// Weight of each age: 1 at it, falling to 0 at its neighbours.
double share_of_age(std::size_t k, double age_s) {
  const double before = k == 0 ? 0 : refill_ages_s[k - 1];
  const double after = k + 1 == refill_ages_s.size() ? refill_tail_s : refill_ages_s[k + 1];
  const double at = refill_ages_s[k];
  return std::max(0.0, age_s < at ? (age_s - before) / (at - before) : (after - age_s) / (after - at));
}

}  // namespace

void step_hopper(const Hopper& hopper, std::optional<double> weight, double refill_s, double period_s, HopperState& state, std::span<float> out) {
  std::fill(out.begin(), out.end(), 0.0F);
  state.missing += 1;
  if (weight && state.seen) {
    count_loss(hopper, (state.weight - *weight) / state.missing, refill_s >= refill_tail_s, state);
  } else if (weight) {
    state.usual = hopper.loss;
  }
  if (weight) {
    state.seen = true;
    state.weight = *weight;
    state.missing = 0;
  }
  if (state.missing > unknown_after) state.counted = 0;
  if (state.counted == 0) return;
  std::size_t at = 0;
  const auto put = [&](double value) { out[at++] = static_cast<float>(value); };
  for (std::size_t k = 0; k < loss_spans.size(); ++k)
    put((state.loss[k] - (k + 1 < loss_spans.size() ? state.loss[k + 1] : state.usual)) / hopper.scale);
  put((state.usual - hopper.loss) / hopper.scale);
  const double left = std::max(0.0, state.weight - hopper.below);
  const double due_s = state.usual > 0 ? period_s * left / state.usual : due_spans_s.back();
  for (const double span_s : due_spans_s) put(std::max(0.0, 1 - due_s / span_s));
  for (std::size_t k = 0; k < refill_ages_s.size(); ++k) put(share_of_age(k, refill_s) * (state.loss[settled] - state.usual) / hopper.scale);
}

std::optional<TagIndex> hopper_weight(const Line& line, UnitIndex unit) { return line.find_tag(unit, "netweight_pv"); }

}  // namespace steadyline
