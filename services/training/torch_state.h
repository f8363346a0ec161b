#pragma once

#include <memory>
#include <sstream>
#include <string>
#include <torch/torch.h>
#include <type_traits>
#include <vector>

#include "training/checkpoint.h"
#include "training/torch_tensors.h"

namespace steadyline::networks {

/// libtorch's random state, into a checkpoint and back.
void keep_random_state(Checkpoint& checkpoint);
void restore_random_state(const Checkpoint& checkpoint);

/// A tensor's numbers from a checkpoint, into the same memory.
void restore_values(const Checkpoint& checkpoint, const std::string& name, const torch::Tensor& tensor);

/// Under what an optimiser keeps the state of a parameter: its address, which libtorch before 2 writes as text.
template <class Key>
Key state_key(const torch::Tensor& parameter) {
  if constexpr (std::is_same_v<Key, std::string>) {
    std::ostringstream text;
    text << static_cast<void*>(parameter.unsafeGetTensorImpl());
    return text.str();
  } else {
    return static_cast<Key>(parameter.unsafeGetTensorImpl());
  }
}

/// Parameters and their moments, into a checkpoint. `State`: AdamParamState or AdamWParamState. After a step: throws where there is no
/// state yet.
template <class State>
void keep_learning(torch::optim::Optimizer& optimizer, const std::vector<torch::Tensor>& parameters, Checkpoint& checkpoint) {
  using Key = typename std::decay_t<decltype(optimizer.state())>::key_type;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto& state = static_cast<const State&>(*optimizer.state().at(state_key<Key>(parameters[i])));
    const std::string name = std::to_string(i);
    checkpoint.tensors["parameter." + name] = from_torch(parameters[i]);
    checkpoint.tensors["mean." + name] = from_torch(state.exp_avg());
    checkpoint.tensors["square." + name] = from_torch(state.exp_avg_sq());
    checkpoint.set("step." + name, static_cast<double>(state.step()));
  }
}

/// Back again, into an optimiser that has not stepped.
template <class State>
void restore_learning(const Checkpoint& checkpoint, const std::vector<torch::Tensor>& parameters, torch::optim::Optimizer& optimizer) {
  using Key = typename std::decay_t<decltype(optimizer.state())>::key_type;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string name = std::to_string(i);
    restore_values(checkpoint, "parameter." + name, parameters[i]);
    auto state = std::make_unique<State>();
    state->step(static_cast<std::int64_t>(checkpoint.number("step." + name)));
    state->exp_avg(to_torch(checkpoint.tensors.at("mean." + name)));
    state->exp_avg_sq(to_torch(checkpoint.tensors.at("square." + name)));
    optimizer.state()[state_key<Key>(parameters[i])] = std::move(state);
  }
}

}  // namespace steadyline::networks
