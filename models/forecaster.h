#pragma once

#include <memory>
#include <span>

#include "models/bundle.h"

namespace steadyline {

/// Steps a bundle's LSTM by one frame for a batch of lines and reads its quantile heads.
///
/// Shape    features: [batch][inputs()]; state: [batch][state_size()], updated in place (zeros = cold); forecasts:
///          [batch][targets][horizons][quantiles]; row-major. The features tell whether steady or eventful shifts apply.
/// Units    features as step_features gives them; forecasts in the tags' own units, quantiles ascending, conformal shifts applied.
/// Owns     the packed weights. State belongs to the caller: it is part of the line's state.
/// Threads  constant after construction: any number of callers, each with its own state.
/// Errors   none after construction: load_bundle has refused a bundle whose shapes disagree.
/// Bits     independent of batch size, threads and vector width; within 1e-5 of libtorch in z units (tests/golden).
/// Cost     allocates nothing beyond a per-thread scratch on first use.
class Forecaster {
 public:
  explicit Forecaster(const Bundle& bundle);
  ~Forecaster();
  Forecaster(Forecaster&&) noexcept;
  Forecaster& operator=(Forecaster&&) noexcept;

  std::size_t inputs() const;
  std::size_t state_size() const;  ///< 2 * hidden: h, then c
  std::size_t outputs() const;     ///< targets * horizons * quantiles
  void step(std::span<const float> features, std::span<float> state, std::span<float> forecasts) const;

 private:
  struct Weights;
  std::unique_ptr<const Weights> weights_;
};

}  // namespace steadyline
