#include "training/trimming.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

#include "core/time_text.h"

namespace steadyline {
namespace {

constexpr double sd_of_mad = 1.4826;
constexpr double least_level_share = 0.002;  // of the level: smaller differences are nobody's fault
constexpr double least_log_spread = 0.05;    // of the logarithm of a spread
constexpr double frozen = -12;               // logarithm of the spread of a reading that does not move
constexpr std::size_t readings_least = 30;   // in a window, to be judged

/// One window: by modelled tag its mean and the logarithm of the spread of its steps; NaN: too few readings.
struct Window {
  std::size_t recording;
  EventTime from, to;
  std::vector<double> levels, spreads;
};

/// Gathers sums of one tag over a window.
struct Sums {
  double count = 0, sum = 0, steps = 0, step_squares = 0, last = 0;
  bool has_last = false;
  void take(double value) {
    if (has_last) {
      steps += 1;
      step_squares += (value - last) * (value - last);
    }
    has_last = true;
    last = value;
    count += 1;
    sum += value;
  }
};

class WindowReader {
 public:
  WindowReader(const Line& line, const TrimOptions& options) : line_{line}, options_{options} {
    for (std::uint32_t i = 0; i < line.tags.size(); ++i)
      if (line.tags[i].modelled) tags_.push_back(TagIndex{i});
    period_s_ = static_cast<double>(line.period.count()) / 1000;
  }

  void take(std::size_t number, const Recording& recording) {
    double ran_s = 0;
    sums_.assign(tags_.size(), {});
    frames_ = 0;
    for (const Frame& frame : recording.frames) {
      if (frame.cold || !frame.running) {
        ran_s = 0;
        close(number);
      }
      if (!frame.running) continue;
      ran_s += period_s_;
      if (ran_s <= options_.settle_s) continue;
      if (frames_++ == 0) from_ = frame.time - line_.period;
      to_ = frame.time;
      for (std::size_t k = 0; k < tags_.size(); ++k) {
        // A frozen reading is what is looked for, although the checker has set it aside.
        const Flaw flaw = frame.flaws[tags_[k].value];
        if (usable(flaw) || flaw == Flaw::stuck) sums_[k].take(frame.values[tags_[k].value]);
      }
      if (static_cast<double>(frames_) * period_s_ >= options_.window_s) close(number);
    }
    close(number);
  }
  const std::vector<TagIndex>& tags() const { return tags_; }
  std::vector<Window> windows;

 private:
  void close(std::size_t number) {
    if (static_cast<double>(frames_) * period_s_ >= options_.window_s / 3) {
      Window window{number, from_, to_, {}, {}};
      for (std::size_t k = 0; k < tags_.size(); ++k) {
        const Sums& s = sums_[k];
        const bool enough = s.count >= readings_least && s.steps > 0;
        window.levels.push_back(enough ? s.sum / s.count : std::nan(""));
        const double spread = enough ? std::sqrt(s.step_squares / s.steps) : 0;
        window.spreads.push_back(!enough ? std::nan("") : spread > 0 ? std::max(std::log(spread), frozen) : frozen);
      }
      windows.push_back(std::move(window));
    }
    sums_.assign(tags_.size(), {});
    frames_ = 0;
  }

  const Line& line_;
  const TrimOptions& options_;
  std::vector<TagIndex> tags_;
  double period_s_;
  std::vector<Sums> sums_;
  std::size_t frames_ = 0;
  EventTime from_{}, to_{};
};

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct Spread {
  double centre, scale;
};
/// Half of the windows lie within one scale's 0.67; the wide tails of healthy windows count too: a scale is at least a quarter of the
/// reach of their middle 90 %.
Spread spread_of(std::vector<double> values, double least) {
  std::erase_if(values, [](double v) { return std::isnan(v); });
  if (values.empty()) return {0, 1};
  const double centre = median(values);
  std::vector<double> sizes;
  for (const double value : values) sizes.push_back(std::fabs(value - centre));
  std::sort(sizes.begin(), sizes.end());
  const double reach = sizes[(sizes.size() - 1) * 9 / 10];
  return {centre, std::max({sd_of_mad * median(sizes), reach / 2, least})};
}

struct Judged {
  std::size_t window;
  double distance;
  TagIndex tag;
  bool scatter;
};

std::vector<Judged> judge(const std::vector<Window>& windows, const std::vector<TagIndex>& tags) {
  std::vector<Judged> judged;
  for (std::size_t w = 0; w < windows.size(); ++w) judged.push_back({w, 0, TagIndex{0}, false});
  for (std::size_t k = 0; k < tags.size(); ++k) {
    for (const bool scatter : {false, true}) {
      std::vector<double> values;
      for (const Window& window : windows) values.push_back((scatter ? window.spreads : window.levels)[k]);
      const Spread spread = spread_of(values, scatter ? least_log_spread : 1e-9 + least_level_share * std::fabs(median(values)));
      for (std::size_t w = 0; w < windows.size(); ++w) {
        const double distance = std::fabs(values[w] - spread.centre) / spread.scale;
        if (distance > judged[w].distance) judged[w] = {w, distance, tags[k], scatter};
      }
    }
  }
  return judged;
}

/// Those beyond the limit, and what leads to and from them: neighbours beyond half of it. `judged` has all windows in order.
void keep_contaminated(const std::vector<Window>& windows, double limit, std::vector<Judged>& judged) {
  std::vector<bool> out;
  for (const Judged& j : judged) out.push_back(j.distance > limit);
  const auto grow = [&](std::size_t from, std::size_t to) {
    if (out[from] && windows[from].recording == windows[to].recording && judged[to].distance > limit / 2) out[to] = true;
  };
  for (std::size_t w = 1; w < out.size(); ++w) grow(w - 1, w);
  for (std::size_t w = out.size(); w-- > 1;) grow(w, w - 1);
  std::erase_if(judged, [&](const Judged& j) { return !out[j.window]; });
}

}  // namespace

std::string to_line(const LeftOut& stretch) {
  return fmt::format("{} from {} to {}: {} of {} lies {:.0f} robust standard deviations from the rest", stretch.group, to_rfc3339(stretch.from),
                     to_rfc3339(stretch.to), stretch.scatter ? "the scatter" : "the level", stretch.tag, stretch.distance);
}

Contamination find_contamination(const Line& line, std::span<const Recording> recordings, const TrimOptions& options) {
  WindowReader reader{line, options};
  for (std::size_t i = 0; i < recordings.size(); ++i) reader.take(i, recordings[i]);
  std::vector<Judged> judged = judge(reader.windows, reader.tags());
  keep_contaminated(reader.windows, options.limit, judged);
  Contamination found;
  found.windows = reader.windows.size();
  found.beyond = judged.size();
  const auto most = static_cast<std::size_t>(options.share_max * static_cast<double>(found.windows));
  if (judged.size() > most) {
    found.too_many = true;
    std::stable_sort(judged.begin(), judged.end(), [](const Judged& a, const Judged& b) { return a.distance > b.distance; });
    judged.resize(most);
    std::sort(judged.begin(), judged.end(), [](const Judged& a, const Judged& b) { return a.window < b.window; });
  }
  std::size_t last = reader.windows.size();
  for (const Judged& j : judged) {
    const Window& window = reader.windows[j.window];
    const std::string& tag = line.tag(j.tag).path;
    if (last + 1 == j.window && reader.windows[last].recording == window.recording) {
      LeftOut& before = found.left_out.back();
      before.to = window.to;
      if (j.distance > before.distance) before = {before.group, before.from, before.to, tag, j.scatter, j.distance};
    } else {
      found.left_out.push_back({recordings[window.recording].group, window.from, window.to, tag, j.scatter, j.distance});
    }
    last = j.window;
  }
  return found;
}

std::vector<Recording> without(std::vector<Recording> recordings, std::span<const LeftOut> left_out) {
  for (Recording& recording : recordings) {
    bool cut = false;
    std::vector<Frame> kept;
    for (Frame& frame : recording.frames) {
      const bool out = std::any_of(left_out.begin(), left_out.end(), [&](const LeftOut& stretch) {
        return stretch.group == recording.group && frame.time > stretch.from && frame.time <= stretch.to;
      });
      if (!out) {
        frame.cold = frame.cold || cut;
        kept.push_back(std::move(frame));
      }
      cut = out;
    }
    recording.frames = std::move(kept);
  }
  return recordings;
}

void trim(const Line& line, Split& split, std::map<std::string, std::string>& facts, const TrimOptions& options) {
  const std::size_t teach = split.train.size();
  std::vector<Recording> all = std::move(split.train);
  std::move(split.calibrate.begin(), split.calibrate.end(), std::back_inserter(all));
  const Contamination found = find_contamination(line, all, options);
  std::string words;
  for (const LeftOut& stretch : found.left_out) words += (words.empty() ? "" : "; ") + to_line(stretch);
  facts["left out"] = found.left_out.empty() ? fmt::format("nothing: of {} windows of {} s none is unlike the rest", found.windows, options.window_s) : words;
  if (found.too_many)
    facts["left out, warning"] = fmt::format("{} of {} windows are unlike the rest, at most {:.0f} % were left out: are these the data of one process?", found.beyond,
                                             found.windows, 100 * options.share_max);
  all = without(std::move(all), found.left_out);
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(teach);
  split.train.assign(std::make_move_iterator(all.begin()), std::make_move_iterator(middle));
  split.calibrate.assign(std::make_move_iterator(middle), std::make_move_iterator(all.end()));
}

}  // namespace steadyline
