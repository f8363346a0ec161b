#include "monitor/assess.h"

#include <algorithm>
#include <cmath>
#include <utility>

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

void begin_anew(const LoadedModels& models, ModelState& state) {
  state.health = {};
  state.lstm.assign(models.forecaster.state_size(), 0.0F);
}

Verdict verdict_of(const FrameStep& step, const Health& health) {
  if (!step.settled) return Verdict::warming;
  return health.inside ? Verdict::inside : Verdict::outside;
}

}  // namespace

std::string_view to_text(Verdict verdict) {
  constexpr std::array<std::string_view, 5> texts{"none", "standstill", "warming", "outside", "inside"};
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
  if (!loaded) loaded = std::make_unique<LoadedModels>(bundle, line);
  return loaded.get();
}

void Models::assess(Steps& steps) {
  // Round k holds the k-th frame of each line, so that a line's frames keep their order and a round has each line once.
  std::map<const LineState*, std::size_t> rounds_of;
  std::vector<std::map<LineIndex, std::vector<FrameStep*>>> rounds;  // by first line of the bundle: an order without addresses
  std::map<const LoadedModels*, LineIndex> first_line;
  for (Step& step : steps) {
    FrameStep* const frame = std::get_if<FrameStep>(&step.what);
    if (frame == nullptr) continue;
    const LoadedModels* const models = frame->line->loaded;
    frame->assessment.verdict = models == nullptr ? Verdict::none : Verdict::standstill;
    if (models == nullptr) continue;
    const std::size_t round = rounds_of[frame->line]++;
    if (round == rounds.size()) rounds.emplace_back();
    rounds[round][first_line.try_emplace(models, frame->line->index).first->second].push_back(frame);
  }
  for (const auto& round : rounds) {
    for (const auto& [line, batch] : round) step_batch(*batch.front()->line->loaded, batch);
  }
}

void Models::step_batch(const LoadedModels& models, std::span<FrameStep* const> batch) {
  const std::size_t inputs = models.forecaster.inputs();
  const std::size_t state_size = models.forecaster.state_size();
  const std::size_t outputs = models.forecaster.outputs();
  features_.resize(batch.size() * inputs);
  states_.resize(batch.size() * state_size);
  std::vector<FrameStep*> running;
  for (FrameStep* const step : batch) {
    ModelState& state = step->line->models;
    const auto row = std::span{features_}.subspan(running.size() * inputs, inputs);
    if (step->began) begin_anew(models, state);
    models.drift.step(step->frame, step->context, state.drift, step->assessment.drift);
    models.golden.step(step->frame, step->context, state.golden, step->assessment.conformance);
    models.soft_sensors.step(step->frame, step->context, state.soft_sensors, step->assessment.quality);
    step_features(models.bundle->features, step->line->line, step->frame, state.features, row);  // at standstill too: they remember the last values
    if (!step->frame.running) continue;
    std::copy(state.lstm.begin(), state.lstm.end(), states_.begin() + static_cast<std::ptrdiff_t>(running.size() * state_size));
    running.push_back(step);
  }
  if (running.empty()) return;
  features_.resize(running.size() * inputs);
  states_.resize(running.size() * state_size);
  fans_.resize(running.size() * outputs);
  models.forecaster.step(features_, states_, fans_);
  for (std::size_t i = 0; i < running.size(); ++i) {
    const auto lstm = std::span{states_}.subspan(i * state_size, state_size);
    running[i]->line->models.lstm.assign(lstm.begin(), lstm.end());
    conclude(models, std::span{features_}.subspan(i * inputs, inputs), std::span{fans_}.subspan(i * outputs, outputs), *running[i]);
  }
}

void Models::conclude(const LoadedModels& models, std::span<const float> features, std::span<const float> fan, FrameStep& step) {
  ModelState& state = step.line->models;
  Assessment& assessment = step.assessment;
  shares_.resize(models.bundle->features.tag_count());
  assessment.health = models.health.step(features, state.health, shares_);
  assessment.verdict = verdict_of(step, assessment.health);
  smooth(shares_, step.line->line.period, step.began, state.shares);
  assessment.shares = state.shares;
  if (assessment.verdict == Verdict::outside) return;
  assessment.fan.assign(fan.begin(), fan.end());
  if (assessment.verdict == Verdict::inside) find_worst(step.line->line, *models.bundle, assessment);
}

}  // namespace steadyline
