#include "training/networks.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>
#include <torch/version.h>

#include <array>
#include <cmath>
#include <limits>

#include "training/forecaster_net.h"
#include "training/linear_start.h"
#include "training/namesakes.h"
#include "training/torch_state.h"
#include "training/torch_tensors.h"

namespace steadyline::networks {
namespace {

/// Mean pinball losses and what they are means of.
struct Losses {
  torch::Tensor mean, count;  // [classes][fans]

  /// As shares of `unit`, the mean of all that were counted; where the unit is infinite, nothing is.
  double share_of(const torch::Tensor& unit) const {
    const torch::Tensor counted = ((count > 0) & torch::isfinite(unit)).to(torch::kFloat32);
    return ((mean / unit * counted).sum() / counted.sum().clamp_min(1)).item<double>();
  }
};

/// Of the epochs so far, and of the whole forecaster.
constexpr const char* learning_stage = "forecaster_epochs";
constexpr const char* finished_stage = "forecaster";
/// Of libtorch's large steps. A pin: where sums are shared among threads, their number decides the last bits.
constexpr int threads = 2;

void keep_losses(const ForecasterLosses& losses, Checkpoint& checkpoint) {
  checkpoint.set("loss, linear start", losses.linear);
  checkpoint.set("loss, best", losses.best);
  checkpoint.set("epochs", losses.epochs);
  checkpoint.set("best epoch", losses.best_epoch);
  checkpoint.set("losses, train", losses.curve.train);
  checkpoint.set("losses, calibrate", losses.curve.calibrate);
  checkpoint.set("seconds", losses.seconds);
  checkpoint.set("seconds, linear start", losses.linear_seconds);
}

ForecasterLosses losses_of(const Checkpoint& checkpoint) {
  return {.linear = checkpoint.number("loss, linear start"),
          .best = checkpoint.number("loss, best"),
          .epochs = static_cast<int>(checkpoint.number("epochs")),
          .best_epoch = static_cast<int>(checkpoint.number("best epoch")),
          .curve = {checkpoint.numbers("losses, train"), checkpoint.numbers("losses, calibrate")},
          .seconds = checkpoint.number("seconds"),
          .linear_seconds = checkpoint.number("seconds, linear start")};
}

void tell(const ForecasterLosses& losses, const TrainOptions& options, TrainingCourse* course) {
  if (course == nullptr) return;
  course->forecaster = losses.curve;
  course->linear_loss = losses.linear;
  course->kept_loss = losses.best;
  course->kept_epoch = losses.best_epoch;
  course->epochs_at_most = options.epochs;
  course->took("linear start", losses.linear_seconds);
  course->took("forecaster", losses.seconds);
}

class Trainer {
 public:
  Trainer(const ForecasterData& calm, const ForecasterData& lively, const Question& question, const TrainOptions& options, const FitAside& aside)
      : question_{question}, options_{options}, aside_{aside}, quantiles_{torch::tensor(options.quantiles, torch::kFloat32)},
        linear_{fit_linear_start(calm, lively, question, options, aside)},
        train_{cut(lively.train, linear_forecasts(lively.train, linear_.weight, linear_.reach), options.streams)},
        calibrate_{cut(lively.calibrate, linear_forecasts(lively.calibrate, linear_.weight, linear_.reach), options.streams)},
        tags_{static_cast<std::int64_t>(lively.train.tags)}, net_{begin_net(linear_.bias, train_.y.size(2), static_cast<std::int64_t>(lively.train.network), options.hidden)} {}

  ForecasterLosses run() {
    clock_ = StageClock{};
    // Every tag and horizon counts alike: each loss is a share of what the linear start loses on the training data.
    const Losses start = measure(train_);
    // Where nothing teaches, nothing is judged.
    unit_ = torch::where(start.count > 0, start.mean.clamp_min(1e-6), torch::full_like(start.mean, std::numeric_limits<float>::infinity()));
    weight_ = (start.count.sum(0) / start.count.clamp_min(1) / class_count).clamp_max(5);
    torch::optim::AdamW optimizer{net_.all(), torch::optim::AdamWOptions(options_.learning_rate).weight_decay(options_.weight_decay)};
    begin(optimizer);
    for (int epoch = losses_.epochs + 1; epoch <= options_.epochs && epoch - losses_.best_epoch <= options_.patience; ++epoch) {
      pace(optimizer, epoch);
      const double train_loss = teach(optimizer);
      const double loss = measure(calibrate_).share_of(unit_);
      losses_.epochs = epoch;
      losses_.curve.train.push_back(train_loss);
      losses_.curve.calibrate.push_back(loss);
      if (loss < losses_.best) {
        losses_.best = loss;
        losses_.best_epoch = epoch;
        keep_best();
      }
      keep(optimizer);
      if (aside_.done) aside_.done(epoch, options_.epochs, train_loss, loss);
    }
    trust();
    losses_.linear_seconds = linear_.seconds;
    losses_.seconds = clock_.seconds();
    return losses_;
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

  /// At the linear start, or where a checkpoint stopped.
  void begin(torch::optim::AdamW& optimizer) {
    const auto kept = aside_.checkpoints == nullptr ? std::nullopt : aside_.checkpoints->read(learning_stage);
    if (!kept) {
      losses_.linear = losses_.best = measure(calibrate_).share_of(unit_);
      return keep_best();
    }
    restore_learning<torch::optim::AdamWParamState>(*kept, net_.all(), optimizer);
    keep_best();
    for (std::size_t i = 0; i < best_.size(); ++i) restore_values(*kept, "best." + std::to_string(i), best_[i]);
    losses_ = losses_of(*kept);
    clock_ = StageClock{losses_.seconds};
    restore_random_state(*kept);
  }

  /// All that the next epoch needs.
  void keep(torch::optim::AdamW& optimizer) {
    if (aside_.checkpoints == nullptr) return;
    Checkpoint checkpoint;
    checkpoint.words = "forecaster, epoch " + std::to_string(losses_.epochs) + " of at most " + std::to_string(options_.epochs);
    keep_learning<torch::optim::AdamWParamState>(optimizer, net_.all(), checkpoint);
    for (std::size_t i = 0; i < best_.size(); ++i) checkpoint.tensors["best." + std::to_string(i)] = from_torch(best_[i]);
    losses_.seconds = clock_.seconds();
    keep_losses(losses_, checkpoint);
    keep_random_state(checkpoint);
    aside_.checkpoints->write(learning_stage, checkpoint);
  }

  /// What share of the network's correction each group, target and horizon takes: what serves best on the calibration data, often none.
  /// In the steady group it must pay where a fault is at work and not cost more than half a percent where none is.
  void trust() {
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
    all = with_namesakes(torch::cat({steady.unsqueeze(1), all.slice(1, 1, ForecasterSpec::groups)}, 1), known.front());
    const torch::Tensor values = torch::tensor(std::vector<float>(shares.begin(), shares.end()));
    net_.trust.copy_(values.index_select(0, all.argmin(0).reshape({-1})).reshape(net_.trust.sizes()));
    losses_.best = measure(calibrate_).share_of(unit_);
  }

  /// Losses [shares][groups][fans] as parts of those without the network; where a fan has too few futures in a group, the mean of its
  /// namesakes at that horizon, and nothing is gained where these have too few as well.
  torch::Tensor with_namesakes(const torch::Tensor& losses, const torch::Tensor& known) const {
    const auto targets = static_cast<std::int64_t>(question_.targets.size()), groups = losses.size(1);
    const auto by_target = [&](const torch::Tensor& t) { return t.reshape({-1, groups, targets, t.size(-1) / targets}); };
    const torch::Tensor parts = by_target(losses / losses[0].clamp_min(1e-9)), enough = by_target(known.slice(0, 0, groups) >= static_cast<double>(least_futures));
    torch::Tensor kin = torch::zeros({targets, targets});
    for (std::int64_t a = 0; a < targets; ++a)
      for (std::int64_t b = 0; b < targets; ++b)
        if (question_.namesakes.at(static_cast<std::size_t>(a)) == question_.namesakes.at(static_cast<std::size_t>(b))) kin[a][b] = 1;
    const torch::Tensor counts = enough.to(torch::kFloat32);
    const auto over_kin = [&](const torch::Tensor& t) { return torch::einsum("ab,sgbh->sgah", {kin, t}); };
    const torch::Tensor of_kin = over_kin(parts * counts) / over_kin(counts).clamp_min(1);
    return torch::where(enough, parts, of_kin).reshape(losses.sizes());
  }

  /// Ever smaller steps, down to nothing after the last epoch: what is learned last must not be noise (cosine, Loshchilov & Hutter 2017).
  void pace(torch::optim::Optimizer& optimizer, int epoch) const {
    const double share = static_cast<double>(epoch - 1) / options_.epochs;
    for (auto& group : optimizer.param_groups()) group.options().set_lr(options_.learning_rate * 0.5 * (1 + std::cos(3.141592653589793 * share)));
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
  const FitAside& aside_;
  ForecasterLosses losses_;
  StageClock clock_;
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
  at::set_num_threads(threads);
  torch::manual_seed(seed);
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/false);
}

std::map<std::string, std::string> pins() {
  std::map<std::string, std::string> facts{{"libtorch", TORCH_VERSION}, {"threads", std::to_string(threads)}};
  for (const char* name : {"OPENBLAS_CORETYPE", "ATEN_CPU_CAPABILITY"}) {
    const char* const value = std::getenv(name);
    facts[std::string{"pin "} + name] = value == nullptr ? "not set" : value;
  }
  return facts;
}

ForecasterLosses fit_forecaster(const ForecasterData& calm, const ForecasterData& lively, const Question& question, const TrainOptions& options,
                                Tensors& tensors, const FitAside& aside) {
  if (const auto kept = aside.checkpoints == nullptr ? std::nullopt : aside.checkpoints->read(finished_stage)) {
    const ForecasterLosses losses = losses_of(*kept);
    tell(losses, options, aside.course);
    tensors.insert(kept->tensors.begin(), kept->tensors.end());
    restore_random_state(*kept);
    return losses;
  }
  Trainer trainer{calm, lively, question, options, aside};
  const ForecasterLosses losses = trainer.run();
  Checkpoint finished{.words = "forecaster, all of it"};
  trainer.write(finished.tensors);
  tell(losses, options, aside.course);
  tensors.insert(finished.tensors.begin(), finished.tensors.end());
  if (aside.checkpoints != nullptr) {
    keep_losses(losses, finished);
    keep_random_state(finished);
    aside.checkpoints->write(finished_stage, finished);
  }
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
