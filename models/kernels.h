#pragma once

#include <cstddef>
#include <span>

#include "models/aligned_floats.h"

/// The arithmetic of the networks on Highway, chosen at run time for the processor's vectors.
///
/// Bits    every output is summed by fused multiply-add in its own lane, from the bias on, in the order of the inputs; activations are the
///         same polynomials for every vector width. So the result depends neither on the batch, nor on the place in it, nor on the target.
/// Threads pure functions on the caller's memory. Errors: none.
namespace steadyline::kernels {

/// Outputs come in panels of so many, whatever the vector width; the last one is padded with zero weights.
inline constexpr std::size_t panel = 16;
constexpr std::size_t padded(std::size_t count) { return (count + panel - 1) / panel * panel; }

/// Weights and biases of one dense layer, packed so that a block of rows streams through them: [panel][input][16].
struct PackedDense {
  std::size_t inputs = 0;
  std::size_t outputs = 0;  ///< padded
  AlignedFloats weight;
  AlignedFloats bias;
};

/// `weight` is [outputs][inputs], row-major, as PyTorch has it.
PackedDense pack(std::span<const float> weight, std::span<const float> bias, std::size_t outputs, std::size_t inputs);

/// y[row][output] = bias + Σ weight · x[row][input]. Strides in floats; y's is at least layer.outputs, and its rows begin on cache lines.
void dense(const PackedDense& layer, const float* x, std::size_t x_stride, std::size_t rows, float* y, std::size_t y_stride);

/// The LSTM's gates i, f, g, o, [4][hidden], become c = σ(f) c + σ(i) tanh(g) and h = σ(o) tanh(c). `hidden` is a multiple of 16.
void update_lstm(const float* gates, std::size_t hidden, float* h, float* c);

/// Every value becomes its hyperbolic tangent; `count` is a multiple of 16.
void tanh_all(float* values, std::size_t count);

}  // namespace steadyline::kernels
