#include "monitor/assess.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "monitor/limits.h"
#include "monitor/line_state.h"

namespace steadyline {
namespace {

constexpr double shares_span_s = 30;

/// How far `value` is on the way from `centre` to the limit on its side; 0 where there is none.
Worst way_to_limit(double value, double centre, const Band& hard) {
  const double limit = value >= centre ? hard.high : hard.low;
  if (!std::isfinite(limit) || limit == centre) return {};
  return {.value = value, .limit = limit, .share = (value - centre) / (limit - centre)};
}

void smooth(std::span<const float> shares, Milliseconds period, bool first, std::vector<float>& smoothed) {
  const double period_s = static_cast<double>(period.count()) / 1000;
  const auto alpha = static_cast<float>(period_s / (period_s + shares_span_s));
  if (first) smoothed.assign(shares.begin(), shares.end());
  for (std::size_t i = 0; i < shares.size(); ++i) smoothed[i] += alpha * (shares[i] - smoothed[i]);
}

void begin_anew(const LoadedModels& models, EventTime now, ModelState& state) {
  state.began = now;
  state.health = {};
  state.lstm.assign(models.forecaster.state_size(), 0.0F);
}

/// What cannot be read now is not foretold: its inputs stand still.
void silence_bad_targets(const Bundle& bundle, const Frame& frame, std::vector<float>& fan) {
  const ForecasterSpec& spec = bundle.forecaster;
  const std::size_t each = spec.horizons_s.size() * spec.quantiles.size();
  for (std::size_t target = 0; target < spec.targets.size(); ++target)
    if (!usable(frame.flaws[bundle.features.tags[spec.targets[target]].value]))
      std::fill_n(fan.begin() + static_cast<std::ptrdiff_t>(target * each), each, std::numeric_limits<float>::quiet_NaN());
}

/// After an activation, and after the line was outside what it knows, health is younger than the line's run.
bool warm(const FrameStep& step, const ModelState& state) { return step.settled && step.frame.time - state.began >= step.line->warm_up(); }

Verdict verdict_of(const FrameStep& step, const ModelState& state, const Health& health) {
  if (!warm(step, state)) return Verdict::warming;
  return health.inside ? Verdict::inside : Verdict::unlike;
}

}  // namespace

double memory_s(const Bundle& bundle) {
  const HealthSpec& spec = bundle.health;
  return spec.spans.empty() ? spec.smooth_s : spec.spans.back() * static_cast<double>(bundle.period.count()) / 1000;
}

std::string_view to_text(Verdict verdict) {
  constexpr std::array<std::string_view, verdict_count> texts{"none", "standstill", "warming", "outside", "unlike", "inside"};
  return texts[static_cast<std::size_t>(verdict)];
}

void find_worst(const Line& line, const Bundle& bundle, Assessment& assessment) {
  const ForecasterSpec& spec = bundle.forecaster;
  const std::size_t horizons = spec.horizons_s.size();
  const std::size_t quantiles = spec.quantiles.size();
  assessment.worst_count = 0;
  for (std::size_t target = 0; target < spec.targets.size(); ++target) {
    const std::size_t place = spec.targets[target];
    const Band& hard = line.tag(bundle.features.tags[place]).hard;
    Worst worst;
    for (std::size_t h = 0; h < horizons; ++h) {
      const float median = assessment.fan[(target * horizons + h) * quantiles + quantiles / 2];
      Worst way = way_to_limit(static_cast<double>(median), bundle.features.center[place], hard);
      way.target = target;
      way.horizon_s = spec.horizons_s[h];
      if (way.share > worst.share) worst = way;
      if (way.share == worst.share && worst.horizon_s == way.horizon_s)
        worst.probability = breach_probability(hard, spec.quantiles, std::span{assessment.fan}.subspan((target * horizons + h) * quantiles, quantiles));
    }
    if (worst.share <= 0) continue;
    std::size_t rank = assessment.worst_count;
    while (rank > 0 && assessment.worst[rank - 1].share < worst.share) --rank;
    if (rank == assessment.worst.size()) continue;
    assessment.worst_count = std::min(assessment.worst_count + 1, assessment.worst.size());
    for (std::size_t i = assessment.worst_count - 1; i > rank; --i) assessment.worst[i] = assessment.worst[i - 1];
    assessment.worst[rank] = worst;
  }
}

const LoadedModels* Models::load(const std::shared_ptr<const Bundle>& bundle, const Line& line) {
  if (!bundle) return nullptr;
  auto& loaded = loaded_[bundle.get()];
  if (!loaded) loaded = std::make_unique<LoadedModels>(bundle, line, loaded_.size());
  return loaded.get();
}

void Models::assess(Steps& steps) {
  // Round k holds the k-th frame of each line, so that a line's frames keep their order and a round has each line once.
  std::map<const LineState*, std::size_t> rounds_of;
  std::vector<Batches> rounds;
  const auto add = [&](std::size_t round, const LoadedModels* models, Job job) {
    job.assessment->verdict = models == nullptr ? Verdict::none : Verdict::standstill;
    if (models == nullptr) return;
    if (round >= rounds.size()) rounds.resize(round + 1);
    auto& [of, jobs] = rounds[round][models->number];
    of = models;
    jobs.push_back(job);
  };
  for (Step& step : steps) {
    if (auto* const order = std::get_if<CommandStep>(&step.what); order != nullptr && order->command.kind == "result")
      order->line->results.push_back({order->command.tag, order->command.value, order->command.sampled});
    FrameStep* const frame = std::get_if<FrameStep>(&step.what);
    if (frame == nullptr) continue;
    frame->results = std::exchange(frame->line->results, {});
    const std::size_t round = rounds_of[frame->line]++;
    add(round, frame->models, {frame, &frame->line->models, &frame->assessment});
    if (frame->challenger != nullptr) add(round, frame->challenger, {frame, &frame->line->challenger.state, &frame->second});
  }
  for (const Batches& batches : rounds) take_round(batches);
}

void Models::take_round(const Batches& batches) {
  for (const auto& [number, batch] : batches) step_batch(*batch.first, batch.second);
}

void Models::step_batch(const LoadedModels& models, std::span<const Job> batch) {
  const std::size_t inputs = models.forecaster.inputs();
  const std::size_t state_size = models.forecaster.state_size();
  const std::size_t outputs = models.forecaster.outputs();
  features_.resize(batch.size() * inputs);
  states_.resize(batch.size() * state_size);
  std::vector<const Job*> running;
  for (const Job& job : batch) {
    ModelState& state = *job.state;
    const FrameStep& step = *job.step;
    if (state.of != &models) state = ModelState{.of = &models};
    const auto row = std::span{features_}.subspan(running.size() * inputs, inputs);
    if (step.frame.cold) state.trend = {};
    if (step.began || state.lstm.empty()) begin_anew(models, step.frame.time, state);
    models.drift.step(step.frame, step.context, state.drift, job.assessment->drift);
    models.golden.step(step.frame, step.context, state.golden, job.assessment->conformance);
    models.soft_sensors.step(step.frame, step.context, state.soft_sensors, job.assessment->quality, step.results);
    step_features(models.bundle->features, step.line->line, step.frame, step.context, state.features, row);  // at standstill too: they remember the last values
    if (!step.frame.running) continue;
    std::copy(state.lstm.begin(), state.lstm.end(), states_.begin() + static_cast<std::ptrdiff_t>(running.size() * state_size));
    running.push_back(&job);
  }
  if (running.empty()) return;
  features_.resize(running.size() * inputs);
  states_.resize(running.size() * state_size);
  fans_.resize(running.size() * outputs);
  models.forecaster.step(features_, states_, fans_);
  for (std::size_t i = 0; i < running.size(); ++i) {
    const auto lstm = std::span{states_}.subspan(i * state_size, state_size);
    running[i]->state->lstm.assign(lstm.begin(), lstm.end());
    conclude(models, std::span{features_}.subspan(i * inputs, inputs), std::span{fans_}.subspan(i * outputs, outputs), *running[i]);
  }
}

void Models::conclude(const LoadedModels& models, std::span<const float> features, std::span<const float> fan, const Job& job) {
  const FrameStep& step = *job.step;
  ModelState& state = *job.state;
  Assessment& assessment = *job.assessment;
  if (!step.trained) {  // health begins anew when the line is back: what it would remember of this, and of the way there, is no news
    assessment.verdict = step.settled ? Verdict::outside : Verdict::warming;
    state.began = step.frame.time;
    state.health = {};
    return;
  }
  shares_.resize(models.bundle->features.tag_count());
  assessment.health = models.health.step(features, state.health, shares_);
  assessment.verdict = verdict_of(step, state, assessment.health);
  if (scored(assessment.verdict)) assessment.trend = models.trend.step(assessment.health.score, step.frame.time, step.context, state.trend);
  smooth(shares_, step.line->line.period, step.began || state.shares.empty(), state.shares);
  assessment.shares = state.shares;
  if (assessment.verdict == Verdict::unlike) return;
  assessment.fan.assign(fan.begin(), fan.end());
  silence_bad_targets(*models.bundle, step.frame, assessment.fan);
  if (assessment.verdict == Verdict::inside) find_worst(step.line->line, *models.bundle, assessment);
}

}  // namespace steadyline
