#include "models/golden_difference.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace steadyline {
namespace {

std::string context_of(const GoldenCell& cell) {
  std::string text = fmt::format("{} {}", cell.unit, to_text(cell.activity));
  if (cell.phase >= 0) text += fmt::format(", phase {}", cell.phase);
  if (cell.recipe != 0) text += fmt::format(", recipe {:g}", cell.recipe);
  if (cell.throughput != 0) text += fmt::format(", {:g} kg/h", cell.throughput);
  return text;
}

bool same_context(const GoldenCell& a, const GoldenCell& b) {
  return a.unit == b.unit && a.activity == b.activity && a.phase == b.phase && a.recipe == b.recipe && a.throughput == b.throughput;
}

const GoldenCell* find(const GoldenProfile& profile, const GoldenCell& like) {
  const auto found =
      std::find_if(profile.cells.begin(), profile.cells.end(), [&](const GoldenCell& cell) { return same_context(cell, like); });
  return found == profile.cells.end() ? nullptr : &*found;
}

void compare_bands(const GoldenCell& a, const GoldenCell& b, std::vector<std::string>& lines) {
  for (std::size_t t = 0; t < b.tags.size(); ++t) {
    const auto old = static_cast<std::size_t>(std::find(a.tags.begin(), a.tags.end(), b.tags[t]) - a.tags.begin());
    if (old == a.tags.size())
      lines.push_back(fmt::format("{}: {} is new, {:.4g} ± {:.2g}", context_of(b), b.tags[t], b.centre[t], b.half[t]));
    else if (a.centre[old] != b.centre[t] || a.half[old] != b.half[t])
      lines.push_back(fmt::format("{}: {} {:.4g} ± {:.2g} -> {:.4g} ± {:.2g}", context_of(b), b.tags[t], a.centre[old], a.half[old],
                                  b.centre[t], b.half[t]));
  }
  for (const std::string& tag : a.tags)
    if (std::find(b.tags.begin(), b.tags.end(), tag) == b.tags.end()) lines.push_back(fmt::format("{}: {} is gone", context_of(a), tag));
}

void compare_tubes(const GoldenCell& a, const GoldenCell& b, std::vector<std::string>& lines) {
  if (a.tags != b.tags || a.points() != b.points() || a.begin != b.begin || a.step != b.step) {
    lines.push_back(fmt::format("{}: another grid, {} points of {} tags -> {} points of {} tags", context_of(b), a.points(), a.tags.size(),
                                b.points(), b.tags.size()));
    return;
  }
  for (std::size_t t = 0; t < b.tags.size(); ++t) {
    std::size_t moved = 0;
    double farthest = 0;
    for (std::size_t i = t * b.points(); i < (t + 1) * b.points(); ++i) {
      const double by = std::max(std::fabs(a.low[i] - b.low[i]), std::fabs(a.high[i] - b.high[i]));
      moved += by > 0 ? 1 : 0;
      farthest = std::max(farthest, by);
    }
    if (moved > 0)
      lines.push_back(
          fmt::format("{}: {} moves at {} of {} points, by up to {:.3g}", context_of(b), b.tags[t], moved, b.points(), farthest));
  }
  if (a.end_tags != b.end_tags || a.end_low != b.end_low || a.end_high != b.end_high || a.least_s != b.least_s || a.most_s != b.most_s)
    lines.push_back(fmt::format("{}: other end points", context_of(b)));
}

}  // namespace

std::vector<std::string> golden_differences(const GoldenProfile& before, const GoldenProfile& after) {
  std::vector<std::string> lines;
  if (before.tolerance != after.tolerance || before.settle_s != after.settle_s || before.throughputs != after.throughputs)
    lines.emplace_back("other classes of throughput");
  for (const GoldenCell& cell : after.cells) {
    const std::size_t so_far = lines.size();
    const GoldenCell* const old = find(before, cell);
    if (old == nullptr)
      lines.push_back(fmt::format("{}: is new, {} tags", context_of(cell), cell.tags.size()));
    else if (old->axis == GoldenAxis::band && cell.axis == GoldenAxis::band)
      compare_bands(*old, cell, lines);
    else
      compare_tubes(*old, cell, lines);
    if (old != nullptr && lines.size() == so_far && !(*old == cell))
      lines.push_back(fmt::format("{}: only what it was learned from", context_of(cell)));
  }
  for (const GoldenCell& cell : before.cells)
    if (find(after, cell) == nullptr) lines.push_back(fmt::format("{}: is gone", context_of(cell)));
  return lines;
}

}  // namespace steadyline
