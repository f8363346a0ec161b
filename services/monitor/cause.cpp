#include "monitor/cause.h"

#include <algorithm>
#include <cmath>

namespace steadyline {
namespace {

constexpr double strongest = 3;         // beyond, size says nothing of the cause
constexpr double by_loop = 0.4;         // factor of an actuator that obeys its loop
constexpr double by_drive = 2;          // of one that does not
constexpr double obeys_within = 0.25;   // of half its control limits' width
constexpr float explains_from = 0.95F;  // a peak fades
constexpr double test_first = 1.2;      // of the largest score; the next ones 0.1 less each
constexpr double late_s = 120;          // so much later halves the suspicion
constexpr float shared_from = 0.5F;     // of a station's own deviation, another's
constexpr double shared = 0.3;          // factor then
constexpr double explained = 0.4;       // factor of what something upstream explains
constexpr double accused_gain = 2.2;
constexpr double slack_s = 20;  // of first deviations: noise moves them so much
constexpr Milliseconds looks_back{900'000};
constexpr std::size_t most_told = 5;
constexpr double stands_s = 1800;      // what has stood for so long counts the less
constexpr double head_gain = 1.6;      // the tag that raised the first-out alarm
constexpr double hard_gain = 4;        // by a hard limit, which is no matter of statistics
constexpr float fades = 0.99F;         // of a peak, each time it is seen again
constexpr Milliseconds ahead{60'000};  // what began earlier before the alarm than this is not the more suspicious for it

double span_s(EventTime from, EventTime to) { return static_cast<double>((to - from).count()) / 1000; }

}  // namespace

std::optional<TagIndex> set_point_of_loop(const Line& line, TagIndex actuator) {
  const Tag& tag = line.tag(actuator);
  if (!tag.name.ends_with("_pv")) return std::nullopt;
  const auto set_point = line.find_tag(tag.unit, tag.name.substr(0, tag.name.size() - 2) + "sp");
  return set_point && line.tag(*set_point).automatic ? set_point : std::nullopt;
}

Clues::Clues(const Line& line) : line_{&line}, clues_(line.tags.size() + line.units.size() + 1), size_(clues_.size()) {
  for (std::uint32_t i = 0; i < line.tags.size(); ++i) {
    const Tag& tag = line.tags[i];
    const double width = tag.control.high - tag.control.low;
    if (const auto set_point = set_point_of_loop(line, TagIndex{i}); set_point && std::isfinite(width))
      loops_.push_back({i, set_point->value, obeys_within * width / 2});
  }
}

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
  if (size >= 1 && !clue.reached) clue.reached = now;
  clue.last = now;
  clue.bad_data = clue.bad_data || bad_data;
}

void Clues::compare_with_set_points(std::span<const double> values, std::span<const Flaw> flaws) {
  for (const Loop& loop : loops_) {
    if (!usable(flaws[loop.actuator]) || !usable(flaws[loop.set_point]) || size_[loop.actuator] < suspicious) continue;
    if (std::fabs(values[loop.actuator] - values[loop.set_point]) > loop.allowed) clues_[loop.actuator].departs = true;
  }
}

bool Clues::answers(std::size_t place) const {
  return !clues_[place].departs && std::any_of(loops_.begin(), loops_.end(), [&](const Loop& loop) { return loop.actuator == place; });
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
    return other.place != suspect.place && clues.of_station(other.place) &&
           clues.path(other.place).substr(0, 8) != clues.path(suspect.place).substr(0, 8) &&
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
    const bool head = group.tag && place == group.tag->value;
    const double strength = std::min(head ? static_cast<double>(clue.peak) : clue.news(), strongest);
    suspects.push_back({place, strength * strength});
    const EventTime since = std::max(clue.reached.value_or(clue.since), group.opened - ahead);
    if (clue.peak >= 1 && (!first || since < *first)) first = since;
  }
  for (Suspect& suspect : suspects) {
    const Clue& clue = clues.at(suspect.place);
    const auto unit = clues.unit(suspect.place);
    const EventTime began = clue.reached.value_or(clue.since);
    if (first && began > *first) suspect.score /= 1 + span_s(*first, began) / late_s;
    const bool follows = unit && std::any_of(suspects.begin(), suspects.end(), [&](const Suspect& other) {
                           const Clue& before = clues.at(other.place);
                           const auto from = clues.unit(other.place);
                           if (!from || !linkage.upstream(*from, *unit) || before.peak < explains_from) return false;
                           return span_s(clue.since, before.since) <= slack_s ||
                                  (before.reached && (!clue.reached || span_s(*clue.reached, *before.reached) <= slack_s));
                         });
    if (follows && !clue.bad_data) suspect.score *= explained;
    if (is_shared(clues, suspects, suspect)) suspect.score *= shared;
    if (clue.departs) suspect.score *= by_drive;
    if (clues.answers(suspect.place))
      suspect.score *= by_loop;
    else if (group.tag && suspect.place == group.tag->value)
      suspect.score *= group.kind == AlarmKind::hard_limit ? hard_gain : head_gain;
    const auto names = [&](TagIndex tag) { return tag.value == suspect.place; };
    if (std::any_of(accused.begin(), accused.end(), names)) suspect.score *= accused_gain;
  }
  std::stable_sort(suspects.begin(), suspects.end(), [](const Suspect& a, const Suspect& b) { return a.score > b.score; });
  return suspects;
}

void put_first(std::vector<Suspect>& suspects, std::span<const TagIndex> accused) {
  const double most = suspects.empty() ? 1 : suspects.front().score;
  for (std::size_t i = 0; i < accused.size(); ++i) {
    std::erase_if(suspects, [&](const Suspect& suspect) { return suspect.place == accused[i].value; });
    suspects.push_back({accused[i].value, most * (test_first - 0.1 * static_cast<double>(i))});
  }
  std::stable_sort(suspects.begin(), suspects.end(), [](const Suspect& a, const Suspect& b) { return a.score > b.score; });
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
