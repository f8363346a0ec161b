#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "monitor/outputs.h"

namespace steadyline {

/// One alert transition as published, for people.
struct SeenAlert {
  std::string id, line, unit, tag, kind, state, priority, time, text;
  double value = 0, limit = 0;  ///< NaN: none
};

/// What a run has published so far: fed with committed outputs by the worker, read by the terminal and by `--json`. Thread-safe.
class RunSummary {
 public:
  void observe(const Outputs& outputs);

  /// The calm live picture: line state, health, worst forecast, the alarms that are active. `width` in characters.
  std::vector<std::string> lines(std::size_t width) const;

  std::vector<SeenAlert> alerts() const;  ///< all transitions, oldest first
  std::uint64_t frames() const;
  std::uint64_t assessments() const;
  std::vector<std::uint64_t> fates() const;  ///< by Fate
  std::map<std::string, std::uint64_t> rejected() const;
  std::vector<LineStatus> status() const;
  EventTime newest() const;  ///< time of the last closed frame of any line

 private:
  mutable std::mutex mutex_;
  std::vector<SeenAlert> alerts_;
  std::map<std::string, SeenAlert> active_;  // by id
  std::set<std::string> unseen_;             // ended, not acknowledged
  std::uint64_t frames_ = 0, assessments_ = 0;
  std::vector<std::uint64_t> fates_ = std::vector<std::uint64_t>(fate_count);
  std::map<std::string, std::uint64_t> rejected_;
  std::map<std::string, LineStatus> status_;
};

}  // namespace steadyline
