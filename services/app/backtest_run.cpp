#include "app/backtest_run.h"

#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "core/time_text.h"
#include "monitor/frame_monitor.h"
#include "training/frames_csv.h"
#include "training/joined_reader.h"
#include "training/row_frames.h"

namespace steadyline {
namespace {

Result<std::vector<DataRow>> rows_of(const Line& line, const Dataset& dataset, const std::filesystem::path& part,
                                     std::vector<std::string>& notes) {
  if (!dataset.files.empty()) {
    auto joined = read_folder(line, dataset, part);
    if (!joined) return tl::unexpected(joined.error());
    for (const FileAccount& account : joined->files) notes.push_back(to_line(account));
    return std::move(joined->rows);
  }
  auto table = read_dataset(line, dataset, part);
  if (!table) return tl::unexpected(table.error());
  for (const auto& [reason, count] : table->set_aside)
    notes.push_back(fmt::format("{}: {} of {} rows set aside: {}", part.string(), count, table->rows_read, reason));
  for (const auto& [column, count] : table->unreadable)
    notes.push_back(fmt::format("{}: {} cells of {} are no numbers: no reading", part.string(), count, column));
  return std::move(table->rows);
}

class Life {
 public:
  Life(const StoredProduction& production, const Pipeline::Setup& setup, const MonitorOptions& options)
      : production_{production},
        monitor_{setup, options},
        frames_{monitor_.line(), production.dataset ? production.dataset->gap_s : Dataset{}.gap_s,
                production.dataset ? Flaw::missing : Flaw::null} {}

  Result<void> live_part(const std::filesystem::path& part, const ShareShown& shown, const std::stop_token& stop) {
    const Line& line = monitor_.line();
    const auto dataset = production_.dataset ? Result<Dataset>{*production_.dataset} : dataset_of_header(line, part, notes_of(part));
    if (!dataset) return tl::unexpected(dataset.error());
    const auto rows = rows_of(line, *dataset, part, lived_.notes);
    if (!rows) return tl::unexpected(rows.error());
    if (lived_.frames > 0 && !rows->empty() && frame_time(rows->front().time, line.period) <= lived_.until)
      return tl::unexpected(Error{Errc::usage,
                                  fmt::format("begins at {}, before the recording before it has ended ({})", to_rfc3339(rows->front().time),
                                              to_rfc3339(lived_.until)),
                                  part.string(), "give the recordings in order of time, each once"});
    for (std::size_t i = 0; i < rows->size() && !stop.stop_requested(); ++i) {
      // Of two rows of one period the newer one counts, as in the aligner.
      const bool superseded =
          i + 1 < rows->size() && frame_time((*rows)[i].time, line.period) == frame_time((*rows)[i + 1].time, line.period);
      if (!superseded) frames_.take((*rows)[i], [this](Frame frame) -> const Frame& { return live(std::move(frame)); });
      if (i % 256 == 0) shown(static_cast<double>(i) / static_cast<double>(rows->size()));
    }
    return {};
  }

  LivedAlarms done() {
    lived_.episodes = log_.episodes();
    lived_.hours = static_cast<double>(lived_.frames) * static_cast<double>(monitor_.line().period.count()) / 3'600'000;
    return std::move(lived_);
  }

 private:
  /// What a header lacks is told once, not for each part of the same run.
  std::vector<std::string>& notes_of(const std::filesystem::path& part) {
    const bool first = headers_of_ != part.parent_path();
    headers_of_ = part.parent_path();
    return first ? lived_.notes : told_;
  }

  const Frame& live(Frame frame) {
    alerts_.clear();
    const FrameStep& step = monitor_.take(std::move(frame), alerts_);
    for (const Alert& alert : alerts_) log_.take(alert);
    if (lived_.frames++ == 0) lived_.from = step.frame.time;
    lived_.until = step.frame.time;
    return step.frame;
  }

  const StoredProduction& production_;
  FrameMonitor monitor_;
  RowFrames frames_;
  EpisodeLog log_;
  LivedAlarms lived_;
  std::vector<Alert> alerts_;
  std::filesystem::path headers_of_;
  std::vector<std::string> told_;
};

}  // namespace

Result<LivedAlarms> live_through(const StoredProduction& production, const Pipeline::Setup& setup, const MonitorOptions& options,
                                 const ShareShown& shown, const std::stop_token& stop) {
  Life life{production, setup, options};
  const auto parts = static_cast<double>(production.parts.size());
  for (std::size_t i = 0; i < production.parts.size() && !stop.stop_requested(); ++i) {
    const auto part_shown = [&](double share) { shown((static_cast<double>(i) + share) / parts); };
    if (const auto lived = life.live_part(production.parts[i], part_shown, stop); !lived) return tl::unexpected(lived.error());
  }
  return life.done();
}

}  // namespace steadyline
