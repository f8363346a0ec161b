#include "training/recordings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/numeric.h"
#include "core/sha256.h"
#include "frames/check.h"
#include "training/row_frames.h"

namespace steadyline {
namespace {

/// Moves the named groups out of `recordings`.
Result<std::vector<Recording>> take_groups(std::vector<Recording>& recordings, const std::vector<std::string>& groups) {
  std::vector<Recording> taken;
  for (const std::string& group : groups) {
    const auto found = std::find_if(recordings.begin(), recordings.end(), [&](const Recording& r) { return r.group == group; });
    if (found == recordings.end()) {
      return tl::unexpected(Error{Errc::usage, fmt::format("group \"{}\" is not in the recording, or named twice", group), "split",
                                  "name each group once, as the data set's group column writes it"});
    }
    taken.push_back(std::move(*found));
    recordings.erase(found);
  }
  return taken;
}

Split split_by_time(std::vector<Recording> recordings, const SplitOptions& options) {
  double total = 0;
  for (const Recording& r : recordings) total += static_cast<double>(r.frames.size());
  Split split;
  double before = 0;
  for (Recording& r : recordings) {
    const double size = static_cast<double>(r.frames.size());
    const double middle = (before + size / 2) / total;
    before += size;
    auto& part = middle < options.train_share ? split.train : middle < options.train_share + options.calibrate_share ? split.calibrate : split.test;
    part.push_back(std::move(r));
  }
  return split;
}

}  // namespace

std::vector<Recording> to_recordings(const Line& line, const Dataset& dataset, std::span<const DataRow> rows) {
  std::vector<Recording> recordings;
  std::optional<Checker> checker;
  std::optional<RowFrames> builder;
  const auto add = [&](Frame frame) -> const Frame& {
    checker->check(frame);
    recordings.back().frames.push_back(std::move(frame));
    return recordings.back().frames.back();
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (recordings.empty() || recordings.back().group != rows[i].group) {
      recordings.push_back({rows[i].group, {}});
      checker.emplace(line);
      builder.emplace(line, dataset.gap_s);
    }
    // Of two rows of one period the newer one counts, as in the aligner.
    const bool superseded = i + 1 < rows.size() && rows[i + 1].group == rows[i].group &&
                            frame_time(rows[i + 1].time, line.period) == frame_time(rows[i].time, line.period);
    if (!superseded) builder->take(rows[i], add);
  }
  return recordings;
}

Result<Split> split_recordings(std::vector<Recording> recordings, const SplitOptions& options) {
  Split split;
  if (options.train.empty() && options.calibrate.empty() && options.test.empty()) {
    split = split_by_time(std::move(recordings), options);
  } else {
    for (auto [names, part] : {std::pair{&options.train, &split.train}, {&options.calibrate, &split.calibrate}, {&options.test, &split.test}}) {
      auto taken = take_groups(recordings, *names);
      if (!taken) return tl::unexpected(taken.error());
      *part = std::move(*taken);
    }
  }
  if (split.train.empty() || split.calibrate.empty()) {
    return tl::unexpected(Error{Errc::usage, "no group left to train or to calibrate on", "split",
                                "give at least two groups, or name them under split.train and split.calibrate"});
  }
  return split;
}

std::string fingerprint(std::span<const Recording> recordings) {
  std::string text;
  for (const Recording& recording : recordings) {
    text += recording.group + "\n";
    for (const Frame& frame : recording.frames) {
      text += fmt::format("{}{}{}", frame.time.time_since_epoch().count(), frame.cold ? " cold" : "", frame.running ? " running" : "");
      for (std::size_t i = 0; i < frame.values.size(); ++i) {
        text += ' ';
        numeric::append_number(text, frame.values[i]);
        if (frame.flaws[i] != Flaw::good) text += fmt::format("!{}", static_cast<int>(frame.flaws[i]));
      }
      text += '\n';
    }
  }
  return sha256_hex(text);
}

}  // namespace steadyline
