#include "twin/signals/auxiliary.h"

#include <cmath>

#include "core/error.h"
#include "core/numeric.h"
#include "core/philox.h"

namespace steadyline {
namespace {

// A follower looks at its source this often: machines report such values slowly, and rarely enough to cost nothing.
constexpr std::uint64_t looks_every_s = 4;

double approach_of(double tau_s) { return tau_s > 0 ? 1 - numeric::exp(-static_cast<double>(looks_every_s) / tau_s) : 1; }

}  // namespace

Auxiliary::Auxiliary(const std::vector<AuxiliaryParameters>& recipes, Board& board) {
  for (const AuxiliaryParameters& recipe : recipes) {
    const auto slash = recipe.tag.find('/');
    const SignalId signal = board.add(recipe.tag.substr(0, slash), recipe.tag.substr(slash + 1));
    if (!recipe.of.empty()) {
      const auto source = board.find(recipe.of);
      STEADYLINE_ASSERT(source, "call unsimulated() first and show what it says");
      followers_.push_back({signal, *source, recipe.gain, recipe.offset, approach_of(recipe.tau_s), 0});
    } else if (recipe.per_s > 0) {
      counters_.push_back({signal, recipe.per_s, recipe.offset});
    } else {
      const double per_s = recipe.step_every_s > 0 ? 1 / recipe.step_every_s : 0;
      steppers_.push_back({signal, recipe.offset, recipe.offset, recipe.step, per_s, stream_of(recipe.tag, "step")});
      board.set(signal, recipe.offset);
    }
  }
}

void Auxiliary::step(Board& board) {
  const std::uint64_t turn = second_ % looks_every_s;
  for (std::size_t i = second_ == 0 ? 0 : turn; i < followers_.size(); i += second_ == 0 ? 1 : looks_every_s) {
    Follower& f = followers_[i];
    const double source = board.value(f.source);
    f.state = second_ == 0 ? source : f.state + f.approach * (source - f.state);
    board.set(f.signal, f.gain * f.state + f.offset);
  }
  for (const Counter& c : counters_) board.set(c.signal, c.offset + static_cast<double>(static_cast<std::uint64_t>(c.per_s * static_cast<double>(second_))));
  // Each stepper has its turn once a minute, so that a hundred of them cost two random numbers a second.
  for (std::size_t i = second_ % 60; i < steppers_.size(); i += 60) {
    Stepper& s = steppers_[i];
    if (s.per_s <= 0) continue;
    const RandomStream stream{board.seed(), s.stream};
    const double draw = stream.uniform(second_);
    if (draw >= 60 * s.per_s) continue;
    const bool up = draw < 30 * s.per_s;
    if (std::fabs(s.value + (up ? s.step : -s.step) - s.centre) <= 3 * std::fabs(s.step)) s.value += up ? s.step : -s.step;
    board.set(s.signal, s.value);
  }
  ++second_;
}

}  // namespace steadyline
