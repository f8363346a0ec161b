#include "training/lessons.h"

#include <algorithm>
#include <cmath>

namespace steadyline {
namespace {

constexpr std::size_t rows_at_most = 32'000;  // neighbours in time say nearly the same; QR costs rows * inputs²
constexpr std::size_t judged_at_most = 8'000, judged_least = 200;

template <class Counts>
Examples rows_of(const Lessons& lessons, std::size_t fan, std::size_t most, Counts counts) {
  const std::size_t targets = lessons.shape().targets, target = fan / (lessons.shape().fans / targets);
  Examples rows, kept;
  for (const Sequence* const sequence : lessons.sequences)
    for (std::size_t i = 0; i < sequence->frames(); ++i) {
      const bool left_out = lessons.faultless && sequence->faulty[i] != 0;
      if (!left_out && counts(sequence->group[i * targets + target]) && !std::isnan(Example{sequence, i}.future(fan))) rows.push_back({sequence, i});
    }
  const double step = std::max(1.0, static_cast<double>(rows.size()) / static_cast<double>(most));
  for (double place = 0; place < static_cast<double>(rows.size()); place += step) kept.push_back(rows[static_cast<std::size_t>(place)]);
  return kept;
}

}  // namespace

Lessons without_faults(const Sequence& calm, const Sequence& lively) {
  return {&calm == &lively ? std::vector{&calm} : std::vector{&calm, &lively}, &calm != &lively};
}

Examples teaching_examples(const Lessons& lessons, std::size_t fan, unsigned char group) {
  const std::size_t least = 4 * lessons.shape().linear;
  Examples rows = rows_of(lessons, fan, rows_at_most, [group](unsigned char of) { return of == group; });
  if (rows.size() < least && group != 0) rows = rows_of(lessons, fan, rows_at_most, [](unsigned char of) { return of != 0; });
  if (rows.size() < least) rows = rows_of(lessons, fan, rows_at_most, [](unsigned char) { return true; });
  return rows;
}

Examples judging_examples(const Lessons& lessons, std::size_t fan, unsigned char group) {
  Examples rows = rows_of(lessons, fan, judged_at_most, [group](unsigned char of) { return of == group; });
  if (rows.size() < judged_least) rows = rows_of(lessons, fan, judged_at_most, [](unsigned char) { return true; });
  return rows;
}

}  // namespace steadyline
