#include "app/replay_audit.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "broker/topic_reader.h"

namespace steadyline {
namespace {

constexpr Milliseconds read_timeout{30'000};

Result<std::uint64_t> count(const BrokerOptions& broker, const std::string& topic, const TopicReader::Take& take) {
  auto reader = TopicReader::open(broker, topic);
  if (!reader) return tl::unexpected(reader.error());
  return (*reader)->read_to_end(take, read_timeout);
}

void compare(ReplayAudit& audit) {
  const auto expect = [&audit](const char* what, std::uint64_t seen, const char* against, std::uint64_t expected) {
    if (seen != expected) audit.faults.push_back(fmt::format("{} {} but {} {}", seen, what, expected, against));
  };
  const auto fated = std::accumulate(audit.fates.begin(), audit.fates.end(), std::uint64_t{0});
  expect("records in the input topic", audit.input_records, "were sent", audit.sent.records());
  expect("records have a fate", fated, "were sent", audit.sent.records());
  expect("assessments in the topic", audit.assessments, "frames were closed", audit.frames);
  expect("distinct frames assessed", audit.distinct_frames, "frames were closed", audit.frames);
  expect("rejected records in the topic", audit.rejected, "records were rejected", audit.fates[static_cast<std::size_t>(Fate::rejected)]);
}

}  // namespace

Result<ReplayAudit> audit_replay(const BrokerOptions& broker, const SentCounts& sent, const RunSummary& summary) {
  ReplayAudit audit{.sent = sent, .fates = summary.fates(), .frames = summary.frames(), .faults = {}};
  std::set<std::pair<std::string, std::string>> frames;
  const auto frame_of = [&frames](const Record& record) {
    const auto assessment = nlohmann::json::parse(record.bytes);
    frames.emplace(assessment.at("line").get<std::string>(), assessment.at("time").get<std::string>());
  };
  const auto nothing = [](const Record&) {};
  const struct {
    const std::string& topic;
    std::uint64_t& into;
    TopicReader::Take take;
  } topics[] = {{broker.input, audit.input_records, nothing},
                {broker.alerts, audit.alerts, nothing},
                {broker.assessments, audit.assessments, frame_of},
                {broker.rejected, audit.rejected, nothing}};
  for (const auto& [topic, into, take] : topics) {
    const auto counted = count(broker, topic, take);
    if (!counted) return tl::unexpected(counted.error());
    into = *counted;
  }
  audit.distinct_frames = frames.size();
  compare(audit);
  return audit;
}

}  // namespace steadyline
