#include "training/torch_state.h"

#include <ATen/CPUGeneratorImpl.h>
#include <stdexcept>

namespace steadyline::networks {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

}  // namespace

void keep_random_state(Checkpoint& checkpoint) {
  const torch::Tensor state = at::detail::getDefaultCPUGenerator().get_state().contiguous();
  std::string text;
  for (std::int64_t i = 0; i < state.numel(); ++i) {
    const unsigned char byte = state.data_ptr<unsigned char>()[i];
    text += digits[byte / 16];
    text += digits[byte % 16];
  }
  checkpoint.facts["random state"] = text;
}

void restore_random_state(const Checkpoint& checkpoint) {
  const std::string& text = checkpoint.facts.at("random state");
  torch::Tensor state = torch::empty({static_cast<std::int64_t>(text.size() / 2)}, torch::kUInt8);
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    state.data_ptr<unsigned char>()[i / 2] = static_cast<unsigned char>(digits.find(text[i]) * 16 + digits.find(text[i + 1]));
  auto generator = at::detail::getDefaultCPUGenerator();
  generator.set_state(state);
}

void restore_values(const Checkpoint& checkpoint, const std::string& name, const torch::Tensor& tensor) {
  const torch::Tensor kept = to_torch(checkpoint.tensors.at(name));
  if (kept.sizes() != tensor.sizes()) throw std::out_of_range{"checkpoint: " + name + " has another shape"};  // copy_ would stretch it
  tensor.detach().copy_(kept);
}

}  // namespace steadyline::networks
