#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "core/units.h"
#include "frames/align.h"
#include "frames/frame.h"
#include "monitor/assessment.h"

namespace steadyline {

enum class Topic : std::uint8_t { alerts, assessments, rejected };

/// One record to publish, already encoded (JSON). `cause` is the input record at which it came into being.
struct Output {
  Topic topic;
  std::string key;  ///< line id
  std::string value;
  Position cause;
};

/// SHA-256 of the bundles of one line: in force, beside it, in force before. Empty: none.
struct BundleRoles {
  std::string champion, challenger, previous;
  friend bool operator==(const BundleRoles&, const BundleRoles&) = default;
};
using BundlesInForce = std::map<std::string, BundleRoles>;  ///< by line id

/// How far a partition's log is used up.
struct Progress {
  std::int64_t next = 0;       ///< commit this: all records before it have their fate and their outputs
  std::int64_t read_from = 0;  ///< a restart reads from here to rebuild the state (the oldest cold start of the partition's lines)
  BundlesInForce in_force;     ///< there, of the lines on which other bundles were activated
  friend bool operator==(const Progress&, const Progress&) = default;
};

/// How a challenger and the models in force have agreed since the challenger began.
struct Agreement {
  std::uint64_t frames = 0;           ///< that both have scored
  std::uint64_t both_alarm = 0;       ///< of them with an alarm standing under both
  std::uint64_t only_champion = 0;    ///< under the models in force alone
  std::uint64_t only_challenger = 0;
  std::uint64_t alarms = 0;           ///< that the challenger would have raised
  double health_difference = 0;       ///< sum of |difference of the scores|
  friend bool operator==(const Agreement&, const Agreement&) = default;
};

/// What one soft sensor says now.
struct QualityStatus {
  std::string attribute;
  bool known = false;
  double low = 0, median = 0, high = 0;
  double offset = 0;
  std::int64_t steps = 0, set_aside = 0;
  bool disagrees = false;
};

/// What the line looks like now: for gauges and the terminal. Not published, not part of the deterministic outputs.
struct LineStatus {
  std::string line;
  EventTime time{};            ///< of the last closed frame
  bool running = false;
  Verdict verdict = Verdict::none;
  double health = 0;           ///< meaningful where the verdict is scored
  TrendReading trend;          ///< likewise
  bool conformance_known = false;
  double conformance = 0;      ///< index, 0..100; meaningful when it is known
  std::size_t active_alarms = 0;
  std::string worst_tag;       ///< tag path whose forecast is nearest to its hard limit (share of the way from centre to limit)
  double worst_share = 0;      ///< 0 centre .. 1 at the limit
  double worst_horizon_s = 0;
  std::array<std::size_t, flaw_count> flaws{};  ///< of the last frame, by Flaw
  std::vector<double> values;  ///< of the last frame, by tag, for the tag gauges
  std::vector<std::size_t> alarms_by_kind;  ///< active, by AlarmKind
  std::vector<QualityStatus> quality;       ///< by soft sensor; empty without a model
  std::string bundle;             ///< SHA-256 of the models in force; empty: none
  std::string challenger;         ///< SHA-256 of those beside them; empty: none
  double challenger_health = 0;   ///< its last score
  Agreement agreement;            ///< meaningful with a challenger
};

/// What one or more calls of `advance` brought forth, in order. Gathered, then committed whole by the sink.
struct Outputs {
  std::vector<Output> records;
  std::vector<std::uint64_t> fates = std::vector<std::uint64_t>(11);  ///< counts by Fate, of records not muted
  std::map<std::string, std::uint64_t> rejected;  ///< by reason word; beyond Fate::rejected also "late", "future" (published too) and "unknown_alarm", "unknown_command" (not)
  std::map<std::string, std::uint64_t> transitions;  ///< alert transitions by "line|unit|tag|kind|state"
  std::map<std::string, std::uint64_t> frames;    ///< closed, by line
  std::uint64_t values_set_aside = 0;             ///< values of tags that the line description lacks
  std::map<std::int32_t, Progress> progress;      ///< newest, by partition
  std::vector<LineStatus> status;                 ///< newest, one per line seen
  bool urgent = false;                            ///< an alert is among them: commit at once

  void append(Outputs&& later);
};

}  // namespace steadyline
