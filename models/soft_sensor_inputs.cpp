#include "models/soft_sensor_inputs.h"

#include <algorithm>

#include "core/numeric.h"

namespace steadyline {
namespace {

constexpr double warm_s = 60;  // after a start the press finds its rate

}  // namespace

SoftInputs::SoftInputs(const std::vector<SoftInput>& inputs, const Line& line) : period_s_{static_cast<double>(line.period.count()) / 1000} {
  for (const SoftInput& input : inputs) {
    Input made{input.kind, {}, places_, static_cast<std::size_t>(input.tanks), period_s_ / (period_s_ + input.tank_s)};
    for (const std::string& path : input.tags) {
      const auto tag = line.find_tag(path);
      complete_ = complete_ && tag.has_value();
      if (tag) made.tags.push_back(*tag);
    }
    places_ += made.tanks;
    const double mean_s = input.tank_s * static_cast<double>(input.tanks);
    settle_s_ = std::max(settle_s_, input.tanks > 1 ? 2 * mean_s : std::min(mean_s, warm_s));
    inputs_.push_back(std::move(made));
  }
}

std::optional<double> SoftInputs::read(const Input& input, const Frame& frame) const {
  const auto value = [&](TagIndex tag) -> std::optional<double> {
    if (!usable(frame.flaws[tag.value])) return std::nullopt;
    return frame.values[tag.value];
  };
  const auto own = value(input.tags.front());
  if (!own) return std::nullopt;
  if (input.kind == SoftInput::Kind::plain) return own;
  if (input.kind == SoftInput::Kind::log) return *own > 0 ? std::optional{numeric::log(*own)} : std::nullopt;
  double all = 0;
  for (std::size_t i = 1; i < input.tags.size(); ++i) {
    const auto part = value(input.tags[i]);
    if (!part) return std::nullopt;
    all += *part;
  }
  return all > 0 ? std::optional{100 * *own / all} : std::nullopt;
}

bool SoftInputs::step(const Frame& frame, SoftInputState& state, std::vector<double>& values) const {
  if (frame.cold || !state.begun) state = {std::vector<double>(places_), std::vector<double>(inputs_.size(), patience_s), 0, 0, true};
  values.resize(inputs_.size());
  if (!frame.running) state.since_stand_s = 0;
  if (!frame.running || !complete_) return false;
  state.ran_s += period_s_;
  state.since_stand_s += period_s_;
  bool trusted = state.ran_s >= settle_s_ && state.since_stand_s >= warm_s;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const Input& input = inputs_[i];
    double* const tanks = state.tanks.data() + input.first;
    const auto reading = read(input, frame);
    const bool fresh = state.unusable_s[i] >= patience_s;  // a mean over what was long ago means nothing
    state.unusable_s[i] = reading ? 0 : state.unusable_s[i] + period_s_;
    if (reading && fresh) std::fill_n(tanks, input.tanks, *reading);
    double flow = reading.value_or(tanks[0]);
    for (std::size_t k = 0; k < input.tanks; ++k) flow = tanks[k] += input.blend * (flow - tanks[k]);
    values[i] = flow;
    trusted = trusted && state.unusable_s[i] < patience_s;
  }
  return trusted;
}

}  // namespace steadyline
