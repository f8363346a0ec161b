#include "core/vector_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// After highway.h, which it relies on.
#include <hwy/contrib/math/math-inl.h>

#include "models/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace steadyline::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// At most a panel wide, so that a vector never reaches into the next panel.
using Floats = hn::CappedTag<float, panel>;
using Vector = hn::Vec<Floats>;

/// Rows × Vectors outputs at a time, all of them in registers while the inputs pass by. `vector` is the first one's number.
template <std::size_t Rows, std::size_t Vectors>
HWY_INLINE void block(const PackedDense& layer, std::size_t vector, const float* HWY_RESTRICT x, std::size_t x_stride, float* HWY_RESTRICT y,
                      std::size_t y_stride) {
  constexpr Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const float* HWY_RESTRICT weight[Vectors];
  Vector sums[Rows][Vectors];
  for (std::size_t v = 0; v < Vectors; ++v) {
    const std::size_t output = (vector + v) * lanes;
    weight[v] = layer.weight.data() + output / panel * panel * layer.inputs + output % panel;
    for (std::size_t r = 0; r < Rows; ++r) sums[r][v] = hn::Load(d, layer.bias.data() + output);
  }
  for (std::size_t k = 0; k < layer.inputs; ++k) {
    Vector column[Vectors];
    for (std::size_t v = 0; v < Vectors; ++v) column[v] = hn::Load(d, weight[v] + k * panel);
    for (std::size_t r = 0; r < Rows; ++r) {
      const Vector input = hn::Set(d, x[r * x_stride + k]);
      for (std::size_t v = 0; v < Vectors; ++v) sums[r][v] = hn::MulAdd(column[v], input, sums[r][v]);
    }
  }
  for (std::size_t r = 0; r < Rows; ++r)
    for (std::size_t v = 0; v < Vectors; ++v) hn::Store(sums[r][v], d, y + r * y_stride + (vector + v) * lanes);
}

#if HWY_TARGET == HWY_AVX3
constexpr std::size_t vectors_wide = 4;  // 32 registers
#else
constexpr std::size_t vectors_wide = 2;  // 16 registers
#endif
constexpr std::size_t rows_high = 6;
constexpr std::size_t vectors_alone = 8;  // one row has no other row to hide the latency of its sums

template <std::size_t Rows, std::size_t Vectors>
void strip(const PackedDense& layer, const float* x, std::size_t x_stride, float* y, std::size_t y_stride) {
  const std::size_t count = layer.outputs / hn::Lanes(Floats());
  std::size_t vector = 0;
  for (; vector + Vectors <= count; vector += Vectors) block<Rows, Vectors>(layer, vector, x, x_stride, y, y_stride);
  for (; vector < count; ++vector) block<Rows, 1>(layer, vector, x, x_stride, y, y_stride);
}

/// Whole blocks of rows, panel by panel: the panel's weights stay in L1 while all rows pass.
void full_blocks(const PackedDense& layer, const float* x, std::size_t x_stride, std::size_t rows, float* y, std::size_t y_stride) {
  const std::size_t count = layer.outputs / hn::Lanes(Floats());
  std::size_t vector = 0;
  for (; vector + vectors_wide <= count; vector += vectors_wide)
    for (std::size_t r = 0; r < rows; r += rows_high)
      block<rows_high, vectors_wide>(layer, vector, x + r * x_stride, x_stride, y + r * y_stride, y_stride);
  for (; vector < count; ++vector)
    for (std::size_t r = 0; r < rows; r += rows_high) block<rows_high, 1>(layer, vector, x + r * x_stride, x_stride, y + r * y_stride, y_stride);
}

void dense(const PackedDense& layer, const float* x, std::size_t x_stride, std::size_t rows, float* y, std::size_t y_stride) {
  const std::size_t whole = rows / rows_high * rows_high;
  full_blocks(layer, x, x_stride, whole, y, y_stride);
  x += whole * x_stride;
  y += whole * y_stride;
  switch (rows - whole) {
    case 1: return strip<1, vectors_alone>(layer, x, x_stride, y, y_stride);
    case 2: return strip<2, 4>(layer, x, x_stride, y, y_stride);
    case 3: return strip<3, vectors_wide>(layer, x, x_stride, y, y_stride);
    case 4: return strip<4, vectors_wide>(layer, x, x_stride, y, y_stride);
    case 5: return strip<5, vectors_wide>(layer, x, x_stride, y, y_stride);
    default: return;
  }
}

/// Both activations saturate in float32 long before these limits; they keep Exp within the range that Highway states.
HWY_INLINE Vector sigmoid(Vector x) {
  constexpr Floats d;
  const Vector held = hn::Min(hn::Max(x, hn::Set(d, -80.0F)), hn::Set(d, 80.0F));
  const Vector one = hn::Set(d, 1.0F);
  return hn::Div(one, hn::Add(one, hn::Exp(d, hn::Neg(held))));
}

HWY_INLINE Vector tanh(Vector x) {
  constexpr Floats d;
  return hn::Tanh(d, hn::Min(hn::Max(x, hn::Set(d, -20.0F)), hn::Set(d, 20.0F)));
}

void update_lstm(const float* gates, std::size_t hidden, float* h, float* c) {
  constexpr Floats d;
  for (std::size_t i = 0; i < hidden; i += hn::Lanes(d)) {
    const Vector input = sigmoid(hn::Load(d, gates + i));
    const Vector forget = sigmoid(hn::Load(d, gates + hidden + i));
    const Vector fresh = tanh(hn::Load(d, gates + 2 * hidden + i));
    const Vector output = sigmoid(hn::Load(d, gates + 3 * hidden + i));
    const Vector cell = hn::MulAdd(forget, hn::LoadU(d, c + i), hn::Mul(input, fresh));
    hn::StoreU(cell, d, c + i);
    hn::StoreU(hn::Mul(output, tanh(cell)), d, h + i);
  }
}

void tanh_all(float* values, std::size_t count) {
  constexpr Floats d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) hn::StoreU(tanh(hn::LoadU(d, values + i)), d, values + i);
}

}  // namespace steadyline::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace steadyline::kernels {

HWY_EXPORT(dense);
HWY_EXPORT(update_lstm);
HWY_EXPORT(tanh_all);

PackedDense pack(std::span<const float> weight, std::span<const float> bias, std::size_t outputs, std::size_t inputs) {
  PackedDense layer{inputs, padded(outputs), AlignedFloats(padded(outputs) * inputs), AlignedFloats(padded(outputs))};
  for (std::size_t output = 0; output < outputs; ++output) {
    layer.bias.data()[output] = bias[output];
    float* const lane = layer.weight.data() + output / panel * panel * inputs + output % panel;
    for (std::size_t k = 0; k < inputs; ++k) lane[k * panel] = weight[output * inputs + k];
  }
  return layer;
}

void dense(const PackedDense& layer, const float* x, std::size_t x_stride, std::size_t rows, float* y, std::size_t y_stride) {
  HWY_DYNAMIC_DISPATCH(dense)(layer, x, x_stride, rows, y, y_stride);
}
void update_lstm(const float* gates, std::size_t hidden, float* h, float* c) { HWY_DYNAMIC_DISPATCH(update_lstm)(gates, hidden, h, c); }
void tanh_all(float* values, std::size_t count) { HWY_DYNAMIC_DISPATCH(tanh_all)(values, count); }

}  // namespace steadyline::kernels
#endif
