#pragma once

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "frames/features.h"
#include "models/forecaster.h"
#include "models/health.h"
#include "models/health_trend.h"
#include "monitor/options.h"
#include "monitor/step.h"

namespace steadyline {

struct LoadedModels;

/// What the models remember of one line. A plain value; a line's first running frame begins it anew (but for the features' memory of last values).
struct ModelState {
  const LoadedModels* of = nullptr;  // whose memory this is: with other models it begins anew
  EventTime began{};  // when health did
  FeatureState features;
  std::vector<float> lstm;    // h, then c
  HealthState health;
  std::vector<float> shares;  // smoothed contributions by modelled tag
  TrendTrack trend;
  DriftState drift;
  GoldenState golden;
  SoftSensorState soft_sensors;
};

/// Of the slowest mean that a bundle's health score is made of.
double memory_s(const Bundle& bundle);

/// The frozen models of one bundle, ready to run.
struct LoadedModels {
  LoadedModels(std::shared_ptr<const Bundle> frozen, const Line& line, std::size_t place)
      : bundle{std::move(frozen)}, number{place}, forecaster{*bundle}, health{*bundle}, trend{static_cast<double>(bundle->period.count()) / 1000, memory_s(*bundle)}, drift{bundle->drift, line}, golden{bundle->golden, line}, soft_sensors{bundle->soft_sensors, line} {}
  std::shared_ptr<const Bundle> bundle;
  std::size_t number;  ///< counts the bundles loaded
  Forecaster forecaster;
  HealthModel health;
  HealthTrend trend;
  DriftModel drift;
  GoldenModel golden;
  SoftSensors soft_sensors;
};

/// Assesses frames: features → forecaster, health. Lines that share a bundle are stepped in one batch; a line's frames in order.
///
/// State    belongs to the lines (LineState::models); a batch's size leaves no trace in the bits.
/// Threads  one at a time.
class Models {
 public:
  /// The models of a bundle, loaded once per bundle, for the line that it was trained for; null for null.
  const LoadedModels* load(const std::shared_ptr<const Bundle>& bundle, const Line& line);
  void assess(Steps& steps);

 private:
  /// One frame for one bundle's models, with their memory of the line.
  struct Job {
    FrameStep* step;
    ModelState* state;
    Assessment* assessment;
  };
  using Batches = std::map<std::size_t, std::pair<const LoadedModels*, std::vector<Job>>>;  // by order of loading: without addresses

  void take_round(const Batches& batches);
  void step_batch(const LoadedModels& models, std::span<const Job> batch);
  void conclude(const LoadedModels& models, std::span<const float> features, std::span<const float> fan, const Job& job);

  std::map<const Bundle*, std::unique_ptr<LoadedModels>> loaded_;
  std::vector<float> features_, states_, fans_, shares_;  // scratch of one batch
};

/// The `Assessment::worst` of a fan: for each target the horizon at which the median is farthest on its way from the trained centre to a
/// hard limit (a tag without hard limits has no way to go).
void find_worst(const Line& line, const Bundle& bundle, Assessment& assessment);

}  // namespace steadyline
