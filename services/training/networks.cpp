#include "training/networks.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>
#include <torch/version.h>

#include <array>
#include <cmath>
#include <limits>

#include "training/linear_start.h"
#include "training/torch_tensors.h"

namespace steadyline::networks {
namespace {

/// Parameters of the network that corrects the linear forecast.
struct Net {
  torch::Tensor w_ih, w_hh, b_ih, b_hh, head_h, head_b;
  torch::Tensor shift;  // [groups][outputs], of the linear forecast; fixed
  torch::Tensor trust;  // [groups][fans], share of the correction that is taken; 1 while learning

  std::vector<torch::Tensor> all() const { return {w_ih, w_hh, b_ih, b_hh, head_h, head_b}; }
};

Net begin(const torch::Tensor& shift, std::int64_t fans, std::int64_t inputs, std::int64_t hidden) {
  const double reach = 1 / std::sqrt(static_cast<double>(hidden));
  const auto uniform = [&](std::vector<std::int64_t> shape) { return torch::empty(shape).uniform_(-reach, reach); };
  Net net;
  net.w_ih = uniform({4 * hidden, inputs});
  net.w_hh = uniform({4 * hidden, hidden});
  net.b_ih = torch::zeros({4 * hidden});
  net.b_hh = torch::zeros({4 * hidden});
  net.b_ih.slice(0, hidden, 2 * hidden).fill_(1);  // the forget gate begins open (Jozefowicz et al. 2015)
  net.head_h = torch::zeros({shift.size(1), hidden});  // the network begins exactly at the linear forecast
  net.head_b = torch::zeros({shift.size(1)});
  for (torch::Tensor& p : net.all()) p.requires_grad_(true);
  net.shift = shift;
  net.trust = torch::ones({shift.size(0), fans});
  return net;
}

/// Classes of frames: the groups of contexts, and the steady group in recordings with a fault.
constexpr std::int64_t steady_with_fault = ForecasterSpec::groups, class_count = ForecasterSpec::groups + 1;

/// A sequence cut into parallel streams: [streams][length] with padding at the very end.
struct Streams {
  torch::Tensor x, y, keep, run;  // [S][L][inputs], [S][L][fans] beyond the linear forecast, with NaN, [S][L][1], [S][L]
  torch::Tensor group, of_class;  // [S][L][targets], of contexts; the same with `steady_with_fault`
  std::int64_t length = 0;
};

/// `linear`: forecasts of the sequence, [frames][fans]: what is left of the futures is the network's.
Streams cut(const Sequence& sequence, const torch::Tensor& linear, std::int64_t streams) {
  const auto frames = static_cast<std::int64_t>(sequence.frames());
  const auto inputs = static_cast<std::int64_t>(sequence.inputs), network = static_cast<std::int64_t>(sequence.network);
  const auto fans = static_cast<std::int64_t>(sequence.fans);
  Streams out;
  out.length = (frames + streams - 1) / streams;
  const std::int64_t padded = out.length * streams;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  out.x = torch::zeros({padded, network});
  out.y = torch::full({padded, fans}, nan);
  out.keep = torch::ones({padded, 1});
  out.run = torch::zeros({padded}, torch::kInt64);
  const auto targets = static_cast<std::int64_t>(sequence.targets);
  out.group = torch::zeros({padded, targets}, torch::kUInt8);
  const torch::Tensor faulty = torch::from_blob(const_cast<unsigned char*>(sequence.faulty.data()), {frames, 1}, torch::kUInt8);
  out.group.slice(0, 0, frames).copy_(torch::from_blob(const_cast<unsigned char*>(sequence.group.data()), {frames, targets}, torch::kUInt8));
  out.of_class = out.group.clone();
  out.of_class.slice(0, 0, frames).masked_fill_((out.group.slice(0, 0, frames) == 0).logical_and(faulty > 0), steady_with_fault);
  out.x.slice(0, 0, frames).copy_(torch::from_blob(const_cast<float*>(sequence.features.data()), {frames, inputs}).slice(1, 0, network));
  out.y.slice(0, 0, frames).copy_(torch::from_blob(const_cast<float*>(sequence.futures.data()), {frames, fans}) - linear);
  out.run.slice(0, 0, frames).copy_(torch::from_blob(const_cast<std::int64_t*>(sequence.run.data()), {frames}, torch::kInt64));
  for (std::int64_t i = 0; i < frames; ++i)
    if (sequence.begins(static_cast<std::size_t>(i))) out.keep[i][0] = 0.0F;
  out.x = out.x.reshape({streams, out.length, network});
  out.y = out.y.reshape({streams, out.length, fans});
  out.keep = out.keep.reshape({streams, out.length, 1});
  out.run = out.run.reshape({streams, out.length});
  out.group = out.group.reshape({streams, out.length, targets});
  out.of_class = out.of_class.reshape({streams, out.length, targets});
  return out;
}

/// Forecasts beyond the linear ones of `x` [S][T][inputs]; state h, c [S][H] is carried and, where keep is 0, begun anew.
torch::Tensor forward(const Net& net, const torch::Tensor& x, const torch::Tensor& keep, const torch::Tensor& group, torch::Tensor& h, torch::Tensor& c) {
  const torch::Tensor gates_x = torch::matmul(x, net.w_ih.t()) + (net.b_ih + net.b_hh);
  const torch::Tensor recurrent = net.w_hh.t();
  std::vector<torch::Tensor> hidden;
  for (std::int64_t t = 0; t < x.size(1); ++t) {
    const torch::Tensor kept = keep.select(1, t);
    const auto gates = torch::addmm(gates_x.select(1, t), h * kept, recurrent).chunk(4, 1);
    c = torch::sigmoid(gates[1]) * (c * kept) + torch::sigmoid(gates[0]) * torch::tanh(gates[2]);
    h = torch::sigmoid(gates[3]) * torch::tanh(c);
    hidden.push_back(h);
  }
  const std::int64_t groups = net.shift.size(0), targets = group.size(2), fans = net.trust.size(1);
  const torch::Tensor of_group = torch::one_hot(group.to(torch::kInt64), groups).to(torch::kFloat32);  // [S][T][targets][groups]
  const auto by_group = [&](const torch::Tensor& table) { return torch::einsum("stng,gnk->stnk", {of_group, table.reshape({groups, targets, -1})}); };
  const torch::Tensor correction = (torch::matmul(torch::stack(hidden, 1), net.head_h.t()) + net.head_b).reshape({x.size(0), x.size(1), fans, -1});
  const torch::Tensor trust = by_group(net.trust).reshape({x.size(0), x.size(1), fans, 1});
  return (correction * trust).reshape({x.size(0), x.size(1), -1}) + by_group(net.shift).reshape({x.size(0), x.size(1), -1});
}

/// Pinball loss summed over known futures by class of frames: [classes][fans], and how many were known: [classes][fans].
std::pair<torch::Tensor, torch::Tensor> pinball(const torch::Tensor& forecast, const torch::Tensor& y, const torch::Tensor& of_class,
                                                const torch::Tensor& quantiles) {
  const std::int64_t fans = y.size(2), targets = of_class.size(2);
  const torch::Tensor known = torch::isnan(y).logical_not();
  const torch::Tensor truth = torch::nan_to_num(y, 0.0).unsqueeze(3);
  const torch::Tensor miss = truth - forecast.reshape({y.size(0), y.size(1), fans, -1});
  const torch::Tensor loss = torch::maximum(quantiles * miss, (quantiles - 1) * miss).sum(3) * known;
  const torch::Tensor classes = torch::one_hot(of_class.to(torch::kInt64), class_count).to(torch::kFloat32);
  const auto by_class = [&](const torch::Tensor& all) {
    const torch::Tensor of_target = all.to(torch::kFloat32).reshape({y.size(0), y.size(1), targets, fans / targets});
    return torch::einsum("stnk,stnc->cnk", {of_target, classes}).reshape({class_count, fans});
  };
  return {by_class(loss), by_class(known)};
}

/// Mean pinball losses and what they are means of.
struct Losses {
  torch::Tensor mean, count;  // [classes][fans]

  /// As shares of `unit`, the mean of all that were counted.
  double share_of(const torch::Tensor& unit) const {
    const torch::Tensor counted = (count > 0).to(torch::kFloat32);
    return ((mean / unit * counted).sum() / counted.sum().clamp_min(1)).item<double>();
  }
};

class Trainer {
 public:
  Trainer(const ForecasterData& steady, const ForecasterData& lively, const Question& question, const TrainOptions& options, const TargetDone& fitted)
      : question_{question}, options_{options}, quantiles_{torch::tensor(options.quantiles, torch::kFloat32)},
        linear_{fit_linear_start(steady, lively, question, options, fitted)},
        train_{cut(lively.train, linear_forecasts(lively.train, linear_.weight, linear_.reach), options.streams)},
        calibrate_{cut(lively.calibrate, linear_forecasts(lively.calibrate, linear_.weight, linear_.reach), options.streams)},
        tags_{static_cast<std::int64_t>(lively.train.tags)}, net_{begin(linear_.bias, train_.y.size(2), static_cast<std::int64_t>(lively.train.network), options.hidden)} {}

  ForecasterLosses run(const EpochDone& done) {
    // Every tag and horizon counts alike: each loss is a share of what the linear start loses on the training data.
    const Losses start = measure(train_);
    unit_ = start.mean.clamp_min(1e-6);
    weight_ = (start.count.sum(0) / start.count.clamp_min(1) / class_count).clamp_max(5);
    ForecasterLosses losses;
    losses.linear = losses.best = measure(calibrate_).share_of(unit_);
    keep_best();
    torch::optim::AdamW optimizer{net_.all(), torch::optim::AdamWOptions(options_.learning_rate).weight_decay(options_.weight_decay)};
    for (int epoch = 1; epoch <= options_.epochs && epoch - losses.best_epoch <= options_.patience; ++epoch) {
      const double train_loss = teach(optimizer);
      const double loss = measure(calibrate_).share_of(unit_);
      losses.epochs = epoch;
      if (loss < losses.best) {
        losses.best = loss;
        losses.best_epoch = epoch;
        keep_best();
      }
      if (done) done(epoch, options_.epochs, train_loss, loss);
    }
    trust(losses);
    return losses;
  }

  void write(Tensors& tensors) const {
    tensors["forecaster.lstm.weight_ih_l0"] = from_torch(best_[0]);
    tensors["forecaster.lstm.weight_hh_l0"] = from_torch(best_[1]);
    tensors["forecaster.lstm.bias_ih_l0"] = from_torch(best_[2]);
    tensors["forecaster.lstm.bias_hh_l0"] = from_torch(best_[3]);
    tensors["forecaster.heads.weight"] = from_torch(best_[4]);
    tensors["forecaster.heads.bias"] = from_torch(best_[5]);
    tensors["forecaster.linear.weight"] = from_torch(linear_.weight);
    tensors["forecaster.linear.bias"] = from_torch(linear_.bias);
    tensors["forecaster.linear.reach"] = from_torch(linear_.reach);
    tensors["forecaster.trust"] = from_torch(net_.trust);
  }

 private:
  void keep_best() {
    best_.clear();
    for (const torch::Tensor& p : net_.all()) best_.push_back(p.detach().clone());
  }

  /// What share of the network's correction each group, target and horizon takes: what serves best on the calibration data, often none.
  /// In the steady group it must pay where a fault is at work and not cost more than half a percent where none is.
  void trust(ForecasterLosses& losses) {
    constexpr std::array<float, 5> shares{0, 0.25F, 0.5F, 0.75F, 1};
    std::vector<torch::Tensor> by_share, known;
    for (std::size_t k = 0; k < best_.size(); ++k) net_.all()[k].detach().copy_(best_[k]);
    for (const float share : shares) {
      net_.trust.fill_(share);
      const Losses measured = measure(calibrate_);
      by_share.push_back(measured.mean);
      known.push_back(measured.count);
    }
    torch::Tensor all = torch::stack(by_share);  // [shares][classes][fans]
    const torch::Tensor dear = (all.select(1, 0) > 1.005 * all[0][0]).to(torch::kFloat32);
    const torch::Tensor faults = known.front()[steady_with_fault] > 0;
    const torch::Tensor steady = torch::where(faults, all.select(1, steady_with_fault), all.select(1, 0)) + 1e6 * dear;
    all = torch::cat({steady.unsqueeze(1), all.slice(1, 1, ForecasterSpec::groups)}, 1);
    const torch::Tensor values = torch::tensor(std::vector<float>(shares.begin(), shares.end()));
    net_.trust.copy_(values.index_select(0, all.argmin(0).reshape({-1})).reshape(net_.trust.sizes()));
    losses.best = measure(calibrate_).share_of(unit_);
  }

  torch::Tensor cold() const { return torch::zeros({options_.streams, options_.hidden}); }

  /// Mean pinball losses over a whole set.
  Losses measure(const Streams& data) const {
    const torch::NoGradGuard no_gradients;
    torch::Tensor h = cold(), c = cold(), total = torch::zeros({class_count, data.y.size(2)}), count = torch::zeros_like(total);
    for (std::int64_t t = 0; t < data.length; t += options_.chunk_frames) {
      const std::int64_t end = std::min(data.length, t + options_.chunk_frames);
      const torch::Tensor forecast = forward(net_, data.x.slice(1, t, end), data.keep.slice(1, t, end), data.group.slice(1, t, end), h, c);
      const auto [loss, known] = pinball(forecast, data.y.slice(1, t, end), data.of_class.slice(1, t, end), quantiles_);
      total += loss;
      count += known;
    }
    return {total / count.clamp_min(1), count};
  }

  /// One pass over the training streams. Campaigns differ in level, and the next one will differ again: each run's inputs are shifted at
  /// random, so that the network learns movements and not levels; what the linear forecast leaves over stays as it was.
  double teach(torch::optim::Optimizer& optimizer) {
    const torch::Tensor shifts = options_.level_jitter * torch::randn({train_.run.max().item<std::int64_t>() + 1, tags_});
    torch::Tensor h = cold(), c = cold();
    double total = 0;
    int chunks = 0;
    for (std::int64_t t = 0; t < train_.length; t += options_.chunk_frames, ++chunks) {
      const std::int64_t end = std::min(train_.length, t + options_.chunk_frames);
      const torch::Tensor shift = shifts.index_select(0, train_.run.slice(1, t, end).reshape({-1})).reshape({options_.streams, end - t, tags_});
      const torch::Tensor x = train_.x.slice(1, t, end).clone();
      x.slice(2, 0, tags_) += shift;
      const torch::Tensor y = train_.y.slice(1, t, end);
      h = h.detach();
      c = c.detach();
      const auto [loss, known] = pinball(forward(net_, x, train_.keep.slice(1, t, end), train_.group.slice(1, t, end), h, c), y, train_.of_class.slice(1, t, end), quantiles_);
      const torch::Tensor goal = ((loss * weight_ / unit_).sum(0) / known.sum(0).clamp_min(1)).mean();
      optimizer.zero_grad();
      goal.backward();
      torch::nn::utils::clip_grad_norm_(net_.all(), 1.0);
      optimizer.step();
      total += goal.item<double>();
    }
    return total / std::max(1, chunks);
  }

  const Question& question_;
  const TrainOptions& options_;
  torch::Tensor quantiles_;
  LinearStart linear_;
  Streams train_, calibrate_;
  std::int64_t tags_;
  Net net_;
  torch::Tensor unit_, weight_;  // [classes][fans]: what the linear start loses; what a known future counts, a mean one 1, a rare class's at most five
  std::vector<torch::Tensor> best_;
};

}  // namespace

void prepare(std::uint64_t seed) {
  at::set_num_threads(1);
  torch::manual_seed(seed);
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/false);
}

std::map<std::string, std::string> pins() {
  std::map<std::string, std::string> facts{{"libtorch", TORCH_VERSION}, {"threads", "1"}};
  for (const char* name : {"OPENBLAS_CORETYPE", "ATEN_CPU_CAPABILITY"}) {
    const char* const value = std::getenv(name);
    facts[std::string{"pin "} + name] = value == nullptr ? "not set" : value;
  }
  return facts;
}

ForecasterLosses fit_forecaster(const ForecasterData& steady, const ForecasterData& lively, const Question& question, const TrainOptions& options,
                                Tensors& tensors, const TargetDone& fitted, const EpochDone& done) {
  Trainer trainer{steady, lively, question, options, fitted};
  const ForecasterLosses losses = trainer.run(done);
  trainer.write(tensors);
  return losses;
}

std::vector<float> run_forecaster(const Sequence& sequence, const Tensors& tensors, std::size_t quantiles) {
  const torch::NoGradGuard no_gradients;
  const torch::Tensor w_hh = to_torch(tensors.at("forecaster.lstm.weight_hh_l0"));
  const std::int64_t hidden = w_hh.size(1);
  const Net net{to_torch(tensors.at("forecaster.lstm.weight_ih_l0")), w_hh, to_torch(tensors.at("forecaster.lstm.bias_ih_l0")),
                to_torch(tensors.at("forecaster.lstm.bias_hh_l0")), to_torch(tensors.at("forecaster.heads.weight")),
                to_torch(tensors.at("forecaster.heads.bias")), to_torch(tensors.at("forecaster.linear.bias")),
                to_torch(tensors.at("forecaster.trust"))};
  const torch::Tensor linear = linear_forecasts(sequence, to_torch(tensors.at("forecaster.linear.weight")), to_torch(tensors.at("forecaster.linear.reach")));
  const Streams data = cut(sequence, linear, 1);
  torch::Tensor h = torch::zeros({1, hidden}), c = torch::zeros({1, hidden});
  const torch::Tensor beyond = forward(net, data.x, data.keep, data.group, h, c).reshape({linear.size(0), linear.size(1), -1});
  const torch::Tensor forecast = (linear.unsqueeze(2) + beyond).reshape({-1, static_cast<std::int64_t>(quantiles)}).to(torch::kFloat32);
  return from_torch(std::get<0>(forecast.sort(1))).values;
}

}  // namespace steadyline::networks
