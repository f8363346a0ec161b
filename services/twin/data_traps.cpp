#include "twin/data_traps.h"

#include <algorithm>
#include <limits>

#include "twin/signals/noise.h"

namespace steadyline {
namespace {

constexpr std::int64_t half_day_s = 43'200, day_s = 86'400;
constexpr std::int64_t gap_least_s = 30, gap_most_s = 230, copy_least_s = 1'800, copy_most_s = 5'400;
constexpr double empty_share = 1e-4, thousand = 1000;
constexpr std::uint64_t parts_of_a_second = 256;

/// One stretch in each `slot_s` seconds, wholly inside it; three numbers of the stream belong to each slot, the third is the caller's.
bool inside_stretch(const RandomStream& stream, std::int64_t second, std::int64_t slot_s, std::int64_t least_s, std::int64_t most_s) {
  if (second < 1) return false;
  const std::int64_t slot = (second - 1) / slot_s, at = (second - 1) % slot_s;
  const auto draw = 3 * static_cast<std::uint64_t>(slot);
  const auto whole = [&](std::uint64_t i, std::int64_t count) {
    return std::min(static_cast<std::int64_t>(stream.uniform(i) * static_cast<double>(count)), count - 1);
  };
  const std::int64_t length = least_s + whole(draw, most_s - least_s + 1), from = whole(draw + 1, slot_s - most_s);
  return at >= from && at < from + length;
}

bool counts_tablets(const Tag& tag) { return tag.uom == "tab"; }
bool is_instrument(const Tag& tag) {
  return tag.role == Role::measured && tag.clock == Clock::period && tag.codes.empty() && !counts_tablets(tag);
}

}  // namespace

DataTraps::DataTraps(const Line& line, std::uint64_t seed)
    : gaps_{seed, stream_of("data_traps", "gap")}, copies_{seed, stream_of("data_traps", "copy")} {
  std::vector<std::optional<TagIndex>> last(line.units.size());  // instrument of each unit
  for (std::uint32_t i = 0; i < line.tags.size(); ++i) {
    const Tag& tag = line.tags[i];
    empties_.emplace_back(seed, stream_of(tag.path, "empty"));
    if (counts_tablets(tag)) counters_.push_back(TagIndex{i});
    if (!is_instrument(tag)) continue;
    auto& before = last[tag.unit.value];
    if (before) pairs_.push_back({TagIndex{i}, *before});
    before = TagIndex{i};
  }
}

bool DataTraps::logged(std::int64_t second) const { return !inside_stretch(gaps_, second, half_day_s, gap_least_s, gap_most_s); }

const DataTraps::Pair* DataTraps::copy_at(std::int64_t second) const {
  if (pairs_.empty() || !inside_stretch(copies_, second, day_s, copy_least_s, copy_most_s)) return nullptr;
  const double drawn = copies_.uniform(3 * static_cast<std::uint64_t>((second - 1) / day_s) + 2);
  return &pairs_[std::min(static_cast<std::size_t>(drawn * static_cast<double>(pairs_.size())), pairs_.size() - 1)];
}

std::optional<TagIndex> DataTraps::copied(std::int64_t second) const {
  const Pair* const pair = copy_at(second);
  return pair ? std::optional{pair->tag} : std::nullopt;
}

void DataTraps::spoil(std::int64_t second, int part, std::vector<double>& values) const {
  if (const Pair* const pair = copy_at(second)) values[pair->tag.value] = values[pair->neighbour.value];
  const auto draw = static_cast<std::uint64_t>(second) * parts_of_a_second + static_cast<std::uint64_t>(part);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (empties_[i].uniform(draw) < empty_share) values[i] = std::numeric_limits<double>::quiet_NaN();
  for (const TagIndex tag : counters_) values[tag.value] /= thousand;
}

}  // namespace steadyline
