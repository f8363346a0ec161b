#include "training/sequences.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steadyline {
namespace {

constexpr double to_sigma = 1.4826;  // of the median absolute deviation of a normal distribution

double quantile(std::vector<double>& values, double p) {
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(p * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

std::vector<double> running_values(std::span<const Recording> recordings, TagIndex tag) {
  std::vector<double> values;
  for (const Recording& recording : recordings)
    for (const Frame& frame : recording.frames)
      if (frame.running && usable(frame.flaws[tag.value])) values.push_back(frame.values[tag.value]);
  return values;
}

/// Least spread that makes sense where a tag hardly moves: a setpoint at rest must not turn its first move into an alarm of 1e9 sigma.
/// And the hard limits must be seen undistorted: the next campaign may run at another level than all before.
double least_scale(const Tag& tag, double center, double clip) {
  double least = std::max(1e-3, 0.01 * std::fabs(center));
  if (tag.control.bounded() && std::isfinite(tag.control.high - tag.control.low)) least = (tag.control.high - tag.control.low) / 20;
  for (const double limit : {tag.hard.low, tag.hard.high})
    if (std::isfinite(limit)) least = std::max(least, std::fabs(limit - center) / clip);
  return least;
}

void fit_tag(const Tag& tag, std::vector<double> values, FeatureSpec& spec) {
  if (values.empty()) values.push_back(0);
  const double center = quantile(values, 0.5);
  const double low = quantile(values, 0.005);
  const double high = quantile(values, 0.995);
  for (double& v : values) v = std::fabs(v - center);
  const double spread = to_sigma * quantile(values, 0.5);
  const double reach = std::max(high - center, center - low) / (spec.clip / 2);
  spec.center.push_back(center);
  spec.scale.push_back(std::max({spread, reach, least_scale(tag, center, spec.clip)}));
}

/// Walks the frames of all recordings and appends those that run.
class SequenceBuilder {
 public:
  SequenceBuilder(const Line& line, const FeatureSpec& spec, const Question& question) : line_{line}, spec_{spec}, question_{question} {
    out_.inputs = spec.size();
    out_.fans = question.fans();
  }

  void take(const Recording& recording) {
    FeatureState state;
    bool ran = false;
    for (const Frame& frame : recording.frames) {
      row_.resize(spec_.size());
      step_features(spec_, line_, frame, state, row_);
      if (frame.running) append(frame, !ran || frame.cold);
      ran = frame.running;
    }
  }

  Sequence finish() {
    out_.futures.assign(out_.frames() * out_.fans, std::numeric_limits<float>::quiet_NaN());
    for (std::size_t i = 0; i < out_.frames(); ++i)
      for (std::size_t h = 0; h < question_.ahead.size(); ++h) look_ahead(i, h);
    return std::move(out_);
  }

 private:
  void append(const Frame& frame, bool begins) {
    out_.since.push_back(begins ? 0 : out_.since.back() + 1);
    out_.run.push_back(out_.run.empty() ? 0 : out_.run.back() + (begins ? 1 : 0));
    out_.times.push_back(frame.time);
    out_.features.insert(out_.features.end(), row_.begin(), row_.end());
    for (const std::size_t target : question_.targets) {
      const std::size_t tag = spec_.tags[target].value;
      const bool known = usable(frame.flaws[tag]);
      now_.push_back(known ? (frame.values[tag] - spec_.center[target]) / spec_.scale[target] : std::numeric_limits<double>::quiet_NaN());
    }
  }

  void look_ahead(std::size_t i, std::size_t h) {
    const std::size_t j = i + question_.ahead[h];
    const auto step = line_.period * static_cast<std::int64_t>(question_.ahead[h]);
    if (out_.since[i] < question_.settle_frames || j >= out_.frames() || out_.run[j] != out_.run[i] || out_.times[j] - out_.times[i] != step) return;
    for (std::size_t t = 0; t < question_.targets.size(); ++t)
      out_.futures[i * out_.fans + t * question_.ahead.size() + h] = static_cast<float>(now_[j * question_.targets.size() + t]);
  }

  const Line& line_;
  const FeatureSpec& spec_;
  const Question& question_;
  Sequence out_;
  std::vector<float> row_;
  std::vector<double> now_;  // [frames][targets], z units
};

}  // namespace

FeatureSpec fit_features(const Line& line, std::span<const Recording> recordings, const TrainOptions& options) {
  FeatureSpec spec;
  spec.fast_span_s = options.fast_span_s;
  spec.slow_span_s = options.slow_span_s;
  spec.clip = options.clip;
  for (std::uint32_t i = 0; i < line.tags.size(); ++i) {
    if (!line.tags[i].modelled) continue;
    spec.tags.push_back(TagIndex{i});
    fit_tag(line.tags[i], running_values(recordings, TagIndex{i}), spec);
  }
  return spec;
}

Sequence to_sequence(const Line& line, const FeatureSpec& spec, const Question& question, std::span<const Recording> recordings) {
  SequenceBuilder builder{line, spec, question};
  for (const Recording& recording : recordings) builder.take(recording);
  return builder.finish();
}

}  // namespace steadyline
