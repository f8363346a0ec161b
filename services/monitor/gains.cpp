#include "monitor/gains.h"

#include <algorithm>
#include <cmath>

namespace steadyline {
namespace {

constexpr double too_high = 0.01;  // of a reading, for the derivatives

double gain_of(const Gains& gains, TagIndex tag) {
  const auto found = std::find_if(gains.begin(), gains.end(), [&](const auto& gain) { return gain.first == tag; });
  return found == gains.end() ? 0 : found->second;
}

/// What a term reads at the nominal readings with the error; without nominal readings 1, which a logarithm does not mind.
double reading(const DriftTerm& term, const Line& line, const Gains& gains, double size) {
  double first = 0, sum = 0, product = 1;
  for (std::size_t i = 0; i < term.tags.size(); ++i) {
    const auto tag = line.find_tag(term.tags[i]);
    if (!tag) return NAN;
    const Band& band = line.tag(*tag).control;
    const double nominal = (band.low + band.high) / 2;
    const double value = (std::isfinite(nominal) ? nominal : 1) * (1 + size * gain_of(gains, *tag));
    if (i == 0) first = value;
    sum += value;
    product *= value;
  }
  switch (term.form) {
    case TermForm::tag:
      return first;
    case TermForm::sum:
      return sum;
    case TermForm::share:
      return first / sum;
    default:
      return product;
  }
}

}  // namespace

double moved_by(const DriftSignal& signal, const Line& line, const Gains& gains) {
  double by = 0;
  for (const DriftTerm& term : signal.terms) {
    const double before = reading(term, line, gains, 0), after = reading(term, line, gains, too_high);
    by += term.weight * (term.log ? (after - before) / before : after - before);
  }
  return by;
}

const DriftSignal* signal_of(const DriftSpec& spec, const DriftChannel& channel) {
  if (!channel.relation) return nullptr;
  const auto found =
      std::find_if(spec.signals.begin(), spec.signals.end(), [&](const DriftSignal& signal) { return signal.name == channel.name; });
  return found == spec.signals.end() ? nullptr : &*found;
}

}  // namespace steadyline
