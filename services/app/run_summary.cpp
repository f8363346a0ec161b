#include "app/run_summary.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/time_text.h"

namespace steadyline {
namespace {

constexpr std::size_t alarms_shown = 6;

std::string text_of(const nlohmann::json& alert, const char* field) {
  const auto found = alert.find(field);
  return found != alert.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

double number_of(const nlohmann::json& alert, const char* field) {
  const auto found = alert.find(field);
  return found != alert.end() && found->is_number() ? found->get<double>() : std::numeric_limits<double>::quiet_NaN();
}

SeenAlert read_alert(const std::string& bytes) {
  const auto alert = nlohmann::json::parse(bytes);
  return {text_of(alert, "id"),   text_of(alert, "line"),    text_of(alert, "unit"),     text_of(alert, "tag"),
          text_of(alert, "kind"), text_of(alert, "state"),   text_of(alert, "priority"), text_of(alert, "time"),
          text_of(alert, "text"), number_of(alert, "value"), number_of(alert, "limit")};
}

std::string cut(std::string text, std::size_t width) {
  if (text.size() > width) text.resize(width);
  return text;
}

std::string describe_health(const LineStatus& line) {
  if (line.verdict == Verdict::outside) return "health  – , outside what the models were trained for: no verdict";
  if (!scored(line.verdict)) return "health  – ";
  std::string text = fmt::format("health {:3.0f}", line.health);
  if (line.trend.state == TrendState::up || line.trend.state == TrendState::down)
    text += fmt::format(", {} ({:+.0f} in {:.0f} min)", line.trend.state == TrendState::up ? "rising" : "falling", line.trend.change, line.trend.over_s / 60);
  if (line.verdict == Verdict::unlike) text += ", unlike anything trained";
  return text;
}

std::string describe(const LineStatus& line) {
  const std::string health = describe_health(line);
  const std::string forecast = line.worst_tag.empty() ? std::string{"–"}
                                                      : fmt::format("{} at {:.0f} % of the way to its limit in {:.0f} s", line.worst_tag,
                                                                    100 * line.worst_share, line.worst_horizon_s);
  return fmt::format("{}  {}  {}  {}  worst forecast: {}", line.line, to_rfc3339(line.time), line.running ? "running" : "stopped", health,
                     forecast);
}

}  // namespace

void RunSummary::observe(const Outputs& outputs) {
  const std::lock_guard lock{mutex_};
  for (const Output& output : outputs.records) {
    if (output.topic == Topic::assessments) ++assessments_;
    if (output.topic != Topic::alerts) continue;
    alerts_.push_back(read_alert(output.value));
    const SeenAlert& alert = alerts_.back();
    active_.erase(alert.id);
    unseen_.erase(alert.id);
    if (alert.state == "rtn_unacknowledged")
      unseen_.insert(alert.id);
    else if (alert.state != "normal")
      active_[alert.id] = alert;
  }
  for (std::size_t i = 0; i < fates_.size(); ++i) fates_[i] += outputs.fates[i];
  for (const auto& [reason, count] : outputs.rejected) rejected_[reason] += count;
  for (const auto& [line, count] : outputs.frames) frames_ += count;
  for (const LineStatus& status : outputs.status) status_[status.line] = status;
}

std::vector<std::string> RunSummary::lines(std::size_t width) const {
  const std::lock_guard lock{mutex_};
  std::vector<std::string> out;
  for (const auto& [id, status] : status_) out.push_back(cut(describe(status), width));
  std::string alarms = active_.empty() ? "no alarm" : fmt::format("{} alarm{} active", active_.size(), active_.size() == 1 ? "" : "s");
  if (!unseen_.empty()) alarms += fmt::format(", {} ended and not acknowledged", unseen_.size());
  out.push_back(std::move(alarms));
  std::vector<const SeenAlert*> newest;
  for (const auto& [id, alert] : active_) newest.push_back(&alert);
  std::stable_sort(newest.begin(), newest.end(), [](const auto* a, const auto* b) { return a->time > b->time; });
  for (std::size_t i = 0; i < std::min(alarms_shown, newest.size()); ++i)
    out.push_back(cut(fmt::format("  {} {:<6} {}", newest[i]->time, newest[i]->priority, newest[i]->text), width));
  if (newest.size() > alarms_shown) out.push_back(fmt::format("  and {} more", newest.size() - alarms_shown));
  return out;
}

std::vector<SeenAlert> RunSummary::alerts() const {
  const std::lock_guard lock{mutex_};
  return alerts_;
}
std::uint64_t RunSummary::frames() const {
  const std::lock_guard lock{mutex_};
  return frames_;
}
std::uint64_t RunSummary::assessments() const {
  const std::lock_guard lock{mutex_};
  return assessments_;
}
std::vector<std::uint64_t> RunSummary::fates() const {
  const std::lock_guard lock{mutex_};
  return fates_;
}
std::map<std::string, std::uint64_t> RunSummary::rejected() const {
  const std::lock_guard lock{mutex_};
  return rejected_;
}
std::vector<LineStatus> RunSummary::status() const {
  const std::lock_guard lock{mutex_};
  std::vector<LineStatus> out;
  for (const auto& [id, status] : status_) out.push_back(status);
  return out;
}
EventTime RunSummary::newest() const {
  const std::lock_guard lock{mutex_};
  EventTime newest{};
  for (const auto& [id, status] : status_) newest = std::max(newest, status.time);
  return newest;
}

}  // namespace steadyline
