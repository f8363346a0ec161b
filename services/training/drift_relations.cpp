#include "training/drift_relations.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "training/drift_limits.h"

namespace steadyline {
namespace {

constexpr double sample_s = 300;
constexpr double ridge = 1e-3;  // of each regressor's own variance: where two move alike, they share
constexpr double percent = 100;

/// Sums of one relation: of the block under way, of the run, and of all runs about their means.
struct Moments {
  std::size_t signal = 0;
  std::vector<double> tanks, block, run, products;
  double block_n = 0, block_s = 0, run_n = 0;
};

void end_block(Moments& m, std::size_t terms) {
  if (m.block_s >= sample_s / 2) {
    for (double& sum : m.block) sum /= m.block_n;
    for (std::size_t i = 0; i < terms; ++i) m.run[i] += m.block[i];
    for (std::size_t i = 0; i < terms; ++i)
      for (std::size_t j = 0; j < terms; ++j) m.products[i * terms + j] += m.block[i] * m.block[j];
    m.run_n += 1;
  }
  std::fill(m.block.begin(), m.block.end(), 0);
  m.block_n = m.block_s = 0;
}

void end_run(Moments& m, std::size_t terms) {
  end_block(m, terms);
  if (m.run_n > 0)
    for (std::size_t i = 0; i < terms; ++i)
      for (std::size_t j = 0; j < terms; ++j) m.products[i * terms + j] -= m.run[i] * m.run[j] / m.run_n;
  std::fill(m.run.begin(), m.run.end(), 0);
  m.run_n = 0;
  std::fill(m.tanks.begin(), m.tanks.end(), std::nan(""));
}

/// Solves a x = b by Gaussian elimination with pivots; `a` is small and, with the ridge, regular.
std::vector<double> solve(std::vector<std::vector<double>> a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t pivot = i;
    for (std::size_t r = i + 1; r < n; ++r)
      if (std::fabs(a[r][i]) > std::fabs(a[pivot][i])) pivot = r;
    std::swap(a[i], a[pivot]);
    std::swap(b[i], b[pivot]);
    if (a[i][i] == 0) continue;
    for (std::size_t r = i + 1; r < n; ++r) {
      const double share = a[r][i] / a[i][i];
      for (std::size_t c = i; c < n; ++c) a[r][c] -= share * a[i][c];
      b[r] -= share * b[i];
    }
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t c = i + 1; c < n; ++c) b[i] -= a[i][c] * b[c];
    b[i] = a[i][i] == 0 ? 0 : b[i] / a[i][i];
  }
  return b;
}

void set_weights(DriftSignal& signal, const Moments& m) {
  const std::size_t terms = signal.terms.size(), n = terms - 1;
  std::vector<std::vector<double>> a(n, std::vector<double>(n));
  std::vector<double> b(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) a[i][j] = m.products[(i + 1) * terms + j + 1];
    a[i][i] *= 1 + ridge;
    b[i] = m.products[(i + 1) * terms];
  }
  const std::vector<double> slopes = solve(std::move(a), std::move(b));
  for (std::size_t i = 0; i < n; ++i) signal.terms[i + 1].weight = rounded(-slopes[i]);
}

}  // namespace

DriftSignal relation_signal(const RelationDescription& relation) {
  DriftSignal signal;
  signal.name = relation.name;
  signal.unit = relation.unit;
  signal.tags = relation.accuses;
  signal.relation = true;
  signal.follows_lots = relation.follows_lots;
  if (signal.tags.empty()) {
    signal.tags = relation.of;
    signal.tags.insert(signal.tags.end(), relation.from.begin(), relation.from.end());
  }
  DriftTerm way;
  way.way_s = relation.way_s;
  way.tanks = relation.tanks;
  const bool mass = relation.kind == RelationKind::mass, log = relation.log || mass;
  signal.terms.push_back({.form = mass ? TermForm::product : TermForm::tag, .tags = relation.of, .log = log});
  if (relation.kind != RelationKind::pair) {
    way.form = mass ? TermForm::sum : TermForm::share;
    way.tags = relation.from;
    way.log = log;
    way.weight = mass ? -1 : -percent;
    signal.terms.push_back(way);
    return signal;
  }
  for (std::size_t i = 0; i < relation.from.size(); ++i) {
    way.tags = {relation.from[i]};
    way.log = log;
    way.weight = relation.weights.empty() ? std::nan("") : -relation.weights[i];
    signal.terms.push_back(way);
  }
  return signal;
}

void learn_relations(DriftSpec& spec, const Line& line, const Production& train) {
  std::vector<Moments> all;
  std::vector<Relation> relations;
  for (std::size_t i = 0; i < spec.signals.size(); ++i) {
    const auto& terms = spec.signals[i].terms;
    if (std::none_of(terms.begin(), terms.end(), [](const DriftTerm& term) { return std::isnan(term.weight); })) continue;
    Relation relation{terms, line};
    if (!relation.complete()) continue;
    const std::size_t n = terms.size();
    all.push_back({i, std::vector<double>(relation.memory(), std::nan("")), std::vector<double>(n), std::vector<double>(n),
                   std::vector<double>(n * n)});
    relations.push_back(std::move(relation));
  }
  const double period_s = static_cast<double>(line.period.count()) / 1000;
  std::size_t before = 0;
  double since_s = 0;
  std::vector<double> values;
  train([&](std::size_t run, const Frame& frame, const Context& context) {
    const bool ends = (since_s += period_s) >= sample_s;
    if (ends) since_s = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (run != before) end_run(all[i], relations[i].size());
      if (ends) end_block(all[i], relations[i].size());
      values.assign(relations[i].size(), 0);
      relations[i].terms(frame, all[i].tanks, values);
      if (context.activity != Activity::steady || context.settled_s < spec.settle_s) continue;
      if (std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); })) continue;
      for (std::size_t k = 0; k < values.size(); ++k) all[i].block[k] += values[k];
      all[i].block_n += 1;
      all[i].block_s += period_s;
    }
    before = run;
  });
  for (std::size_t i = 0; i < all.size(); ++i) {
    end_run(all[i], relations[i].size());
    set_weights(spec.signals[all[i].signal], all[i]);
  }
}

}  // namespace steadyline
