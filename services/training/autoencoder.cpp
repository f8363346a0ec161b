#include <torch/torch.h>

#include <cmath>

#include "training/networks.h"
#include "training/torch_tensors.h"

namespace steadyline::networks {

double fit_autoencoder(const std::vector<float>& rows, const std::vector<std::int64_t>& layers, const TrainOptions& options, Tensors& tensors,
                       const EpochDone& done) {
  const std::int64_t width = layers.front();
  const std::int64_t count = static_cast<std::int64_t>(rows.size()) / width;
  const torch::Tensor data = torch::from_blob(const_cast<float*>(rows.data()), {count, width}).clone();
  std::vector<torch::nn::Linear> parts;
  std::vector<torch::Tensor> parameters;
  for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
    parts.emplace_back(torch::nn::LinearOptions(layers[i], layers[i + 1]));
    for (const torch::Tensor& p : parts.back()->parameters()) parameters.push_back(p);
  }
  torch::optim::Adam optimizer{parameters, torch::optim::AdamOptions(3e-3)};
  constexpr std::int64_t batch = 512;
  double mean = 0;
  for (int epoch = 1; epoch <= options.autoencoder_epochs; ++epoch) {
    const torch::Tensor order = torch::randperm(count);
    for (auto& group : optimizer.param_groups())  // falls to a tenth over the epochs
      static_cast<torch::optim::AdamOptions&>(group.options()).lr(3e-3 * std::pow(0.1, static_cast<double>(epoch) / options.autoencoder_epochs));
    double total = 0;
    for (std::int64_t first = 0; first < count; first += batch) {
      const torch::Tensor x = data.index_select(0, order.slice(0, first, std::min(count, first + batch)));
      torch::Tensor y = x;
      for (std::size_t i = 0; i < parts.size(); ++i) {
        y = parts[i](y);
        if (i + 1 < parts.size()) y = torch::tanh(y);
      }
      const torch::Tensor loss = torch::nn::functional::smooth_l1_loss(y, x);
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
      total += loss.item<double>() * static_cast<double>(x.size(0));
    }
    mean = total / static_cast<double>(count);
    if (done) done(epoch, options.autoencoder_epochs, mean, mean);
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    tensors["autoencoder." + std::to_string(i) + ".weight"] = from_torch(parts[i]->weight);
    tensors["autoencoder." + std::to_string(i) + ".bias"] = from_torch(parts[i]->bias);
  }
  return mean;
}

}  // namespace steadyline::networks
