#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "broker/kafka_feed.h"
#include "broker/kafka_sink.h"
#include "broker/kafka_source.h"
#include "broker/topic_reader.h"

namespace steadyline {

/// A worker whose pipeline is an echo: every record that is not muted brings forth one assessment "partition@offset". So the
/// assessments of a topic tell exactly which records had their turn, how often and in which order.
class EchoWorker {
 public:
  explicit EchoWorker(const BrokerOptions& options, Milliseconds wait = Milliseconds{2000}) {
    auto opened = KafkaConnection::open(options, [this](BrokerLogLevel level, std::string_view words) {
      if (level < BrokerLogLevel::warning) return;
      const std::lock_guard lock{log_mutex_};
      log_ += std::string{words} + "\n";
    });
    if (!opened) throw std::runtime_error{to_line(opened.error())};
    connection_ = *opened;
    source_ = std::make_unique<KafkaSource>(connection_);
    sink_ = std::make_unique<KafkaSink>(connection_, wait);
  }

  /// One turn; commits when partitions leave.
  Result<Batch> turn(Milliseconds timeout = Milliseconds{50}) {
    Result<Batch> batch = source_->poll(timeout);
    if (!batch) return batch;
    for (const std::int32_t partition : batch->revoked) revoked_.push_back(partition);
    if (!batch->revoked.empty()) {
      static_cast<void>(commit());
      gathered_ = {};
      committed_.clear();
      next_.clear();
    }
    for (const Assignment& assignment : batch->assigned) {
      assigned_.push_back(assignment);
      committed_[assignment.partition] = assignment.committed;
      next_[assignment.partition] = assignment.read_from;
    }
    for (const Record& record : batch->records) take(record);
    return batch;
  }

  Result<void> commit() {
    Result<void> done = sink_->commit(gathered_);
    if (done) gathered_ = {};
    return done;
  }

  /// Turns until `enough` holds; false when it does not within `seconds`.
  template <class Enough>
  bool run_until(Enough enough, int seconds = 20) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{seconds};
    while (!enough()) {
      if (std::chrono::steady_clock::now() > deadline || !turn()) return false;
    }
    return true;
  }

  KafkaSource& source() { return *source_; }
  KafkaSink& sink() { return *sink_; }
  KafkaConnection& connection() { return *connection_; }
  std::string log() const {
    const std::lock_guard lock{log_mutex_};
    return log_;
  }

  std::uint64_t seen_ = 0;     ///< records handed out, muted ones too
  std::map<std::int32_t, std::int64_t> next_;  ///< where each owned partition goes on
  std::int64_t keeps_ = 0;     ///< a restart reads so many records before the committed one
  std::vector<Assignment> assigned_;
  std::vector<std::int32_t> revoked_;
  std::map<std::string, int> types_;
  Outputs gathered_;

 private:
  void take(const Record& record) {
    ++seen_;
    next_[record.at.partition] = record.at.offset + 1;
    ++types_[std::string{record.type}];
    if (record.at.offset < committed_[record.at.partition]) return;
    gathered_.records.push_back({.topic = Topic::assessments,
                                 .key = std::string{record.key},
                                 .value = std::to_string(record.at.partition) + "@" + std::to_string(record.at.offset),
                                 .cause = record.at});
    const std::int64_t next = record.at.offset + 1;
    gathered_.progress[record.at.partition] = {.next = next, .read_from = std::max<std::int64_t>(0, next - keeps_)};
  }

  mutable std::mutex log_mutex_;
  std::string log_;  // guarded by log_mutex_: librdkafka's threads write to it
  std::shared_ptr<KafkaConnection> connection_;
  std::unique_ptr<KafkaSource> source_;
  std::unique_ptr<KafkaSink> sink_;
  std::map<std::int32_t, std::int64_t> committed_;
};

/// How often each value stands in a topic.
inline std::map<std::string, int> count_values(const BrokerOptions& options, const std::string& topic) {
  std::map<std::string, int> counts;
  auto reader = TopicReader::open(options, topic);
  const auto read = (*reader)->read_to_end([&](const Record& record) { ++counts[std::string{record.bytes}]; }, std::chrono::seconds{20});
  if (!read) throw std::runtime_error{to_line(read.error())};
  return counts;
}

inline bool each_once(const std::map<std::string, int>& counts) {
  return std::all_of(counts.begin(), counts.end(), [](const auto& entry) { return entry.second == 1; });
}

}  // namespace steadyline
