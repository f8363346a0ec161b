#include "training/trainer.h"

#include <fmt/format.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <cmath>
#include <exception>
#include <future>
#include <optional>

#include "core/numeric.h"
#include "core/sha256.h"
#include "core/time_text.h"
#include "line/tag_facts.h"
#include "training/calibration.h"
#include "training/conformal.h"
#include "training/health_spans.h"
#include "training/namesakes.h"
#include "training/networks.h"
#include "training/options_text.h"
#include "training/hopper_fit.h"
#include "training/sequences.h"

namespace steadyline {
namespace {

/// Counts up with each change of what a training computes: checkpoints of the version before are refused then.
constexpr int training_version = 3;
/// Where the stages begin in the whole, by the time that they take on the twin.
constexpr double linear_from = 0.12, epochs_from = 0.25, autoencoder_from = 0.92, calibration_from = 0.94, engine_from = 0.97;
constexpr std::size_t running_frames_needed = 600;
constexpr double settle_s = 120;  // models warm up so long on the live line before anyone listens

tl::unexpected<Error> refuse(Errc code, std::string what, std::string mend) {
  return tl::unexpected(Error{code, std::move(what), "training", std::move(mend)});
}

std::string text_of(double value) {
  std::string text;
  numeric::append_number(text, value);
  return text;
}

std::string groups_of(std::span<const Recording> recordings) {
  std::string text;
  for (const Recording& r : recordings) text += (text.empty() ? "" : " ") + r.group;
  return text;
}

/// The recordings were millions of small pieces; without this the process keeps their room, as much as the features take.
void give_memory_back() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

struct Fingerprints {
  std::string train, calibrate, disturbed_train, disturbed_calibrate;
};

class Training {
 public:
  Training(const Line& line, const TrainOptions& options, const TrainProgress& progress, const TrainAside& aside)
      : line_{line}, options_{options}, progress_{progress}, aside_{aside}, course_{aside.course == nullptr ? own_course_ : *aside.course} {
    period_s_ = static_cast<double>(line.period.count()) / 1000;
    settle_frames_ = static_cast<std::int64_t>(std::ceil(settle_s / period_s_));
  }

  Result<Bundle> run(std::span<const Recording> train, std::span<const Recording> calibrate, Split disturbed) {
    const StageClock features;
    say("features", 0, 0, "of all recordings");
    const auto fingerprints = [&] {
      return Fingerprints{fingerprint(train), fingerprint(calibrate), fingerprint(disturbed.train), fingerprint(disturbed.calibrate)};
    };
    std::future<Fingerprints> found = std::async(std::launch::async, fingerprints);  // as long as all the features take
    bundle_.features = fit_features(line_, train, options_, disturbed.train);
    if (const auto ready = describe(disturbed.train.empty() ? train : std::span<const Recording>{disturbed.train}); !ready) return tl::unexpected(ready.error());
    fit_unrest(to_sequence(line_, bundle_.features, question_, train), bundle_.features);
    const Sequence train_rows = to_sequence(line_, bundle_.features, question_, train);
    const Sequence calibrate_rows = to_sequence(line_, bundle_.features, question_, calibrate);
    for (const Sequence* rows : {&train_rows, &calibrate_rows}) {
      if (rows->frames() < running_frames_needed)
        return refuse(Errc::usage, fmt::format("{} frames of running production, {} are needed to train and to calibrate", rows->frames(), running_frames_needed),
                      "give longer recordings, or check running: in the line description");
    }
    fingerprints_ = found.get();
    if (const auto begun = begin_checkpoints(train, calibrate, disturbed); !begun) return tl::unexpected(begun.error());
    course_.took("features", features.seconds());
    networks::prepare(options_.seed);
    Sequence judged;  // disturbed frames that calibrate
    if (disturbed.train.empty() || disturbed.calibrate.empty()) {
      fit_forecaster({train_rows, calibrate_rows}, {train_rows, calibrate_rows});
    } else {
      const StageClock more;
      say("features", 0, 0.07, "of disturbed recordings");
      bundle_.passport["disturbed train groups"] = groups_of(disturbed.train);
      bundle_.passport["disturbed train fingerprint"] = fingerprints_.disturbed_train;
      bundle_.passport["disturbed calibrate groups"] = groups_of(disturbed.calibrate);
      bundle_.passport["disturbed calibrate fingerprint"] = fingerprints_.disturbed_calibrate;
      const Sequence lively =
          to_sequence(line_, bundle_.features, question_, std::exchange(disturbed.train, {}), Masking{options_.mask_share, options_.seed});
      judged = to_sequence(line_, bundle_.features, question_, std::exchange(disturbed.calibrate, {}));
      give_memory_back();
      bundle_.passport["disturbed train running frames"] = fmt::format("{}", lively.frames());
      course_.took("features of disturbed recordings", more.seconds());
      fit_forecaster({train_rows, calibrate_rows}, {lively, judged});
    }
    fit_health(train_rows, calibrate_rows);
    const StageClock calibration;
    fit_limits(train_rows, calibrate_rows);
    if (const auto same = compare_and_calibrate(calibrate_rows, judged); !same) return tl::unexpected(same.error());
    course_.took("calibration", calibration.seconds());
    if (aside_.checkpoints != nullptr) course_.resumed = aside_.checkpoints->resumed();
    sign(train, calibrate, train_rows, calibrate_rows);
    return std::move(bundle_);
  }

 private:
  Result<void> describe(std::span<const Recording> lively) {
    bundle_.line = line_.id;
    bundle_.line_sha256 = line_.sha256;
    bundle_.period = line_.period;
    bundle_.forecaster.hidden = options_.hidden;
    bundle_.forecaster.quantiles = options_.quantiles;
    for (std::size_t i = 0; i < bundle_.features.tags.size(); ++i) {
      const Tag& tag = line_.tag(bundle_.features.tags[i]);
      bundle_.tag_paths.push_back(tag.path);
      if (tag.forecast) bundle_.forecaster.targets.push_back(i);
    }
    bundle_.features.followed = bundle_.forecaster.targets;
    bundle_.features.ladder_s = options_.ladder_s;
    for (const std::size_t target : bundle_.forecaster.targets) {
      const UnitIndex unit = line_.tag(bundle_.features.tags[target]).unit;
      bundle_.features.to_product_s.push_back(line_.unit(unit).to_product_s);
      bundle_.features.unit_of.push_back(unit.value);
    }
    for (const TagIndex guide : bundle_.features.guides) bundle_.guide_paths.push_back(line_.tag(guide).path);
    bundle_.features.hoppers = fit_hoppers(line_, bundle_.features.units, lively);
    for (const Hopper& hopper : bundle_.features.hoppers) bundle_.hopper_paths.push_back(line_.tag(hopper.weight).path);
    for (const UnitIndex unit : bundle_.features.units) bundle_.unit_ids.push_back(line_.unit(unit).id);
    for (const double horizon : options_.horizons_s) {
      if (std::fmod(horizon, period_s_) == 0) bundle_.forecaster.horizons_s.push_back(horizon);
    }
    if (options_.layers != 1) return refuse(Errc::usage, fmt::format("{} LSTM layers, a bundle holds one", options_.layers), "set layers to 1");
    if (bundle_.forecaster.targets.empty() || bundle_.forecaster.horizons_s.empty())
      return refuse(Errc::usage, fmt::format("line {} has no modelled tag with forecast: true, or no horizon is a multiple of its period", line_.id),
                    "mark tags with modelled and forecast in the line description");
    question_.targets = bundle_.forecaster.targets;
    question_.namesakes = namesakes(bundle_.tag_paths, question_.targets);
    question_.settle_frames = settle_frames_;
    for (const double horizon : bundle_.forecaster.horizons_s) question_.ahead.push_back(static_cast<std::size_t>(std::llround(horizon / period_s_)));
    const auto inputs = static_cast<std::int64_t>(2 * bundle_.features.tag_count());
    const std::int64_t hidden = options_.autoencoder_hidden > 0 ? options_.autoencoder_hidden : inputs;
    const std::int64_t neck = options_.autoencoder_bottleneck > 0 ? options_.autoencoder_bottleneck : std::max<std::int64_t>(2, inputs / 3);
    bundle_.health.layers = {inputs, hidden, neck, hidden, inputs};
    bundle_.health.smooth_s = options_.smooth_frames * period_s_;
    return {};
  }

  void fit_forecaster(const networks::ForecasterData& calm, const networks::ForecasterData& lively) {
    const auto fitted = [this, first = true](std::size_t done, std::size_t targets) mutable {
      const double part = (epochs_from - linear_from) * static_cast<double>(done) / static_cast<double>(targets);
      say("linear start", std::exchange(first, false) ? share_ + part : share_, linear_from + part, fmt::format("{} of {} tags", done, targets));
    };
    const auto epoch_done = [this](int epoch, int epochs, double a, double b) {
      const double one = (autoencoder_from - epochs_from) / epochs, share = epochs_from + one * epoch;
      say("forecaster", share - one, share, fmt::format("epoch {} of at most {}, loss {:.4f} (calibration {:.4f})", epoch, epochs, a, b));
    };
    const auto losses = networks::fit_forecaster(calm, lively, question_, options_, bundle_.tensors, {fitted, epoch_done, aside_.checkpoints, &course_});
    bundle_.passport["forecaster loss, linear start"] = text_of(losses.linear);
    bundle_.passport["forecaster loss, kept"] = text_of(losses.best);
    bundle_.passport["forecaster epochs"] = fmt::format("{}, kept {}", losses.epochs, losses.best_epoch);
  }

  void fit_health(const Sequence& train, const Sequence& calibrate) {
    const std::size_t tags = bundle_.features.tag_count();
    const auto rows = autoencoder_rows(train, tags, settle_frames_), judged = autoencoder_rows(calibrate, tags, settle_frames_);
    const auto epoch_done = [this](int epoch, int epochs, double loss, double judged_loss) {
      const double one = (calibration_from - autoencoder_from) / epochs, share = autoencoder_from + one * epoch;
      say("autoencoder", share - one, share, fmt::format("epoch {} of {}, loss {:.4f} (calibration {:.4f})", epoch, epochs, loss, judged_loss));
    };
    networks::fit_autoencoder(rows, judged, bundle_.health.layers, options_, bundle_.tensors, {{}, epoch_done, aside_.checkpoints, &course_});
  }

  void fit_limits(const Sequence& train, const Sequence& calibrate) {
    fit_error_scale(train, settle_frames_, bundle_);
    fit_health_spans(train, settle_frames_, bundle_);
    fit_span_limits(calibrate, settle_frames_, 0.999, bundle_);
    say("calibration", calibration_from, calibration_from, "health limit");
    const auto found = fit_health_limit(calibrate, settle_frames_, period_s_, options_.false_alarms_per_24h, bundle_);
    bundle_.passport["health calibration"] =
        fmt::format("{:.1f} h, {} peaks over {:.4f}, mean excess {:.4f}; typical {:.4f}, limit {:.4f}", found.hours, found.peaks, found.threshold,
                    found.mean_excess, bundle_.health.e_typical, bundle_.health.e_limit);
  }

  Result<void> compare_and_calibrate(const Sequence& calibrate, const Sequence& lively) {
    say("calibration", share_, engine_from, "streaming engine against libtorch");
    bundle_.forecaster.conformal_low.assign(ForecasterSpec::groups * calibrate.fans, 0);
    bundle_.forecaster.conformal_high.assign(ForecasterSpec::groups * calibrate.fans, 0);
    bundle_.forecaster.conformal_mid.assign(ForecasterSpec::groups * calibrate.fans, 0);
    const std::size_t quantiles = options_.quantiles.size();
    const std::vector<float> theirs = networks::run_forecaster(calibrate, bundle_.tensors, quantiles);
    const std::vector<float> ours = run_engine(calibrate, bundle_);
    double worst = 0;
    for (std::size_t i = 0; i < theirs.size(); ++i) {
      // The engine answers in the tag's unit as a float: its rounding, seen in z units, is no disagreement.
      const std::size_t place = question_.targets[i / quantiles / question_.ahead.size() % question_.targets.size()];
      const double rounding = 1.2e-7 * std::fabs(bundle_.features.center[place] / bundle_.features.scale[place]);
      worst = std::max(worst, std::fabs(static_cast<double>(theirs[i]) - static_cast<double>(ours[i])) - rounding);
    }
    bundle_.passport["engine against libtorch"] = fmt::format("largest difference {:.1e} z units over {} frames", worst, calibrate.frames());
    if (!(worst <= 1e-5))
      return refuse(Errc::bundle, fmt::format("streaming engine and libtorch differ by {:.2e} z units, allowed 1e-5", worst), "report this with the options and the data's fingerprint");
    calibrate_intervals({&calibrate, &ours}, lively);
    return {};
  }

  /// Where there are disturbed recordings, those without a fault say how far to trust in steady production, all of them in events.
  void calibrate_intervals(const ConformalData& own, const Sequence& lively) {
    if (lively.frames() == 0) return fit_conformal(own, {}, bundle_);
    const std::vector<float> of_lively = run_engine(lively, bundle_);
    const ConformalData others{&lively, &of_lively};
    const Sequence calm = faultless(lively);
    if (calm.frames() == 0) return fit_conformal(own, std::span{&others, 1}, bundle_);
    const std::vector<float> of_calm = run_engine(calm, bundle_);
    fit_conformal({&calm, &of_calm}, std::span{&others, 1}, bundle_);
  }

  void sign(std::span<const Recording> train, std::span<const Recording> calibrate, const Sequence& train_rows, const Sequence& calibrate_rows) {
    auto& facts = bundle_.passport;
    for (const auto& [name, value] : networks::pins()) facts[name] = value;
    facts.merge(tag_facts(line_, bundle_.tag_paths));
    facts["seed"] = fmt::format("{}", options_.seed);
    facts["train groups"] = groups_of(train);
    facts["train fingerprint"] = fingerprints_.train;
    facts["train running frames"] = fmt::format("{}", train_rows.frames());
    facts["train period"] = to_rfc3339(train_rows.times.front()) + " to " + to_rfc3339(train_rows.times.back());
    facts["calibrate groups"] = groups_of(calibrate);
    facts["calibrate fingerprint"] = fingerprints_.calibrate;
    facts["calibrate running frames"] = fmt::format("{}", calibrate_rows.frames());
    facts["calibrate period"] = to_rfc3339(calibrate_rows.times.front()) + " to " + to_rfc3339(calibrate_rows.times.back());
    facts["alarm budget"] = text_of(options_.false_alarms_per_24h) + " false health alarms per 24 h of production";
  }

  /// A piece of work that began at the share `from` of the whole and has come to `share`; what lies between the last one and it is in checkpoints.
  void say(const char* stage, double from, double share, std::string words) {
    resumed_ += std::max(0.0, from - share_);
    share_ = share;
    if (progress_) progress_({stage, share, resumed_, std::move(words)});
  }

  /// Whose checkpoints they are, in full.
  Result<void> begin_checkpoints(std::span<const Recording> train, std::span<const Recording> calibrate, const Split& disturbed) {
    if (aside_.checkpoints == nullptr) return {};
    std::string recordings = fingerprints_.train + fingerprints_.calibrate + fingerprints_.disturbed_train + fingerprints_.disturbed_calibrate;
    for (const auto part : {train, calibrate, std::span{disturbed.train}, std::span{disturbed.calibrate}})
      for (const Recording& recording : part) recordings += recording.faulty ? '!' : '.';
    std::string pins;
    for (const auto& [name, value] : networks::pins()) pins += name + " " + value + "; ";
    aside_.checkpoints->belongs_to("the training's version", std::to_string(training_version));
    aside_.checkpoints->belongs_to("libtorch and its pins", pins);
    aside_.checkpoints->belongs_to("line description", line_.id + " " + line_.sha256);
    aside_.checkpoints->belongs_to("options", to_text(options_));
    aside_.checkpoints->belongs_to("recordings", sha256_hex(recordings));
    return aside_.checkpoints->begin();
  }

  const Line& line_;
  const TrainOptions& options_;
  const TrainProgress& progress_;
  const TrainAside& aside_;
  TrainingCourse own_course_;  // when nobody wants to know
  TrainingCourse& course_;
  Fingerprints fingerprints_;
  double share_ = 0, resumed_ = 0;  // of the whole: how far it has come, and what of it checkpoints held
  double period_s_ = 1;
  std::int64_t settle_frames_ = 0;
  Question question_;
  Bundle bundle_;
};

}  // namespace

Result<Bundle> train_bundle(const Line& line, std::span<const Recording> train, std::span<const Recording> calibrate, const TrainOptions& options,
                            const TrainProgress& progress, Split disturbed, const TrainAside& aside) {
  try {
    return Training{line, options, progress, aside}.run(train, calibrate, std::move(disturbed));
  } catch (const std::exception& trouble) {  // libtorch throws; nothing of it may cross this border
    return refuse(Errc::bundle, fmt::format("libtorch: {}", trouble.what()), "check that libtorch and an optimised BLAS are installed as deploy/ lists them");
  }
}

}  // namespace steadyline
