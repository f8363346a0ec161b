#include "training/sequences.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "core/philox.h"
#include "frames/context.h"

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

struct Scaling {
  double center, scale;
};

Scaling fit_tag(const Tag& tag, std::vector<double> values, std::vector<double> lively, const FeatureSpec& spec) {
  if (values.empty()) values.push_back(0);
  const double center = quantile(values, 0.5);
  const double low = quantile(values, 0.005);
  const double high = quantile(values, 0.995);
  for (double& v : values) v = std::fabs(v - center);
  const double spread = to_sigma * quantile(values, 0.5);
  double reach = std::max(high - center, center - low) / (spec.clip / 2);
  if (!lively.empty())  // other rates, start-ups: to be seen undistorted, with less room beyond
    reach = std::max(reach, std::max(quantile(lively, 0.99) - center, center - quantile(lively, 0.01)) / (0.9 * spec.clip));
  return {center, std::max({spread, reach, least_scale(tag, center, spec.clip)})};
}

bool is_guide(const Line& line, const Tag& tag) {
  if (tag.modelled || line.unit(tag.unit).phase_tag) return false;  // a batch-wise unit does not shape the line's material
  return tag.role == Role::setpoint || hopper_weight(line, tag.unit) == line.find_tag(tag.unit, tag.name);
}

void fit_guides(const Line& line, std::span<const Recording> recordings, FeatureSpec& spec) {
  for (std::uint32_t i = 0; i < line.tags.size(); ++i) {
    if (!is_guide(line, line.tags[i])) continue;
    const std::vector<double> values = running_values(recordings, TagIndex{i});
    if (values.empty() || std::all_of(values.begin(), values.end(), [&](double v) { return v == values.front(); })) continue;
    const Scaling scaling = fit_tag(line.tags[i], values, {}, spec);
    spec.guides.push_back(TagIndex{i});
    spec.guide_center.push_back(scaling.center);
    spec.guide_scale.push_back(scaling.scale);
  }
  for (std::uint32_t unit = 0; unit < line.units.size(); ++unit)
    if (line.units[unit].mode_tag) spec.units.push_back(UnitIndex{unit});
}

/// Which tags are masked, frame by frame.
class Mask {
 public:
  Mask(const Masking& masking, std::size_t tags) : masking_{masking}, left_(tags, 0) {}

  void take(const FeatureSpec& spec, Frame& frame) {
    constexpr double shortest = 30, longest = 600;  // frames
    const RandomStream begins{masking_.seed, 2 * frames_}, lengths{masking_.seed, 2 * frames_ + 1};
    ++frames_;
    for (std::size_t i = 0; i < left_.size(); ++i) {
      if (left_[i] == 0 && begins.uniform(i) < masking_.share / ((shortest + longest) / 2))
        left_[i] = static_cast<int>(shortest + lengths.uniform(i) * (longest - shortest));
      if (left_[i] == 0) continue;
      --left_[i];
      frame.flaws[spec.tags[i].value] = Flaw::null;
    }
  }

 private:
  Masking masking_;
  std::uint64_t frames_ = 0;
  std::vector<int> left_;
};

/// Walks the frames of all recordings and appends those that run.
class SequenceBuilder {
 public:
  SequenceBuilder(const Line& line, const FeatureSpec& spec, const Question& question, const Masking& masking)
      : line_{line}, spec_{spec}, question_{question}, mask_{masking, spec.tag_count()}, masked_{masking.share > 0} {
    out_.inputs = spec.size();
    out_.fans = question.fans();
    out_.tags = spec.tag_count();
    out_.targets = question.targets.size();
    out_.network = spec.network_size();
    out_.rungs = spec.rungs();
    out_.linear = spec.linear_size();
    out_.places = question.targets;
    for (std::size_t f = 0; f < spec.followed.size(); ++f) out_.own.push_back(spec.own_inputs(f));
    for (const std::size_t target : question.targets) {
      const auto unit = std::find(spec.units.begin(), spec.units.end(), line.tag(spec.tags[target]).unit);
      flags_.push_back(unit == spec.units.end() ? spec.line_at() : spec.unit_at(static_cast<std::size_t>(unit - spec.units.begin())));
    }
  }

  /// At most so many frames: a vector that doubles holds three times what it needs for a moment.
  void reserve(std::size_t frames) {
    out_.features.reserve(frames * out_.inputs);
    now_.reserve(frames * out_.targets);
  }

  void take(const Recording& recording) {
    FeatureState state;
    ContextTracker tracker{line_};
    bool ran = false;
    for (const Frame& frame : recording.frames) {
      row_.resize(spec_.size());
      const Context& context = tracker.take(frame);
      if (masked_) {
        spoilt_ = frame;
        mask_.take(spec_, spoilt_);
      }
      step_features(spec_, line_, masked_ ? spoilt_ : frame, context, state, row_);
      if (frame.running) append(frame, !ran || frame.cold, recording.faulty);
      ran = frame.running;
    }
  }

  Sequence finish() {
    out_.futures.assign(out_.frames() * out_.fans, std::numeric_limits<float>::quiet_NaN());
    for (std::size_t i = 0; i < out_.frames(); ++i)
      for (std::size_t h = 0; h < question_.ahead.size(); ++h) look_ahead(i, h);
    out_.features.shrink_to_fit();
    return std::move(out_);
  }

 private:
  void append(const Frame& frame, bool begins, bool faulty) {
    out_.since.push_back(begins ? 0 : out_.since.back() + 1);
    out_.run.push_back(out_.run.empty() ? 0 : out_.run.back() + (begins ? 1 : 0));
    out_.times.push_back(frame.time);
    out_.faulty.push_back(faulty ? 1 : 0);
    out_.features.insert(out_.features.end(), row_.begin(), row_.end());
    for (std::size_t f = 0; f < flags_.size(); ++f) {
      out_.eventful.push_back(static_cast<unsigned char>(context_group(spec_, row_, flags_[f])));
      out_.group.push_back(static_cast<unsigned char>(forecast_group(spec_, row_, f, flags_[f])));
    }
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
  Mask mask_;
  bool masked_;
  Frame spoilt_;
  std::vector<std::size_t> flags_;  // by target: the input that tells an event of its unit
  Sequence out_;
  std::vector<float> row_;
  std::vector<double> now_;  // [frames][targets], z units
};

}  // namespace

FeatureSpec fit_features(const Line& line, std::span<const Recording> recordings, const TrainOptions& options,
                         std::span<const Recording> lively) {
  FeatureSpec spec;
  spec.fast_span_s = options.fast_span_s;
  spec.slow_span_s = options.slow_span_s;
  spec.clip = options.clip;
  for (std::uint32_t i = 0; i < line.tags.size(); ++i) {
    if (!line.tags[i].modelled) continue;
    spec.tags.push_back(TagIndex{i});
    const Scaling scaling = fit_tag(line.tags[i], running_values(recordings, TagIndex{i}), running_values(lively, TagIndex{i}), spec);
    spec.center.push_back(scaling.center);
    spec.scale.push_back(scaling.scale);
  }
  fit_guides(line, lively.empty() ? recordings : lively, spec);
  return spec;
}

Sequence to_sequence(const Line& line, const FeatureSpec& spec, const Question& question, std::span<const Recording> recordings,
                     const Masking& masking) {
  SequenceBuilder builder{line, spec, question, masking};
  std::size_t frames = 0;
  for (const Recording& recording : recordings) frames += recording.frames.size();
  builder.reserve(frames);
  for (const Recording& recording : recordings) builder.take(recording);
  return builder.finish();
}

void fit_unrest(const Sequence& calm, FeatureSpec& spec) {
  constexpr double rest_share = 0.98, least = 1e-3;
  for (std::size_t f = 0; f < spec.followed.size(); ++f) {
    const auto limit = [&](unsigned char context) {
      std::vector<double> moves{least};
      for (std::size_t i = 0; i < calm.frames(); ++i)
        if (calm.eventful[i * calm.targets + f] == context) moves.push_back(moved_of(spec, calm.row(i), f));
      return std::max(least, quantile(moves, rest_share));
    };
    spec.unrest.push_back(limit(0));
    spec.unrest_refill.push_back(std::max(spec.unrest.back(), limit(1)));
  }
}

Sequence faultless(const Sequence& all) {
  const auto append = [](auto& to, const auto& from, std::size_t frame, std::size_t width) {
    const auto first = from.begin() + static_cast<std::ptrdiff_t>(frame * width);
    to.insert(to.end(), first, first + static_cast<std::ptrdiff_t>(width));
  };
  Sequence calm{all.inputs, all.fans, all.tags, all.targets, all.network, all.rungs, all.linear, all.places, all.own};
  for (std::size_t i = 0; i < all.frames(); ++i) {
    if (all.faulty[i] != 0) continue;
    append(calm.features, all.features, i, calm.inputs);
    append(calm.futures, all.futures, i, calm.fans);
    append(calm.eventful, all.eventful, i, calm.targets);
    append(calm.group, all.group, i, calm.targets);
    calm.run.push_back(all.run[i]);
    calm.since.push_back(all.since[i]);
    calm.times.push_back(all.times[i]);
    calm.faulty.push_back(0);
  }
  return calm;
}

}  // namespace steadyline
