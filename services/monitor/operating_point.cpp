#include "monitor/operating_point.h"

#include <algorithm>
#include <cmath>

namespace steadyline {
namespace {

constexpr double no_recipe = 0, nominal_recipe = 1;
constexpr double nominal_rates = 0.08;
constexpr double same_set_point = 0.01, least_share = 0.2;

}  // namespace

OperatingPoint::OperatingPoint(const Line& line) : followed_(line.tags.size()) {
  double longest_s = 0;
  for (const Unit& unit : line.units) longest_s = std::max(longest_s, unit.to_product_s);
  washes_out_ = Milliseconds{static_cast<Milliseconds::rep>(1000 * (settles_s + residence_share * longest_s))};
  for (std::size_t i = 0; i < line.tags.size(); ++i) {
    const Tag& tag = line.tags[i];
    if (!tag.name.ends_with("_pv") || !std::isfinite(tag.control.low) || !std::isfinite(tag.control.high)) continue;
    const auto set_point = line.find_tag(tag.unit, tag.name.substr(0, tag.name.size() - 2) + "sp");
    const double nominal = (tag.control.low + tag.control.high) / 2;
    if (set_point && nominal > 0 && !line.tag(*set_point).automatic) followed_[i] = Followed{*set_point, nominal};
  }
}

double OperatingPoint::share_of_limits(TagIndex tag, const Frame& frame) const {
  const auto& followed = followed_[tag.value];
  if (!followed || !usable(frame.flaws[followed->set_point.value])) return 1;
  const double share = frame.values[followed->set_point.value] / followed->nominal;
  return std::fabs(share - 1) > same_set_point && share >= least_share ? share : 1;
}

bool OperatingPoint::nominal(const Context& context) { return context.recipe == no_recipe || context.recipe == nominal_recipe; }

bool OperatingPoint::trained(const Frame& frame, const Context& context) const {
  if (!nominal(context)) return false;
  for (std::uint32_t i = 0; i < followed_.size(); ++i)
    if (followed_[i] && std::fabs(share_of_limits(TagIndex{i}, frame) - 1) > nominal_rates) return false;
  return true;
}

}  // namespace steadyline
