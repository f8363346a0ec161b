#include "training/linear_start.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <future>

#include <ATen/Parallel.h>

#include "models/bundle.h"
#include "training/lessons.h"
#include "training/robust_regression.h"
#include "training/torch_state.h"

namespace steadyline::networks {
namespace {

constexpr std::array<double, 4> cross_penalties{0.003, 0.03, 0.3, 10};
constexpr unsigned char start_up_group = 3;  // features.h, context_group
constexpr std::size_t at_once = 2;  // targets, each on a thread of its own: they share nothing but what they read
constexpr auto groups = static_cast<std::int64_t>(ForecasterSpec::groups);

std::size_t width_of(const Sequence& sequence, std::size_t target) { return sequence.network + sequence.own[target].size(); }

/// Place among these of what was clipped from the target's value: the end of its ladder.
std::size_t clipped_of(const Sequence& sequence) { return sequence.network + sequence.rungs - 1; }

/// What a target's forecast reads, and a 1: [rows][width + 1], float64.
torch::Tensor design(const Sequence& sequence, const Examples& rows, std::size_t target) {
  const std::size_t width = width_of(sequence, target);
  const std::vector<std::size_t>& own = sequence.own[target];
  torch::Tensor matrix = torch::ones({static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(width) + 1}, torch::kFloat64);
  double* to = matrix.data_ptr<double>();
  for (const Example& from : rows) {
    const auto row = from.inputs();
    for (std::size_t k = 0; k < width; ++k)
      *to++ = static_cast<double>(row[k < sequence.network ? k : own[k - sequence.network]]);
    ++to;
  }
  return matrix;
}

torch::Tensor changes(const Sequence& sequence, const Examples& rows, std::size_t target, std::size_t fan) {
  torch::Tensor column = torch::zeros({static_cast<std::int64_t>(rows.size()), 1}, torch::kFloat64);
  double* to = column.data_ptr<double>();
  const std::size_t place = sequence.places[target], beyond = sequence.own[target][sequence.rungs - 1];
  for (const Example& row : rows) *to++ = row.future(fan) - static_cast<double>(row.inputs()[place]) - static_cast<double>(row.inputs()[beyond]);
  return column;
}

/// The tag's own EWMAs among the network's inputs: the ladder says the same of values that are not clipped. While nothing is clipped the
/// two agree to the last bit, and weights of any size cancel; afterwards they do not.
bool repeats_the_ladder(std::size_t input, std::size_t place, std::size_t tags) {
  return (input >= tags && input < 3 * tags && input % tags == place) || input == 4 * tags + 2 + place;
}

/// Rows of the penalty, [inputs][inputs + 1]; the intercept is free.
torch::Tensor penalty(const Sequence& train, std::size_t target, double rows, double cross, const TrainOptions& options) {
  const std::size_t inputs = width_of(train, target), tags = train.tags, place = train.places[target];
  torch::Tensor matrix = torch::zeros({static_cast<std::int64_t>(inputs), static_cast<std::int64_t>(inputs) + 1}, torch::kFloat64);
  for (std::size_t i = 0; i < inputs; ++i) {
    const bool own = (i < 4 * tags && i % tags == place) || (i >= train.network && i != clipped_of(train));
    const double per_frame = (i < tags ? options.level_jitter * options.level_jitter : 0) + (own ? 0 : cross);
    const auto at = static_cast<std::int64_t>(i);
    constexpr double never = 1e6;  // per frame
    matrix[at][at] = std::sqrt((own ? options.own_ridge : options.ridge) + (repeats_the_ladder(i, place, tags) ? never : per_frame) * rows);
  }
  return matrix;
}

/// What was chosen for a target, by horizon, for one group after the other.
using Chosen = std::vector<std::vector<torch::Tensor>>;

/// Fits one group of one target; horizons with the same rows share one decomposition of the data.
class TargetFit {
 public:
  TargetFit(Lessons train, Lessons calibrate, const Question& question, const TrainOptions& options, LinearStart& start)
      : lessons_{std::move(train)}, trials_{std::move(calibrate)}, train_{lessons_.shape()}, question_{question}, options_{options}, start_{start} {}

  /// `chosen`: for the target's other groups; this one's are added.
  void fit(std::size_t target, unsigned char group, Chosen& chosen) {
    const std::size_t horizons = question_.ahead.size();
    // The farthest horizon's rows serve all where they are no fewer to speak of: its futures end a little before the run does.
    const Examples last = teaching_examples(lessons_, (target + 1) * horizons - 1, group);
    Examples shared;
    for (const Example& row : last) {
      bool known = true;
      for (std::size_t h = 0; h < horizons; ++h) known = known && !std::isnan(row.future(target * horizons + h));
      if (known) shared.push_back(row);
    }
    const bool enough = shared.size() >= 8 * width_of(train_, target);
    if (enough) {
      decompose(shared, target);
      return fit_horizons(target, group, 0, horizons, chosen);
    }
    for (std::size_t h = 0; h < horizons; ++h) {
      decompose(teaching_examples(lessons_, target * horizons + h, group), target);
      fit_horizons(target, group, h, h + 1, chosen);
    }
  }

 private:
  void decompose(Examples rows, std::size_t target) {
    rows_ = std::move(rows);
    if (rows_.size() <= width_of(train_, target)) return;
    std::vector<torch::Tensor> penalties;
    for (const double cross : cross_penalties) penalties.push_back(penalty(train_, target, static_cast<double>(rows_.size()), cross, options_));
    regression_ = RobustRegression{design(train_, rows_, target), penalties};
  }

  /// Horizons from `from` until `until`: what was decomposed are the rows of all of them.
  void fit_horizons(std::size_t target, unsigned char group, std::size_t from, std::size_t until, Chosen& chosen) {
    if (rows_.size() <= width_of(train_, target)) return;  // nothing to learn from: loss and conformal shifts say so
    const std::size_t first = target * question_.ahead.size();
    std::vector<torch::Tensor> y;
    for (std::size_t h = from; h < until; ++h) y.push_back(changes(train_, rows_, target, first + h));
    const std::vector<torch::Tensor> by_penalty = regression_.solve(torch::cat(y, 1));
    for (std::size_t h = from; h < until; ++h) {
      const auto column = static_cast<std::int64_t>(h - from);
      std::vector<torch::Tensor> solutions;
      for (const torch::Tensor& all : by_penalty) solutions.push_back(all.slice(1, column, column + 1));
      fit_fan(first + h, target, group, y[h - from], solutions, chosen[h]);
    }
  }

  void fit_fan(std::size_t fan, std::size_t target, unsigned char group, const torch::Tensor& y, const std::vector<torch::Tensor>& solutions,
               std::vector<torch::Tensor>& others) {
    const Examples judged = judging_examples(trials_, fan, group);
    torch::Tensor chosen = solutions[solutions.size() / 2];
    if (!judged.empty()) {
      const torch::Tensor x = design(train_, judged, target), truth = changes(train_, judged, target, fan);
      const auto elect = [&](const std::vector<torch::Tensor>& candidates) {
        const torch::Tensor misses = truth - torch::matmul(x, torch::cat(candidates, 1));
        return candidates[static_cast<std::size_t>(misses.abs().mean(0).argmin().item<std::int64_t>())];
      };
      const torch::Tensor regression = elect(solutions), average = elect(averages(target));
      std::vector<torch::Tensor> candidates{regression, average, (regression + average) / 2, (regression + 3 * average) / 4};
      if (group == start_up_group)
        for (const torch::Tensor& other : others) {
          candidates.push_back(other);
          candidates.push_back((regression + other) / 2);
        }
      chosen = elect(candidates);
    }
    others.push_back(chosen);
    const auto [low, high] = bounds(y);
    write(chosen.select(1, 0), (y - torch::matmul(regression_.x(), chosen).clamp(low, high)).select(1, 0), fan, target, group);
    start_.reach[group][static_cast<std::int64_t>(fan)][0] = low;
    start_.reach[group][static_cast<std::int64_t>(fan)][1] = high;
  }

  /// All but a thousandth of the changes that were seen, and a quarter more: what is beyond was never learned, only extrapolated.
  static std::pair<double, double> bounds(const torch::Tensor& changes) {
    constexpr double rare = 0.001, room = 1.25;
    const torch::Tensor edges = torch::quantile(changes.select(1, 0), torch::tensor({rare, 1 - rare}, torch::kFloat64));
    return {std::min(0.0, room * edges[0].item<double>()), std::max(0.0, room * edges[1].item<double>())};
  }

  /// What forecasts the present value, or one of the tag's EWMAs: z less the steps of the ladder down to it.
  std::vector<torch::Tensor> averages(std::size_t target) const {
    const auto network = static_cast<std::int64_t>(train_.network), rungs = static_cast<std::int64_t>(train_.rungs);
    const auto width = static_cast<std::int64_t>(width_of(train_, target));
    std::vector<torch::Tensor> all;
    for (std::int64_t rung = 0; rung < rungs; ++rung) {
      all.push_back(torch::zeros({width + 1, 1}, torch::kFloat64));
      all.back().slice(0, network, network + rung).fill_(-1);
    }
    return all;
  }

  void write(const torch::Tensor& solution, const torch::Tensor& residuals, std::size_t fan, std::size_t target, unsigned char group) {
    const auto count = static_cast<std::int64_t>(options_.quantiles.size()), at = static_cast<std::int64_t>(fan);
    const std::int64_t inputs = solution.size(0) - 1;
    torch::Tensor weight = solution.slice(0, 0, inputs).clone();
    weight[static_cast<std::int64_t>(train_.places[target])] += 1;  // from the change to the value itself, and what was clipped of it
    weight[static_cast<std::int64_t>(clipped_of(train_))] += 1;
    start_.weight[group][at].slice(0, 0, inputs).copy_(weight);
    start_.bias[group]
        .slice(0, at * count, (at + 1) * count)
        .copy_(solution[inputs] + torch::quantile(residuals, torch::tensor(options_.quantiles, torch::kFloat64)));
  }

  const Lessons lessons_, trials_;
  const Sequence& train_;  ///< the shape of all of them
  const Question& question_;
  const TrainOptions& options_;
  LinearStart& start_;
  Examples rows_;
  RobustRegression regression_;  // on `rows_`, one penalty for each of `cross_penalties`
};

constexpr const char* stage = "linear_start";

/// Goes on with a checkpoint: how many targets it has.
std::size_t resume(const FitAside& aside, LinearStart& start) {
  const auto kept = aside.checkpoints == nullptr ? std::nullopt : aside.checkpoints->read(stage);
  if (!kept) return 0;
  restore_values(*kept, "weight", start.weight);
  restore_values(*kept, "bias", start.bias);
  restore_values(*kept, "reach", start.reach);
  start.seconds = kept->number("seconds");
  return static_cast<std::size_t>(kept->number("targets"));
}

void keep(const FitAside& aside, const LinearStart& start, std::size_t done, std::size_t targets) {
  if (aside.checkpoints == nullptr) return;
  Checkpoint checkpoint{
      .words = "linear start, " + std::to_string(done) + " of " + std::to_string(targets) + " tags",
      .tensors = {{"weight", from_torch(start.weight)}, {"bias", from_torch(start.bias)}, {"reach", from_torch(start.reach)}}};
  checkpoint.set("targets", static_cast<double>(done));
  checkpoint.set("seconds", start.seconds);
  aside.checkpoints->write(stage, checkpoint);
}

}  // namespace

LinearStart fit_linear_start(const ForecasterData& calm, const ForecasterData& lively, const Question& question,
                             const TrainOptions& options, const FitAside& aside) {
  const torch::NoGradGuard no_gradients;
  const int threads = at::get_num_threads();
  const Sequence& train = lively.train;
  const auto inputs = static_cast<std::int64_t>(train.linear), fans = static_cast<std::int64_t>(train.fans);
  LinearStart start{torch::zeros({groups, fans, inputs}),
                    torch::zeros({groups, fans * static_cast<std::int64_t>(options.quantiles.size())}), torch::zeros({groups, fans, 2})};
  for (std::size_t fan = 0; fan < train.fans; ++fan)  // not enough to learn from: persistence
    for (const std::int64_t own : {static_cast<std::int64_t>(question.targets[fan / question.ahead.size()]), static_cast<std::int64_t>(clipped_of(train))})
      start.weight.select(1, static_cast<std::int64_t>(fan)).select(1, own).fill_(1);
  const auto fit = [&](std::size_t target) {
    const torch::NoGradGuard no_gradients_either;
    at::set_num_threads(1);  // of this thread
    TargetFit of_calm{without_faults(calm.train, lively.train), without_faults(calm.calibrate, lively.calibrate), question, options, start};
    TargetFit of_all{{{&lively.train}}, {{&lively.calibrate}}, question, options, start};
    Chosen chosen(question.ahead.size());
    for (unsigned char group = 0; group < standing_group; ++group) (group >= unrest_group ? of_all : of_calm).fit(target, group, chosen);
  };
  const std::size_t done = resume(aside, start);
  const StageClock clock{start.seconds};
  if (aside.fitted) aside.fitted(done, train.targets);
  for (std::size_t target = done; target < train.targets;) {
    const std::size_t end = std::min(train.targets, target + at_once);
    {
      std::vector<std::future<void>> others;  // each writes rows of its own; what one throws comes out of `get`
      for (std::size_t other = target + 1; other < end; ++other) others.push_back(std::async(std::launch::async, fit, other));
      fit(target);
      for (auto& other : others) other.get();
    }
    target = end;
    start.seconds = clock.seconds();
    keep(aside, start, target, train.targets);
    if (aside.fitted) aside.fitted(target, train.targets);
  }
  at::set_num_threads(threads);
  return start;
}

torch::Tensor linear_forecasts(const Sequence& sequence, const torch::Tensor& weight, const torch::Tensor& reach) {
  const torch::NoGradGuard no_gradients;
  const auto frames = static_cast<std::int64_t>(sequence.frames()), targets = static_cast<std::int64_t>(sequence.targets);
  const std::int64_t horizons = weight.size(1) / targets;
  torch::Tensor out = torch::zeros({frames, weight.size(1)}, torch::kFloat64);
  const torch::Tensor of_weight = weight.to(torch::kFloat64), of_reach = reach.to(torch::kFloat64);
  for (std::size_t target = 0; target < sequence.targets; ++target)
    for (std::int64_t group = 0; group < weight.size(0); ++group) {
      const auto first = static_cast<std::int64_t>(target) * horizons;
      std::vector<std::int64_t> places;
      for (std::size_t i = 0; i < sequence.frames(); ++i)
        if (sequence.group[i * sequence.targets + target] == group) places.push_back(static_cast<std::int64_t>(i));
      constexpr std::size_t block = 20'000;  // rows: a bounded scratch
      for (std::size_t from = 0; from < places.size(); from += block) {
        const std::vector<std::int64_t> part(places.begin() + static_cast<std::ptrdiff_t>(from),
                                             places.begin() + static_cast<std::ptrdiff_t>(std::min(places.size(), from + block)));
        Examples rows;
        for (const std::int64_t place : part) rows.push_back({&sequence, static_cast<std::size_t>(place)});
        const auto width = static_cast<std::int64_t>(width_of(sequence, target));
        const torch::Tensor x = design(sequence, rows, target).slice(1, 0, width);
        const torch::Tensor forecast = torch::matmul(x, of_weight[group].slice(0, first, first + horizons).slice(1, 0, width).t());
        const auto beyond = static_cast<std::int64_t>(clipped_of(sequence)), place = static_cast<std::int64_t>(sequence.places[target]);
        const torch::Tensor now = x.slice(1, place, place + 1) + x.slice(1, beyond, beyond + 1);
        const torch::Tensor bounds = of_reach[group].slice(0, first, first + horizons);
        const torch::Tensor change = torch::minimum(torch::maximum(forecast - now, bounds.select(1, 0)), bounds.select(1, 1));
        out.slice(1, first, first + horizons).index_copy_(0, torch::tensor(part), now + change);
      }
    }
  return out;
}

}  // namespace steadyline::networks
