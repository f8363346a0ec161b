#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "training/networks.h"
#include "training/torch_state.h"
#include "training/torch_tensors.h"

namespace steadyline::networks {
namespace {

constexpr const char* stage = "autoencoder";
constexpr double learning_rate = 3e-3;
constexpr std::int64_t batch = 512;
constexpr std::int64_t judged_at_most = 20'000;  // rows: enough for a curve

torch::Tensor matrix_of(const std::vector<float>& rows, std::int64_t width) {
  return torch::from_blob(const_cast<float*>(rows.data()), {static_cast<std::int64_t>(rows.size()) / width, width}).clone();
}

class AutoencoderFit {
 public:
  AutoencoderFit(const std::vector<float>& rows, const std::vector<float>& judged, const std::vector<std::int64_t>& layers, const TrainOptions& options, const FitAside& aside)
      : options_{options}, aside_{aside}, data_{matrix_of(rows, layers.front())}, judged_{matrix_of(judged, layers.front())} {
    judged_ = judged_.slice(0, 0, judged_.size(0), std::max<std::int64_t>(1, judged_.size(0) / judged_at_most)).contiguous();
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
      parts_.emplace_back(torch::nn::LinearOptions(layers[i], layers[i + 1]));
      for (const torch::Tensor& p : parts_.back()->parameters()) parameters_.push_back(p);
    }
  }

  void run() {
    torch::optim::Adam optimizer{parameters_, torch::optim::AdamOptions(learning_rate)};
    const int done = begin(optimizer);
    for (int epoch = done + 1; epoch <= options_.autoencoder_epochs; ++epoch) {
      curve_.train.push_back(teach(optimizer, epoch));
      curve_.calibrate.push_back(measure());
      keep(optimizer, epoch);
      if (aside_.done) aside_.done(epoch, options_.autoencoder_epochs, curve_.train.back(), curve_.calibrate.back());
    }
    if (aside_.course == nullptr) return;
    aside_.course->autoencoder = curve_;
    aside_.course->took("autoencoder", clock_.seconds());
  }

  void write(Tensors& tensors) const {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      tensors["autoencoder." + std::to_string(i) + ".weight"] = from_torch(parts_[i]->weight);
      tensors["autoencoder." + std::to_string(i) + ".bias"] = from_torch(parts_[i]->bias);
    }
  }

 private:
  torch::Tensor again(const torch::Tensor& x) {
    torch::Tensor y = x;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      y = parts_[i](y);
      if (i + 1 < parts_.size()) y = torch::tanh(y);
    }
    return y;
  }

  /// One pass over the rows in random order: their mean loss.
  double teach(torch::optim::Adam& optimizer, int epoch) {
    const std::int64_t count = data_.size(0);
    const torch::Tensor order = torch::randperm(count);
    for (auto& group : optimizer.param_groups())  // falls to a tenth over the epochs
      static_cast<torch::optim::AdamOptions&>(group.options()).lr(learning_rate * std::pow(0.1, static_cast<double>(epoch) / options_.autoencoder_epochs));
    double total = 0;
    for (std::int64_t first = 0; first < count; first += batch) {
      const torch::Tensor x = data_.index_select(0, order.slice(0, first, std::min(count, first + batch)));
      const torch::Tensor loss = torch::nn::functional::smooth_l1_loss(again(x), x);
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
      total += loss.item<double>() * static_cast<double>(x.size(0));
    }
    return total / static_cast<double>(count);
  }

  /// Of rows that do not teach.
  double measure() {
    const torch::NoGradGuard no_gradients;
    return torch::nn::functional::smooth_l1_loss(again(judged_), judged_).item<double>();
  }

  /// How many epochs a checkpoint has.
  int begin(torch::optim::Adam& optimizer) {
    const auto kept = aside_.checkpoints == nullptr ? std::nullopt : aside_.checkpoints->read(stage);
    if (!kept) return 0;
    restore_learning<torch::optim::AdamParamState>(*kept, parameters_, optimizer);
    curve_ = {kept->numbers("losses, train"), kept->numbers("losses, calibrate")};
    clock_ = StageClock{kept->number("seconds")};
    restore_random_state(*kept);
    return static_cast<int>(curve_.train.size());
  }

  void keep(torch::optim::Adam& optimizer, int epoch) {
    if (aside_.checkpoints == nullptr || data_.size(0) == 0) return;  // without rows the optimiser has no state
    Checkpoint checkpoint;
    checkpoint.words = "autoencoder, epoch " + std::to_string(epoch) + " of " + std::to_string(options_.autoencoder_epochs);
    keep_learning<torch::optim::AdamParamState>(optimizer, parameters_, checkpoint);
    checkpoint.set("losses, train", curve_.train);
    checkpoint.set("losses, calibrate", curve_.calibrate);
    checkpoint.set("seconds", clock_.seconds());
    keep_random_state(checkpoint);
    aside_.checkpoints->write(stage, checkpoint);
  }

  const TrainOptions& options_;
  const FitAside& aside_;
  torch::Tensor data_, judged_;
  std::vector<torch::nn::Linear> parts_;
  std::vector<torch::Tensor> parameters_;
  LossCurve curve_;
  StageClock clock_;
};

}  // namespace

void fit_autoencoder(const std::vector<float>& rows, const std::vector<float>& judged, const std::vector<std::int64_t>& layers, const TrainOptions& options,
                     Tensors& tensors, const FitAside& aside) {
  AutoencoderFit fit{rows, judged, layers, options, aside};
  fit.run();
  fit.write(tensors);
}

}  // namespace steadyline::networks
