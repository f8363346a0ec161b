#include "evaluation/exam_alarm.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/time_text.h"

namespace steadyline {
namespace {

bool is_active(AlarmState state) { return state == AlarmState::unacknowledged || state == AlarmState::acknowledged; }

std::string path_of(const std::string& unit, const std::string& tag) {
  return tag == "*" || tag.find('/') != std::string::npos ? tag : unit + "/" + tag;
}

// Where the group suspects nothing: the alarm's own tag and what it was made of.
std::vector<std::string> causes_of(const Alert& alert) {
  std::vector<std::string> causes;
  for (const Contribution& cause : alert.causes) causes.push_back(cause.tag);
  if (!causes.empty()) return causes;
  if (alert.tag != "*") causes.push_back(path_of(alert.unit, alert.tag));
  for (const Contribution& part : alert.contributions)
    if (std::find(causes.begin(), causes.end(), part.tag) == causes.end()) causes.push_back(part.tag);
  if (causes.empty()) causes.push_back(alert.unit + "/*");
  return causes;
}

}  // namespace

void AlarmLog::take(const Alert& alert) {
  News news{.id = alert.id, .group = alert.group.empty() ? alert.id : alert.group, .alarm = {}};
  news.active = is_active(alert.state);
  news.opens = alert.seq == 0 && alert.state == AlarmState::unacknowledged;
  news.alarm = {
      std::string{to_text(alert.kind)}, alert.unit, path_of(alert.unit, alert.tag), alert.time, {}, causes_of(alert), alert.verdict};
  take(std::move(news));
}

void AlarmLog::take(std::string_view json) {
  const auto alert = nlohmann::json::parse(json);
  News news{.id = alert.at("id"), .group = alert.value("group", ""), .alarm = {}};
  if (news.group.empty()) news.group = news.id;
  const std::string state = alert.at("state");
  news.active = state == "unacknowledged" || state == "acknowledged";
  news.opens = state == "unacknowledged" && alert.at("seq") == 0;
  ExamAlarm& alarm = news.alarm;
  alarm.kind = alert.at("kind");
  alarm.unit = alert.at("unit");
  alarm.tag = path_of(alarm.unit, alert.at("tag"));
  alarm.raised = parse_rfc3339(alert.at("time").get<std::string>()).value_or(EventTime{});
  if (alert.contains("causes"))
    for (const auto& cause : alert["causes"]) alarm.causes.push_back(cause.is_object() ? cause.value("tag", "") : cause.get<std::string>());
  if (alarm.causes.empty()) alarm.causes.push_back(alarm.tag == "*" ? alarm.unit + "/*" : alarm.tag);
  if (alert.contains("verdict") && alert["verdict"].is_string()) alarm.verdict = alert["verdict"];
  take(std::move(news));
}

void AlarmLog::take(News&& news) {
  if (news.opens && news.id == news.group) {
    places_[news.id] = alarms_.size();
    alarms_.push_back(std::move(news.alarm));
    return;
  }
  const auto found = places_.find(news.group);
  if (found == places_.end()) return;
  ExamAlarm& head = alarms_[found->second];
  if (news.id == news.group) {
    if (!news.active && !head.ended) head.ended = news.alarm.raised;
    if (news.alarm.raised > head.raised + causes_within) return;
    if (news.active && !news.alarm.causes.empty()) head.causes = news.alarm.causes;
    if (news.active && !news.alarm.verdict.empty()) head.verdict = news.alarm.verdict;
  }
}

bool has_it_too(const std::vector<ExamAlarm>& others, const ExamAlarm& alarm, Milliseconds tolerance) {
  return std::any_of(others.begin(), others.end(), [&](const ExamAlarm& other) {
    return other.unit == alarm.unit && other.raised - tolerance <= alarm.raised &&
           (!other.ended || alarm.raised <= *other.ended + tolerance);
  });
}

}  // namespace steadyline
