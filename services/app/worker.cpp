#include "app/worker.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace steadyline {
namespace {

constexpr Milliseconds poll_timeout{20};
constexpr Milliseconds retry_pause{200};
constexpr std::size_t gathered_records_max = 20'000;  // bounds memory; a commit of so many takes well under a second

template <class Hook, class... Args>
void tell(const Hook& hook, Args&&... args) {
  if (hook) hook(std::forward<Args>(args)...);
}

}  // namespace

Worker::Worker(Pipeline& pipeline, RecordSource& source, OutputSink& sink, double commit_interval_s, WorkerHooks hooks)
    : pipeline_{pipeline}, source_{source}, sink_{sink}, commit_interval_{commit_interval_s}, hooks_{std::move(hooks)} {}

Result<void> Worker::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    if (auto turned = turn(); !turned) return turned;
    if (!due()) continue;
    if (auto done = commit(); !done && done.error().code != Errc::kafka_retriable) return done;
  }
  if (auto last = commit(); !last && last.error().code != Errc::kafka_retriable) return last;
  return {};  // what could not be committed is computed again by whoever reads on from the committed offset
}

Result<void> Worker::turn() {
  // Too much gathered while the broker refuses it: read no further until it takes this. The group still hears of us, and we of the group.
  const bool full = gathered_.records.size() >= gathered_records_max;
  const auto batch = full ? source_.hold(poll_timeout) : source_.poll(poll_timeout);
  if (!batch) return tl::unexpected(batch.error());
  tell(hooks_.turned);
  tell(hooks_.connection, batch->connected);
  if (!batch->revoked.empty()) give_up(batch->revoked);
  for (const auto& assignment : batch->assigned) {
    if (hooks_.assigning)
      if (auto ready = hooks_.assigning(assignment); !ready) return ready;
    pipeline_.assign(assignment.partition, assignment.committed);
  }
  if (!batch->revoked.empty() || !batch->assigned.empty()) tell(hooks_.moved, batch->revoked, batch->assigned);
  if (batch->records.empty()) return {};
  if (empty()) gathered_since_ = Clock::now();
  tell(hooks_.arriving, batch->records);
  gathered_.append(pipeline_.advance(batch->records));
  return {};
}

void Worker::give_up(std::span<const std::int32_t> partitions) {
  (void)commit();  // the last chance; what does not go through, the new owner computes again, with the same ids
  for (const auto partition : partitions) {
    pipeline_.revoke(partition);
    gathered_.progress.erase(partition);
    std::erase_if(gathered_.records, [partition](const Output& output) { return output.cause.partition == partition; });
  }
  if (empty()) gathered_ = {};  // its counts too: the new owner counts again
}

bool Worker::empty() const { return gathered_.progress.empty() && gathered_.records.empty(); }

bool Worker::due() const {
  const auto now = Clock::now();
  if (empty() || now < not_before_) return false;
  return gathered_.urgent || gathered_.records.size() >= gathered_records_max || now - gathered_since_ >= commit_interval_;
}

Result<void> Worker::commit() {
  if (empty()) return {};
  const auto began = Clock::now();
  if (auto done = sink_.commit(gathered_); !done) {
    not_before_ = Clock::now() + retry_pause;
    tell(hooks_.retrying, done.error());
    return done;
  }
  tell(hooks_.committed, gathered_, std::chrono::duration<double>(Clock::now() - began).count());
  gathered_ = {};
  return {};
}

}  // namespace steadyline
