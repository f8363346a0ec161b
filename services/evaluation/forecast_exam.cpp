#include "evaluation/forecast_exam.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>

#include "core/philox.h"
#include "evaluation/baselines.h"
#include "evaluation/disturbed_runs.h"
#include "evaluation/exam_sums.h"
#include "frames/check.h"
#include "training/calibration.h"
#include "twin/effect_watch.h"
#include "twin/exam.h"
#include "twin/simulation.h"

namespace steadyline {
namespace {

constexpr double settle_s = 600;          // after the first second of a run in production: filters and context find in
constexpr double fault_at_most_s = 1200;  // of a window without breach
constexpr std::int8_t no_window = -1;

/// What the twin itself says of one moment: [targets][horizons][quantiles].
struct OracleMoment {
  std::size_t second;
  std::vector<double> quantiles;
};

/// One run as everybody saw it.
struct Lived {
  Recording recording;
  std::vector<std::int8_t> windows;  // [seconds][targets], ForecastWindow or no_window
  std::vector<OracleMoment> moments;
};

/// The window of one unit by the context that anybody can see.
std::int8_t window_of(const Context& context, const UnitContext& unit, bool in_production, double age_s) {
  const auto as = [](ForecastWindow window) { return static_cast<std::int8_t>(window); };
  if (context.activity == Activity::stopped || context.activity == Activity::shutdown) return no_window;
  if (in_production && age_s < settle_s) return no_window;
  if (context.activity == Activity::start_up) return as(ForecastWindow::start_up);
  if (context.settled_s < unsettled_s) return as(ForecastWindow::move);
  return as(unit.refill_s < refill_tail_s ? ForecastWindow::refill : ForecastWindow::steady);
}

double quantile_of(std::vector<double>& sorted, double p) {
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(place);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (place - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

class Stage {
 public:
  Stage(const Line& line, const TwinParameters& parameters, const Bundle& bundle, const ForecastPlan& plan)
      : line_{line}, parameters_{parameters}, plan_{plan}, spec_{bundle.forecaster} {
    for (const std::size_t target : spec_.targets) targets_.push_back(bundle.features.tags[target]);
  }

  const std::vector<TagIndex>& targets() const { return targets_; }

  /// Lives through a scenario; `moments`: how often the twin itself is asked.
  Lived live(const Scenario& scenario, std::size_t moments) const {
    Lived lived{.recording = {.group = std::to_string(scenario.seed), .frames = {}}, .windows = {}, .moments = {}};
    Simulation simulation{line_, parameters_, scenario};
    EffectWatch effects{line_, scenario};
    Checker checker{line_};
    ContextTracker tracker{line_};
    const RandomStream chance{scenario.seed ^ plan_.seed, 0x6d6f6d656e7473};
    while (!simulation.finished()) {
      effects.before(simulation);
      Frame frame;
      simulation.step(frame.values);
      effects.after(simulation);
      frame.time = simulation.time();
      frame.cold = lived.recording.frames.empty();
      for (const double value : frame.values) frame.flaws.push_back(std::isnan(value) ? Flaw::null : Flaw::good);
      checker.check(frame);
      const Context& context = tracker.take(frame);
      const std::size_t second = lived.recording.frames.size();
      for (const TagIndex tag : targets_)
        lived.windows.push_back(
            window_of(context, context.units[line_.tag(tag).unit.value], scenario.start_in_production, static_cast<double>(second)));
      if (moments > 0 && frame.running && ask_here(scenario, second, chance.uniform(second), moments))
        lived.moments.push_back({second, ask(simulation, second)});
      lived.recording.frames.push_back(std::move(frame));
    }
    if (!scenario.faults.empty()) mark_faults(scenario, simulation, effects, lived);
    return lived;
  }

 private:
  /// In runs with faults between onset and the end of the longest window, else anywhere after the first ten minutes.
  static bool ask_here(const Scenario& scenario, std::size_t second, double chance, std::size_t moments) {
    const double now_s = static_cast<double>(second);
    double from_s = settle_s, to_s = scenario.duration_s - 300;
    if (!scenario.faults.empty()) {
      from_s = scenario.faults.front().on_s;
      to_s = from_s + std::min(scenario.faults.front().duration_s, 300.0);
    }
    return now_s >= from_s && now_s < to_s && chance < static_cast<double>(moments) / (to_s - from_s);
  }

  std::vector<double> ask(const Simulation& simulation, std::size_t second) const {
    const std::size_t horizons = spec_.horizons_s.size();
    std::vector<std::vector<double>> seen(targets_.size() * horizons);
    std::vector<double> values;
    for (std::size_t r = 0; r < plan_.rollouts; ++r) {
      Simulation future = simulation;
      future.reseed(plan_.seed + 1'000'003 * (second * plan_.rollouts + r + 1));
      std::size_t ahead = 0;
      for (std::size_t h = 0; h < horizons; ++h) {
        for (const auto end = static_cast<std::size_t>(spec_.horizons_s[h]); ahead < end; ++ahead) future.step();
        future.readings(values);
        for (std::size_t t = 0; t < targets_.size(); ++t)
          if (const double value = values[targets_[t].value]; !std::isnan(value)) seen[t * horizons + h].push_back(value);
      }
    }
    std::vector<double> quantiles;
    for (auto& sample : seen) {
      std::sort(sample.begin(), sample.end());
      for (const double q : spec_.quantiles) quantiles.push_back(sample.empty() ? std::nan("") : quantile_of(sample, q));
    }
    return quantiles;
  }

  /// Runs with faults are judged in the faults' windows alone.
  void mark_faults(const Scenario& scenario, const Simulation& simulation, const EffectWatch& effects, Lived& lived) const {
    std::fill(lived.windows.begin(), lived.windows.end(), no_window);
    std::vector<Label> labels = simulation.labels();
    effects.mark(labels);
    const auto second_of = [&](EventTime time) { return static_cast<std::int64_t>((time - scenario.start).count() / 1000) - 1; };
    for (std::size_t f = 0; f < scenario.faults.size(); ++f) {
      const Label& label = labels[f];
      const std::int64_t on = second_of(label.on);
      std::int64_t end = on + static_cast<std::int64_t>(std::min(scenario.faults[f].duration_s, fault_at_most_s));
      if (label.breach_spec) end = std::min(end, second_of(*label.breach_spec));
      for (std::size_t t = 0; t < targets_.size(); ++t) {
        const std::string& path = line_.tag(targets_[t]).path;
        if (std::none_of(label.affected.begin(), label.affected.end(), [&](const AffectedTag& tag) { return tag.tag == path; })) continue;
        for (std::int64_t i = std::max<std::int64_t>(on, 0); i < end && i < static_cast<std::int64_t>(lived.recording.frames.size()); ++i)
          lived.windows[static_cast<std::size_t>(i) * targets_.size() + t] = static_cast<std::int8_t>(ForecastWindow::fault);
      }
    }
  }

  const Line& line_;
  const TwinParameters& parameters_;
  const ForecastPlan& plan_;
  const ForecasterSpec& spec_;
  std::vector<TagIndex> targets_;
};

/// A baseline with its residual quantiles by context: [window][fan][quantile]; fault windows cannot be seen, so they have none of their
/// own.
struct Rival {
  Baseline* baseline;
  std::array<std::vector<std::vector<double>>, 4> residuals{};  // sorted; by observable window
  double shift(std::size_t group, std::size_t fan, double q) const {
    const auto& own = residuals[group][fan].size() >= 200 ? residuals[group][fan] : residuals[0][fan];
    return own.empty() ? 0 : own[static_cast<std::size_t>(q * static_cast<double>(own.size() - 1))];
  }
};

template <class Take>
void walk(Baseline& baseline, const TargetSeries& series, Take take) {
  std::vector<double> forecasts(series.fans());
  for (std::size_t i = 0; i < series.rows.frames(); ++i) {
    if (series.rows.begins(i)) baseline.begin();
    baseline.step(series.now(i), series.eventful(i), forecasts);
    take(i, forecasts);
  }
}

class Examination {
 public:
  Examination(const Line& line, const TwinParameters& parameters, const Bundle& bundle, const ForecastPlan& plan)
      : line_{line}, bundle_{bundle}, plan_{plan}, spec_{bundle.forecaster}, stage_{line, parameters, bundle, plan} {}

  ForecastExam run(const std::function<void(double)>& progress) {
    const double works = static_cast<double>(plan_.teach.size() + plan_.calibrate.size() + plan_.judged.size());
    double done = 0;
    const auto step = [&] {
      if (progress) progress(++done / works);
    };
    std::vector<Recording> recordings;
    for (const Scenario& scenario : plan_.teach) {
      recordings.push_back(stage_.live(scenario, 0).recording);
      step();
    }
    const TargetSeries learned = targets_of(recordings);
    recordings.clear();
    baselines_ = fit_baselines(learned);
    for (const auto& baseline : baselines_) {
      rivals_.push_back({baseline.get()});
      for (auto& group : rivals_.back().residuals) group.resize(learned.fans());
    }
    for (const Scenario& scenario : plan_.calibrate) {
      calibrate(scenario);
      step();
    }
    for (Rival& rival : rivals_)
      for (auto& group : rival.residuals)
        for (auto& sample : group) std::sort(sample.begin(), sample.end());
    ExamSums sums{learned.fans(), rivals_.size(), plan_.judged.size()};
    for (std::size_t r = 0; r < plan_.judged.size(); ++r) {
      judge(plan_.judged[r], r, sums);
      step();
    }
    return sums.conclude(tags(), spec_.horizons_s, names(), plan_.seed);
  }

 private:
  std::vector<std::string> tags() const {
    std::vector<std::string> paths;
    for (const TagIndex tag : stage_.targets()) paths.push_back(line_.tag(tag).path);
    return paths;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& baseline : baselines_) names.push_back(baseline->name());
    return names;
  }
  TargetSeries targets_of(std::span<const Recording> recordings) const {
    return to_targets(line_, stage_.targets(), spec_.horizons_s, recordings);
  }

  std::size_t second_of(const Lived& lived, const TargetSeries& series, std::size_t i) const {
    return static_cast<std::size_t>((series.rows.times[i] - lived.recording.frames.front().time).count() / line_.period.count());
  }

  /// The context by which residual quantiles are kept: what can be seen at the time of the forecast.
  static std::size_t seen_group(const TargetSeries& series, std::size_t i, std::size_t target, std::int8_t window) {
    if (window >= 0 && window < 4) return static_cast<std::size_t>(window);
    return series.eventful(i)[target] != 0 ? static_cast<std::size_t>(ForecastWindow::move) : 0;
  }

  void calibrate(const Scenario& scenario) {
    const Lived lived = stage_.live(scenario, 0);
    const TargetSeries series = targets_of(std::span{&lived.recording, 1});
    const std::size_t targets = stage_.targets().size(), horizons = spec_.horizons_s.size();
    for (Rival& rival : rivals_)
      walk(*rival.baseline, series, [&](std::size_t i, const std::vector<double>& forecasts) {
        const std::size_t second = second_of(lived, series, i);
        for (std::size_t fan = 0; fan < forecasts.size(); ++fan) {
          const auto truth = static_cast<double>(series.future(i, fan));
          const std::int8_t window = lived.windows[second * targets + fan / horizons];
          if (window == no_window || std::isnan(truth)) continue;
          rival.residuals[seen_group(series, i, fan / horizons, window)][fan].push_back(truth - forecasts[fan]);
        }
      });
  }

  void judge(const Scenario& scenario, std::size_t run, ExamSums& sums) {
    const Lived lived = stage_.live(scenario, plan_.moments_a_run);
    const TargetSeries series = targets_of(std::span{&lived.recording, 1});
    const Sequence inputs = to_sequence(line_, bundle_.features, Question{spec_.targets, series.ahead}, std::span{&lived.recording, 1});
    const std::vector<float> ours = run_engine(inputs, bundle_);
    const std::size_t targets = stage_.targets().size(), horizons = spec_.horizons_s.size(), quantiles = spec_.quantiles.size();
    sums.add_hours(static_cast<double>(series.rows.frames()) / 3600);
    std::map<std::size_t, const OracleMoment*> moments;
    for (const OracleMoment& moment : lived.moments) moments[moment.second] = &moment;
    const auto each = [&](std::size_t i, auto take) {
      const std::size_t second = second_of(lived, series, i);
      const auto asked = moments.find(second);
      for (std::size_t fan = 0; fan < series.fans(); ++fan) {
        const auto truth = static_cast<double>(series.future(i, fan));
        const std::int8_t window = lived.windows[second * targets + fan / horizons];
        if (window == no_window || std::isnan(truth)) continue;
        take(fan, static_cast<std::size_t>(window), truth, asked == moments.end() ? nullptr : &asked->second->quantiles[fan * quantiles]);
      }
    };
    for (std::size_t i = 0; i < series.rows.frames(); ++i)
      each(i, [&](std::size_t fan, std::size_t window, double truth, const double* oracle) {
        const std::size_t place = spec_.targets[fan / horizons];
        const double center = bundle_.features.center[place], scale = bundle_.features.scale[place];
        const float* const q = &ours[(i * series.fans() + fan) * quantiles];
        double loss = 0, best = 0;
        for (std::size_t k = 0; k < quantiles; ++k) {
          loss += pinball_loss(truth, center + scale * static_cast<double>(q[k]), spec_.quantiles[k]) / static_cast<double>(quantiles);
          if (oracle != nullptr) best += pinball_loss(truth, oracle[k], spec_.quantiles[k]) / static_cast<double>(quantiles);
        }
        const bool covered = truth >= center + scale * (static_cast<double>(q[0]) - 1e-6) &&
                             truth <= center + scale * (static_cast<double>(q[quantiles - 1]) + 1e-6);
        sums.add_ours(run, window, fan, loss, covered);
        if (oracle != nullptr && !std::isnan(best)) sums.add_oracle(window, fan, best, loss);
      });
    for (std::size_t b = 0; b < rivals_.size(); ++b)
      walk(*rivals_[b].baseline, series, [&](std::size_t i, const std::vector<double>& forecasts) {
        each(i, [&](std::size_t fan, std::size_t window, double truth, const double* oracle) {
          const std::size_t group = seen_group(series, i, fan / horizons, static_cast<std::int8_t>(window));
          double loss = 0;
          for (const double q : spec_.quantiles)
            loss += pinball_loss(truth, forecasts[fan] + rivals_[b].shift(group, fan, q), q) / static_cast<double>(quantiles);
          sums.add_baseline(run, window, fan, b, loss);
          if (oracle != nullptr && !std::isnan(oracle[0])) sums.add_baseline_at_oracle(window, fan, b, loss);
        });
      });
    sums.add_moments(lived.moments.size());
  }

  const Line& line_;
  const Bundle& bundle_;
  const ForecastPlan& plan_;
  const ForecasterSpec& spec_;
  Stage stage_;
  std::vector<std::unique_ptr<Baseline>> baselines_;
  std::vector<Rival> rivals_;
};

// Faults that change within minutes something that is forecast; drifts over hours look steady to every forecaster.
constexpr const char* judged_faults[] = {"F01", "F02", "F06", "F11", "F13", "F14", "F16"};

}  // namespace

std::string_view to_text(ForecastWindow window) {
  constexpr std::array<std::string_view, forecast_window_count> texts{"steady", "refill", "move", "start_up", "fault"};
  return texts[static_cast<std::size_t>(window)];
}

ForecastPlan forecast_plan(const Scenario& disturbed, std::string_view commit, std::size_t runs) {
  constexpr std::size_t taught = 32, calibrated = 32;
  ForecastPlan plan;
  plan.seed = exam_seed(commit, "forecast", 0);
  for (std::size_t i = 0; i < taught; ++i) plan.teach.push_back(disturbed_scenario(disturbed, disturbed.seed + i, i % 2 == 0));
  for (std::size_t i = 0; i < calibrated; ++i)
    plan.calibrate.push_back(disturbed_scenario(disturbed, disturbed.seed + 1000 + i, i % 4 == 0));
  for (std::size_t i = 0; i < runs; ++i) {
    plan.judged.push_back(disturbed_scenario(disturbed, exam_seed(commit, "normal", i), false));
    const char* const fault = judged_faults[i % std::size(judged_faults)];
    Scenario scenario = exam_scenario(fault, "", static_cast<int>(i / std::size(judged_faults) % 3), exam_seed(commit, fault, i));
    plan.judged.push_back(std::move(scenario));
  }
  return plan;
}

ForecastExam run_forecast_exam(const Line& line, const TwinParameters& parameters, const Bundle& bundle, const ForecastPlan& plan,
                               const std::function<void(double)>& progress) {
  return Examination{line, parameters, bundle, plan}.run(progress);
}

}  // namespace steadyline
