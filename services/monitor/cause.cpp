#include "monitor/cause.h"

#include <algorithm>

namespace steadyline {
namespace {

constexpr double strongest = 3;         // beyond, size says nothing of the cause
constexpr double late_s = 120;          // so much later halves the suspicion
constexpr float shared_from = 0.5F;     // of a station's own deviation, another's
constexpr double shared = 0.3;          // factor then
constexpr double explained = 0.5;       // factor of what something upstream explains
constexpr double accused_gain = 2.2;
constexpr double slack_s = 20;          // of first deviations: noise moves them so much
constexpr Milliseconds looks_back{900'000};
constexpr std::size_t most_told = 5;
constexpr double stands_s = 1800;                 // what has stood for so long counts the less
constexpr double head_gain = 1.6;                 // the tag that raised the first-out alarm
constexpr float fades = 0.99F;          // of a peak, each time it is seen again
constexpr Milliseconds ahead{60'000};   // what began earlier before the alarm than this is not the more suspicious for it

double span_s(EventTime from, EventTime to) { return static_cast<double>((to - from).count()) / 1000; }

}  // namespace

Clues::Clues(const Line& line) : line_{&line}, clues_(line.tags.size() + line.units.size() + 1), size_(clues_.size()) {}

void Clues::clear() {
  std::fill(clues_.begin(), clues_.end(), Clue{});
  std::fill(size_.begin(), size_.end(), 0.0F);
  last_.reset();
}

void Clues::begin(EventTime now) {
  const double passed_s = last_ ? span_s(*last_, now) : 0;
  last_ = now;
  const auto share = static_cast<float>(std::min(1.0, passed_s / stands_s));
  for (std::size_t i = 0; i < clues_.size(); ++i) {
    clues_[i].stood += share * (size_[i] - clues_[i].stood);
    size_[i] = 0;
  }
}

std::size_t Clues::place(std::optional<UnitIndex> unit, std::optional<TagIndex> tag) const {
  if (tag) return tag->value;
  return line_->tags.size() + (unit ? unit->value : line_->units.size());
}

void Clues::note(std::size_t place, double excess, EventTime now, bool bad_data) {
  const auto size = static_cast<float>(excess < 0 ? -excess : excess);
  if (size > size_[place]) size_[place] = size;
  if (!(size >= suspicious)) return;
  Clue& clue = clues_[place];
  if (clue.peak == 0 || now - clue.last > forgotten_after) clue = {.peak = 0, .since = now, .stood = clue.stood};
  clue.peak = std::max(clue.peak * fades, size);
  clue.last = now;
  clue.bad_data = clue.bad_data || bad_data;
}

std::string Clues::path(std::size_t place) const {
  if (place < line_->tags.size()) return line_->tags[place].path;
  place -= line_->tags.size();
  return place < line_->units.size() ? line_->units[place].id + "/*" : "*";
}

std::optional<UnitIndex> Clues::unit(std::size_t place) const {
  if (place < line_->tags.size()) return line_->tags[place].unit;
  place -= line_->tags.size();
  if (place < line_->units.size()) return UnitIndex{static_cast<std::uint32_t>(place)};
  return std::nullopt;
}

bool Clues::of_station(std::size_t place) const {
  if (place >= line_->tags.size()) return false;
  const std::string& name = line_->tags[place].name;
  return name.size() > 3 && name.starts_with("st") && name[2] >= '0' && name[2] <= '9';
}

namespace {

/// What several stations show is no station's fault.
bool is_shared(const Clues& clues, std::span<const Suspect> suspects, const Suspect& suspect) {
  if (!clues.of_station(suspect.place)) return false;
  return std::any_of(suspects.begin(), suspects.end(), [&](const Suspect& other) {
    return other.place != suspect.place && clues.of_station(other.place) && clues.path(other.place).substr(0, 8) != clues.path(suspect.place).substr(0, 8) &&
           clues.at(other.place).peak >= shared_from * clues.at(suspect.place).peak;
  });
}

}  // namespace

std::vector<Suspect> rank_causes(const Clues& clues, const Linkage& linkage, const AlarmGroup& group, std::span<const TagIndex> accused) {
  std::vector<Suspect> suspects;
  std::optional<EventTime> first;
  for (std::size_t place = 0; place < clues.size(); ++place) {
    const Clue& clue = clues.at(place);
    if (clue.peak == 0 || clue.last + looks_back < group.opened || clue.last + forgotten_after < group.opened) continue;
    if (!linkage.linked(group.unit, clues.unit(place))) continue;
    const double strength = std::min(clue.news(), strongest);
    suspects.push_back({place, strength * strength});
    const EventTime since = std::max(clue.since, group.opened - ahead);
    if (clue.peak >= 1 && (!first || since < *first)) first = since;
  }
  for (Suspect& suspect : suspects) {
    const Clue& clue = clues.at(suspect.place);
    const auto unit = clues.unit(suspect.place);
    if (first && clue.since > *first) suspect.score /= 1 + span_s(*first, clue.since) / late_s;
    const bool follows = unit && std::any_of(suspects.begin(), suspects.end(), [&](const Suspect& other) {
      const Clue& before = clues.at(other.place);
      const auto from = clues.unit(other.place);
      return from && linkage.upstream(*from, *unit) && before.peak >= 1 && span_s(clue.since, before.since) <= slack_s;
    });
    if (follows && !clue.bad_data) suspect.score *= explained;
    if (is_shared(clues, suspects, suspect)) suspect.score *= shared;
    if (group.tag && suspect.place == group.tag->value) suspect.score *= head_gain;
    const auto names = [&](TagIndex tag) { return tag.value == suspect.place; };
    if (std::any_of(accused.begin(), accused.end(), names)) suspect.score *= accused_gain;
  }
  std::stable_sort(suspects.begin(), suspects.end(), [](const Suspect& a, const Suspect& b) { return a.score > b.score; });
  return suspects;
}

std::vector<Contribution> told_causes(const Clues& clues, std::span<const Suspect> suspects) {
  suspects = suspects.first(std::min(suspects.size(), most_told));
  double sum = 0;
  for (const Suspect& suspect : suspects) sum += suspect.score;
  std::vector<Contribution> told;
  for (const Suspect& suspect : suspects) told.push_back({clues.path(suspect.place), suspect.score / sum});
  return told;
}

}  // namespace steadyline
