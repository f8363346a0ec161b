#include "core/vector_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/numeric_vector.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// After highway.h, which it relies on.
#include <hwy/contrib/math/math-inl.h>

#include "core/numeric.h"
#include "core/numeric_vector.h"

// Compiled once for each vector target. The values are single numbers, yet the operations are the target's vector operations: every
// target with fused multiply-add rounds them alike.
HWY_BEFORE_NAMESPACE();
namespace steadyline::numeric::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using One = hn::CappedTag<double, 1>;

double exp(double x) { return hn::GetLane(hn::Exp(One(), hn::Set(One(), x))); }
double log(double x) { return hn::GetLane(hn::Log(One(), hn::Set(One(), x))); }
double tanh(double x) { return hn::GetLane(hn::Tanh(One(), hn::Set(One(), x))); }
double sin(double x) { return hn::GetLane(hn::Sin(One(), hn::Set(One(), x))); }
double cos(double x) { return hn::GetLane(hn::Cos(One(), hn::Set(One(), x))); }

}  // namespace steadyline::numeric::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <vector>

namespace steadyline::numeric {

HWY_EXPORT(exp);
HWY_EXPORT(log);
HWY_EXPORT(tanh);
HWY_EXPORT(sin);
HWY_EXPORT(cos);

namespace vector {

double exp(double x) { return HWY_DYNAMIC_DISPATCH(exp)(x); }
double log(double x) { return HWY_DYNAMIC_DISPATCH(log)(x); }
double tanh(double x) { return HWY_DYNAMIC_DISPATCH(tanh)(x); }
double sin(double x) { return HWY_DYNAMIC_DISPATCH(sin)(x); }
double cos(double x) { return HWY_DYNAMIC_DISPATCH(cos)(x); }

}  // namespace vector

namespace {

constexpr std::int64_t portable_targets = HWY_EMU128 | HWY_SCALAR;

std::int64_t usable_targets() { return hwy::SupportedTargets() & HWY_TARGETS & ~portable_targets; }

/// Best first: a lower bit is a better target. Read once, before any test narrows the choice.
std::vector<std::int64_t> list_targets() {
  std::vector<std::int64_t> targets;
  for (std::int64_t rest = usable_targets(); rest != 0; rest &= rest - 1) targets.push_back(rest & -rest);
  return targets;
}

const std::vector<std::int64_t>& known_targets() {
  static const std::vector<std::int64_t> targets = list_targets();
  return targets;
}

void use_targets(std::int64_t targets) {
  hwy::SetSupportedTargetsForTest(targets);  // 0 means all
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace

bool processor_is_supported() { return !known_targets().empty(); }

std::string_view vector_target() {
  static_cast<void>(known_targets());
  const std::int64_t usable = usable_targets();
  return hwy::TargetName(usable != 0 ? usable & -usable : HWY_STATIC_TARGET);
}

bool force_vector_target(std::string_view name) {
  const std::vector<std::int64_t>& targets = known_targets();
  if (name.empty()) {
    use_targets(0);
    return true;
  }
  for (const std::int64_t target : targets) {
    if (name != hwy::TargetName(target)) continue;
    use_targets(target);
    return true;
  }
  return false;
}

std::span<const std::string_view> vector_targets() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> list;
    for (const std::int64_t target : known_targets()) list.emplace_back(hwy::TargetName(target));
    return list;
  }();
  return names;
}

}  // namespace steadyline::numeric
#endif
