#include "core/vector_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/normals.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// After highway.h, which it relies on.
#include <hwy/contrib/math/math-inl.h>

#include "core/normal_coefficients.h"
#include "core/normals.h"
#include "core/numeric.h"

HWY_BEFORE_NAMESPACE();
namespace steadyline::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using Doubles = hn::ScalableTag<double>;
using Words = hn::ScalableTag<std::uint64_t>;  // 32-bit numbers in 64-bit lanes
using Number = hn::Vec<Doubles>;
using Word = hn::Vec<Words>;

/// Product of the low 32 bits of each lane, whole.
HWY_INLINE Word product(Word a, Word b) {
#if HWY_TARGET == HWY_SCALAR  // compiled, never run: it has no halves of lanes
  return hn::Set(Words(), hn::GetLane(a) * hn::GetLane(b));
#else
  const hn::Repartition<std::uint32_t, Words> halves;
  return hn::MulEven(hn::BitCast(halves, a), hn::BitCast(halves, b));
#endif
}

/// Uniform numbers in (0, 1): core/philox.cpp lane by lane.
HWY_INLINE Number uniforms(std::uint64_t seed, std::uint64_t counter, Word streams) {
  const Words words;
  const Doubles doubles;
  const Word low = hn::Set(words, 0xFFFFFFFFULL);
  Word c0 = hn::Set(words, counter & 0xFFFFFFFFULL), c1 = hn::Set(words, counter >> 32);
  Word c2 = hn::And(streams, low), c3 = hn::ShiftRight<32>(streams);
  std::uint32_t key0 = static_cast<std::uint32_t>(seed), key1 = static_cast<std::uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const Word first = product(hn::Set(words, 0xD2511F53ULL), c0), second = product(hn::Set(words, 0xCD9E8D57ULL), c2);
    c0 = hn::Xor(hn::Xor(hn::ShiftRight<32>(second), c1), hn::Set(words, std::uint64_t{key0}));
    c2 = hn::Xor(hn::Xor(hn::ShiftRight<32>(first), c3), hn::Set(words, std::uint64_t{key1}));
    c1 = hn::And(second, low);
    c3 = hn::And(first, low);
    key0 += 0x9E3779B9U;
    key1 += 0xBB67AE85U;
  }
  const Word bits = hn::ShiftRight<12>(hn::Or(hn::ShiftLeft<32>(c0), c1));
  const Word two_to_52 = hn::Set(words, 0x4330000000000000ULL);  // as a double; the 52 bits are its fraction
  const Number whole = hn::Sub(hn::BitCast(doubles, hn::Or(bits, two_to_52)), hn::Set(doubles, 0x1p52));
  return hn::Mul(hn::Add(whole, hn::Set(doubles, 0.5)), hn::Set(doubles, 0x1p-52));
}

/// Not fused: the scalar polynomial of numeric.cpp is not either.
template <std::size_t N>
HWY_INLINE Number polynomial(const std::array<double, N>& coefficients, Number x) {
  const Doubles doubles;
  Number value = hn::Set(doubles, coefficients[N - 1]);
  for (std::size_t i = N - 1; i > 0; --i) value = hn::Add(hn::Mul(value, x), hn::Set(doubles, coefficients[i - 1]));
  return value;
}

/// numeric::normal_quantile but for the far tails; `far` tells which lanes lie there.
HWY_INLINE Number quantiles(Number p, hn::Mask<Doubles>& far) {
  using namespace numeric::quantile;
  const Doubles doubles;
  const Number half = hn::Set(doubles, 0.5), from_centre = hn::Sub(p, half);
  const Number square = hn::Sub(hn::Set(doubles, 0.180625), hn::Mul(from_centre, from_centre));
  const Number centre = hn::Div(hn::Mul(from_centre, polynomial(centre_above, square)), polynomial(centre_below, square));
  const auto in_centre = hn::Le(hn::Abs(from_centre), hn::Set(doubles, centre_ends));
  const auto below = hn::Lt(from_centre, hn::Zero(doubles));
  const Number outer = hn::IfThenElse(below, p, hn::Sub(hn::Set(doubles, 1.0), p));
  const Number r = hn::Sqrt(hn::Neg(hn::Log(doubles, outer)));
  const Number x = hn::Sub(r, hn::Set(doubles, 1.6));
  const Number z = hn::Div(polynomial(middle_above, x), polynomial(middle_below, x));
  far = hn::AndNot(in_centre, hn::Gt(r, hn::Set(doubles, tail_begins)));
  return hn::IfThenElse(in_centre, centre, hn::IfThenElse(below, hn::Neg(z), z));
}

void normals(std::uint64_t seed, std::uint64_t counter, const std::uint64_t* streams, double* out, std::size_t count) {
  const Words words;
  const Doubles doubles;
  const std::size_t lanes = hn::Lanes(words);
  constexpr std::size_t most = HWY_MAX_BYTES / sizeof(double);
  HWY_ALIGN double p[most];
  HWY_ALIGN double z[most];
  HWY_ALIGN std::uint64_t names[most] = {};
  for (std::size_t k = 0; k < count; k += lanes) {
    const std::size_t here = count - k < lanes ? count - k : lanes;
    for (std::size_t i = 0; i < here; ++i) names[i] = streams[k + i];
    const Number uniform = uniforms(seed, counter, hn::Load(words, names));
    hn::Mask<Doubles> far;
    hn::Store(quantiles(uniform, far), doubles, z);
    if (!hn::AllFalse(doubles, far)) {  // once in 10^11 numbers
      hn::Store(uniform, doubles, p);
      for (std::size_t i = 0; i < here; ++i) z[i] = numeric::normal_quantile(p[i]);
    }
    for (std::size_t i = 0; i < here; ++i) out[k + i] = z[i];
  }
}

}  // namespace steadyline::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "core/error.h"

namespace steadyline {

HWY_EXPORT(normals);

void normals(std::uint64_t seed, std::uint64_t counter, std::span<const std::uint64_t> streams, std::span<double> out) {
  STEADYLINE_ASSERT(out.size() == streams.size(), "one number a stream");
  HWY_DYNAMIC_DISPATCH(normals)(seed, counter, streams.data(), out.data(), out.size());
}

}  // namespace steadyline
#endif
