#include "models/relation.h"

#include <cmath>

#include "core/numeric.h"

namespace steadyline {

Relation::Relation(const std::vector<DriftTerm>& terms, const Line& line) {
  const double period_s = static_cast<double>(line.period.count()) / 1000;
  for (const DriftTerm& described : terms) {
    Term term{described.form, described.log, described.weight, 0, memory_, 0, {}};
    for (const std::string& path : described.tags) {
      const auto tag = line.find_tag(path);
      complete_ = complete_ && tag;
      term.tags.push_back(tag.value_or(TagIndex{0}));
    }
    complete_ = complete_ && !term.tags.empty();
    if (described.way_s > 0 && described.tanks > 0) {
      term.tanks = static_cast<std::size_t>(described.tanks);
      term.approach = 1 - numeric::exp(-period_s * static_cast<double>(described.tanks) / described.way_s);
      memory_ += term.tanks;
    }
    terms_.push_back(std::move(term));
  }
}

double Relation::reading(const Term& term, const Frame& frame) {
  const auto value_of = [&](TagIndex tag) { return usable(frame.flaws[tag.value]) ? frame.values[tag.value] : std::nan(""); };
  double value = value_of(term.tags.front());
  if (term.form == TermForm::product)
    for (std::size_t i = 1; i < term.tags.size(); ++i) value *= value_of(term.tags[i]);
  if (term.form == TermForm::sum || term.form == TermForm::share) {
    double sum = 0;
    for (const TagIndex tag : term.tags) sum += value_of(tag);
    if (term.form == TermForm::sum)
      value = sum;
    else
      value = sum > 0 ? value / sum : std::nan("");
  }
  if (term.log) value = value > 0 ? numeric::log(value) : std::nan("");
  return value;
}

void Relation::terms(const Frame& frame, std::span<double> tanks, std::span<double> values) const {
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const Term& term = terms_[i];
    double value = reading(term, frame);
    for (std::size_t k = term.first; k < term.first + term.tanks; ++k) {
      double& tank = tanks[k];
      if (std::isnan(tank))
        tank = value;
      else if (!std::isnan(value))
        tank += term.approach * (value - tank);
      value = tank;  // material on its way is known even while its source does not answer
    }
    values[i] = value;
  }
}

double Relation::value(const Frame& frame, std::span<double> tanks) const {
  constexpr std::size_t few = 16;
  double values[few];
  double sum = 0;
  const std::span<double> all{values, terms_.size() < few ? terms_.size() : few};
  terms(frame, tanks, all);
  for (std::size_t i = 0; i < all.size(); ++i) sum += terms_[i].weight * all[i];
  return sum;
}

}  // namespace steadyline
