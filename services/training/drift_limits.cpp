#include "training/drift_limits.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace steadyline {
namespace {

constexpr double block_s = 3600;     // maxima of an hour: neighbours within it are one excursion
constexpr double tail_share = 0.10;  // of the blocks above the threshold
constexpr std::size_t tail_least = 8, tail_most = 60;
constexpr double channels_at_once = 300;  // detectors that share the budget before the common factor is known
constexpr auto lots = static_cast<std::size_t>(DriftStatistic::lots);
constexpr double unlike = 2.33;           // standard deviations of the lots: one in fifty is called unlike those before it
constexpr double follows = 1.5;           // times what the signal does within a lot: less is no matter of lots
constexpr double lots_least_h = 24;       // hours that tell how lots differ
constexpr double misjudged = 1.3;         // times its limit
constexpr double few_hours = 1.08;        // the common factor is read off some hundred hours: so far it may lie too low
constexpr double joint_block_s = 600;
constexpr double of_the_worst = 2;    // where hardly anything was met
constexpr double beyond_worst = 1.1;  // no limit below what was met, with a little room

/// Largest values of hour after hour, of one statistic in one direction.
struct Tail {
  std::vector<float> peaks;
  float now = 0;
  void end_block() {
    if (now > 0) peaks.push_back(now);
    now = 0;
  }
};

}  // namespace

/// Above a high order statistic the tail is taken as normal:
/// squares beyond it fall off exponentially.
double tail_limit(std::vector<float>& peaks, double expected) {
  std::sort(peaks.begin(), peaks.end(), std::greater<>{});
  const std::size_t share = static_cast<std::size_t>(tail_share * static_cast<double>(peaks.size()));
  const std::size_t above = std::min(std::clamp(share, tail_least, tail_most), peaks.size() / 2);
  if (above < 3) return peaks.empty() ? 0 : of_the_worst * static_cast<double>(peaks.front());
  const auto square = [&](std::size_t i) { return static_cast<double>(peaks[i]) * static_cast<double>(peaks[i]); };
  double mean = 0;
  for (std::size_t i = 0; i < above; ++i) mean += (square(i) - square(above)) / static_cast<double>(above);
  const double beyond = mean * std::max(0.0, std::log(static_cast<double>(above) / expected));
  return std::max(std::sqrt(square(above) + beyond), beyond_worst * static_cast<double>(peaks.front()));
}

namespace {

class Tails {
 public:
  explicit Tails(std::size_t channels) : tails_(channels * drift_contexts * drift_statistics * 2) {}
  Tail& at(std::size_t channel, std::size_t row, bool high) {
    return tails_[(channel * drift_contexts * drift_statistics + row) * 2 + (high ? 1 : 0)];
  }
  void end_block() {
    for (Tail& tail : tails_) tail.end_block();
  }

 private:
  std::vector<Tail> tails_;
};

double least_limit(const DriftSignal& signal) { return 1e-9 + 1e-4 * std::fabs(signal.centre) + 0.5 * signal.spread * 0.01; }

void set_limits(DriftSignal& signal, Tails& tails, std::size_t channel, double expected) {
  signal.low.assign(drift_contexts * drift_statistics, 0);
  signal.high = signal.low;
  for (std::size_t context = 0; context < drift_contexts; ++context) {
    for (std::size_t k = 0; k < drift_statistics; ++k) {
      const std::size_t row = context * drift_statistics + k;
      for (const bool high : {false, true}) {
        std::vector<float>& peaks = tails.at(channel, row, high).peaks;
        if (peaks.empty() || k == lots) continue;
        const double limit = std::max(least_limit(signal), tail_limit(peaks, expected));
        (high ? signal.high : signal.low)[row] = rounded(high ? limit : -limit);
      }
    }
  }
}

/// Contexts that were hardly met take the widest limits of the others.
void fill_rare(DriftSignal& signal) {
  for (std::size_t k = 0; k < drift_statistics; ++k) {
    for (std::vector<double>* limits : {&signal.low, &signal.high}) {
      auto& own = *limits;
      const auto at = [&](DriftContext context) -> double& { return own[static_cast<std::size_t>(context) * drift_statistics + k]; };
      const auto wider = [](double a, double b) { return std::fabs(a) > std::fabs(b) ? a : b; };
      for (const DriftContext other : {DriftContext::refill, DriftContext::after_lot}) at(other) = wider(at(other), at(DriftContext::calm));
      at(DriftContext::both) = wider(at(DriftContext::both), wider(at(DriftContext::refill), at(DriftContext::after_lot)));
    }
  }
}

/// Lots are few and each stands for hours, so they have no tail to be read off hour by hour, and no share of the budget: their spread sets
/// the limit, where it is more than what the signal does within a lot. Values at the end of each hour, both directions and all contexts
/// together.
class LotSpread {
 public:
  explicit LotSpread(std::size_t channels) : between_(channels), within_(channels) {}

  void note(const DriftModel& model, const DriftState& state) {
    DriftStatistics values;
    for (std::size_t i = 0; i < between_.size(); ++i) {
      if (!state.tracks[i].open) continue;
      const bool calm = model.statistics(state, i, values) == DriftContext::calm;
      between_[i].take(values[lots]);
      if (calm) within_[i].take(values[static_cast<std::size_t>(DriftStatistic::slow)]);
    }
  }

  void set(DriftSpec& spec, const DriftModel& model) const {
    for (std::size_t i = 0; i < between_.size(); ++i) {
      const double spread = between_[i].rms();
      if (between_[i].hours < lots_least_h || spread < follows * within_[i].rms()) continue;
      DriftSignal& signal = spec.signals[model.place(i)];
      const double limit = rounded(std::max(least_limit(signal), unlike * spread));
      for (std::size_t context = 0; context < drift_contexts; ++context) {
        signal.low[context * drift_statistics + lots] = -limit;
        signal.high[context * drift_statistics + lots] = limit;
      }
    }
  }

 private:
  struct Squares {
    double sum = 0, hours = 0;
    void take(float value) {
      if (std::isnan(value)) return;
      sum += static_cast<double>(value) * static_cast<double>(value);
      hours += 1;
    }
    double rms() const { return hours > 0 ? std::sqrt(sum / hours) : 0; }
  };
  std::vector<Squares> between_, within_;
};

double note_tails(const DriftModel& model, const Production& train, Tails& tails, LotSpread& spread) {
  DriftState state;
  DriftStatistics values;
  const double period_s = model.period_s();
  double lived_s = 0, in_block_s = 0;
  std::size_t before = 0;
  train([&](std::size_t run, const Frame& frame, const Context& context) {
    model.follow(frame, context, state);
    lived_s += period_s;
    in_block_s += period_s;
    if (run != before || in_block_s >= block_s) {
      tails.end_block();
      if (run == before) spread.note(model, state);
      in_block_s = 0;
      before = run;
    }
    for (std::size_t i = 0; i < model.channels().size(); ++i) {
      if (!state.tracks[i].open) continue;
      const auto row = static_cast<std::size_t>(model.statistics(state, i, values)) * drift_statistics;
      for (std::size_t k = 0; k < drift_statistics; ++k) {
        if (!(values[k] != 0)) continue;
        Tail& tail = tails.at(i, row + k, values[k] > 0);
        tail.now = std::max(tail.now, std::fabs(values[k]));  // false for NaN
      }
    }
  });
  tails.end_block();
  return lived_s;
}

/// Where a channel goes far beyond its limit on runs that set none, its tail was misjudged: that limit alone is raised, so that it does not
/// widen all others through the common factor.
void raise_limits(DriftSpec& spec, const DriftModel& model, Tails& tails) {
  for (std::size_t i = 0; i < model.channels().size(); ++i) {
    DriftSignal& signal = spec.signals[model.place(i)];
    for (std::size_t row = 0; row < drift_contexts * drift_statistics; ++row) {
      for (const bool high : {false, true}) {
        const std::vector<float>& peaks = tails.at(i, row, high).peaks;
        if (peaks.empty() || row % drift_statistics == lots) continue;
        const double worst = beyond_worst * static_cast<double>(*std::max_element(peaks.begin(), peaks.end()));
        double& limit = (high ? signal.high : signal.low)[row];
        if (std::fabs(limit) * misjudged < worst) limit = rounded(high ? worst : -worst);
      }
    }
    fill_rare(signal);
  }
}

/// Largest excess of the whole bank in each ten minutes.
std::vector<float> joint_peaks(const DriftModel& model, const Production& calibrate) {
  DriftState state;
  DriftReading reading;
  std::vector<float> peaks;
  float peak = 0;
  double in_block_s = 0;
  calibrate([&](std::size_t, const Frame& frame, const Context& context) {
    model.step(frame, context, state, reading);
    for (const float excess : reading.excess) peak = std::max(peak, std::fabs(excess));
    in_block_s += model.period_s();
    if (in_block_s < joint_block_s) return;
    peaks.push_back(peak);
    peak = 0;
    in_block_s = 0;
  });
  return peaks;
}

/// The share of their limits that the bank passes `expected` times, by the exponential tail of its largest excesses.
double joint_factor(std::vector<float>& peaks, double expected) {
  std::sort(peaks.begin(), peaks.end(), std::greater<>{});
  const std::size_t above = std::min(tail_most / 2, peaks.size() / 2);
  if (above < tail_least) return 1;
  double mean = 0;
  for (std::size_t i = 0; i < above; ++i) mean += static_cast<double>(peaks[i] - peaks[above]) / static_cast<double>(above);
  return static_cast<double>(peaks[above]) + mean * std::max(0.0, std::log(static_cast<double>(above) / expected));
}

}  // namespace

double rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return std::strtod(text, nullptr);
}

void set_drift_limits(DriftSpec& spec, const Line& line, const Production& train, const Production& calibrate, double alarms_per_24h) {
  LotSpread spread{DriftModel{spec, line}.channels().size()};
  {
    const DriftModel model{spec, line};
    Tails tails{model.channels().size()};
    const double budget = alarms_per_24h * note_tails(model, train, tails, spread) / 86400;
    for (std::size_t i = 0; i < model.channels().size(); ++i) {
      DriftSignal& signal = spec.signals[model.place(i)];
      set_limits(signal, tails, i, budget / channels_at_once);
      fill_rare(signal);
    }
  }
  {
    const DriftModel model{spec, line};
    Tails tails{model.channels().size()};
    note_tails(model, calibrate, tails, spread);
    raise_limits(spec, model, tails);
  }
  std::vector<float> peaks = joint_peaks(DriftModel{spec, line}, calibrate);
  const double lived_24h = static_cast<double>(peaks.size()) * joint_block_s / 86400;
  const double factor = few_hours * joint_factor(peaks, alarms_per_24h * lived_24h);
  if (factor > 0) {
    for (DriftSignal& signal : spec.signals)
      for (std::vector<double>* limits : {&signal.low, &signal.high})
        for (double& limit : *limits) limit = rounded(limit * factor);
  }
  spread.set(spec, DriftModel{spec, line});
}

}  // namespace steadyline
