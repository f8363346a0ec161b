#include "evaluation/alarm_episode.h"

#include <algorithm>

namespace steadyline {
namespace {

bool is_active(AlarmState state) { return state == AlarmState::unacknowledged || state == AlarmState::acknowledged; }

}  // namespace

void EpisodeLog::take(const Alert& alert) {
  const bool begins = alert.seq == 0 && alert.state == AlarmState::unacknowledged;
  const bool opens = alert.group.empty() || alert.group == alert.id;
  if (begins && opens) {
    places_[alert.id] = episodes_.size();
    episodes_.push_back({alert.unit, alert.tag, alert.kind, alert.priority, alert.time, {}, 0, alert.text});
    return;
  }
  const auto found = places_.find(opens ? alert.id : alert.group);
  if (found == places_.end()) return;
  AlarmEpisode& episode = episodes_[found->second];
  if (!opens) {
    episode.members += begins ? 1 : 0;
    return;
  }
  episode.priority = std::max(episode.priority, alert.priority);
  if (!is_active(alert.state) && !episode.ended) episode.ended = alert.time;
}

}  // namespace steadyline
