// Whatever the order within the lateness, wherever a restart cuts: the same frames. rapidcheck prints the seed of a failure.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/philox.h"
#include "frames/align.h"
#include "support/align_log.h"
#include "support/slow_aligner.h"

namespace steadyline::test {
namespace {

struct Plan {
  std::uint64_t seed;
  int seconds = 60;
  int jumps = 0;         ///< leaps of an hour or more
  double garbage = 0;    ///< share of samples with a stamp far away
  double loss = 0.05;
  double outage = 0.03;  ///< chance per second that a source pauses for some seconds
  bool ticks = true;
};

/// A log in its natural order: three units and now and then whole frames, with skew, jitter, loss, duplicates, ties and outages.
std::vector<Entry> make_log(const Line& line, const Plan& plan) {
  const RandomStream random(plan.seed, 1);
  std::uint64_t drawn = 0;
  const auto uniform = [&] { return random.uniform(drawn++); };
  const double period = static_cast<double>(line.period.count()) / 1000;
  const double skew[] = {uniform() - 0.5, uniform() * 2 - 1, uniform() * 3 - 1.5, 0};
  double pause_until[4] = {};
  std::vector<std::pair<double, Entry>> entries;
  double offset = 0;
  for (int i = 0; i < plan.seconds; ++i) {
    if (plan.jumps > 0 && i > 0 && i % std::max(1, plan.seconds / (plan.jumps + 1)) == 0) offset += 3600 * (1 + std::floor(uniform() * 40));
    const double now = offset + i * period;
    for (std::uint32_t source = 0; source < 4; ++source) {
      if (source == whole && uniform() < 0.8) continue;
      if (uniform() < plan.outage) pause_until[source] = now + 12 * period * uniform();
      if (now < pause_until[source] || uniform() < plan.loss) continue;
      const double time = now + (uniform() * 0.9 + skew[source]) * period;
      std::vector<std::pair<std::uint32_t, double>> values;
      for (std::uint32_t tag = 0; tag < line.tags.size(); ++tag) {
        if (source != whole && line.tags[tag].unit.value != source) continue;
        if (line.tags[tag].clock == Clock::on_change && uniform() < 0.7) continue;
        values.emplace_back(tag, uniform() < 0.03 ? std::nan("") : std::floor(uniform() * 1000));
      }
      if (values.empty()) continue;
      const double stamp = uniform() < plan.garbage ? time + (uniform() < 0.3 ? -500 : 100000 * (1 + std::floor(3 * uniform()))) : time;
      const Sample one = sample(source, at(stamp), values, i);
      entries.emplace_back(time, one);
      if (uniform() < 0.05) entries.emplace_back(time + 0.3 * period, one);
      if (uniform() < 0.05) entries.emplace_back(time, sample(source, at(stamp), {{values[0].first, 1.0}}, i));  // a tie with itself
    }
    if (plan.ticks) entries.emplace_back(now + period, Tick{at(now + period)});
  }
  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Entry> log;
  for (auto& [time, entry] : entries) log.push_back(std::move(entry));
  return log;
}

/// The same samples in another order, none more than the lateness behind the newest sample or tick before it. Ticks keep their order.
std::vector<Entry> displaced(const std::vector<Entry>& log, double lateness_s, std::uint64_t seed) {
  const RandomStream random(seed, 2);
  std::vector<std::pair<double, std::size_t>> arrival;
  double tick = -1e300;
  for (std::size_t i = 0; i < log.size(); ++i) {
    double when = std::chrono::duration<double>(time_of(log[i]) - start).count();
    // A record that arrives at most the lateness after its time is never further behind than that.
    if (std::holds_alternative<Sample>(log[i])) when += (lateness_s - 0.001) * random.uniform(i);
    else when = tick = std::max(tick, when);
    arrival.emplace_back(when, i);
  }
  std::stable_sort(arrival.begin(), arrival.end());
  std::vector<Entry> result;
  for (const auto& [when, i] : arrival) result.push_back(log[i]);
  return result;
}

Plan plan_of(int jumps, double garbage) {
  Plan plan{*rc::gen::arbitrary<std::uint64_t>()};
  plan.seconds = *rc::gen::inRange(10, 90);
  plan.jumps = jumps == 0 ? 0 : *rc::gen::inRange(0, jumps + 1);
  plan.garbage = garbage;
  plan.outage = *rc::gen::element(0.0, 0.03, 0.1);
  plan.ticks = *rc::gen::element(true, true, false);
  return plan;
}

AlignmentOptions options_of() {
  AlignmentOptions options;
  options.allowed_lateness_s = *rc::gen::element(0.5, 2.0, 4.0);
  return options;
}

RC_GTEST_PROP(Aligner, GivesTheSameFramesAndFatesInAnyOrderWithinTheLateness, ()) {
  const Line line = small_line();
  const AlignmentOptions options = options_of();
  auto log = displaced(make_log(line, plan_of(3, 0)), 0.002, 0);
  auto other = displaced(log, options.allowed_lateness_s, *rc::gen::arbitrary<std::uint64_t>());
  add_closing_ticks(log, line, options);
  add_closing_ticks(other, line, options);
  const Outcome plain = outcome_of(line, options, log), mixed = outcome_of(line, options, other);
  RC_ASSERT(plain.bytes() == mixed.bytes());
  RC_ASSERT(plain.counts() == mixed.counts());
  RC_ASSERT(mixed.counts()[static_cast<std::size_t>(Fate::late)] == 0u);
}

RC_GTEST_PROP(Aligner, GivesEveryRecordExactlyOneFate, ()) {
  const Line line = small_line();
  const AlignmentOptions options = options_of();
  auto log = displaced(make_log(line, plan_of(3, *rc::gen::element(0.0, 0.05, 0.5))), 30, *rc::gen::arbitrary<std::uint64_t>());
  add_closing_ticks(log, line, options);
  LogRun run(line, options);
  std::size_t samples = 0;
  for (const Entry& entry : log) {
    run.take(entry);
    samples += std::holds_alternative<Sample>(entry) ? 1 : 0;
  }
  RC_ASSERT(run.outcome.fates.size() == samples);
  RC_ASSERT(!run.outcome.decided_twice);
  for (std::size_t i = 1; i < run.outcome.frames.size(); ++i) {
    const auto step = run.outcome.frames[i].time - run.outcome.frames[i - 1].time;
    RC_ASSERT((run.outcome.frames[i].cold ? step >= line.period : step == line.period));
  }
}

RC_GTEST_PROP(Aligner, AgreesWithTheSlowTwin, ()) {
  const Line line = small_line(Milliseconds{*rc::gen::element(1000, 1000, 10000)});
  AlignmentOptions options = options_of();
  Plan plan = plan_of(0, 0);
  plan.outage = 0.02;
  plan.ticks = true;
  auto log = displaced(make_log(line, plan), options.allowed_lateness_s, *rc::gen::arbitrary<std::uint64_t>());
  add_closing_ticks(log, line, options);
  const Outcome fast = outcome_of(line, options, log);
  RC_PRE(!fast.frames.empty());
  const Outcome slow = slow_align(line, options, log, fast.frames.back().time);
  RC_ASSERT(fast.bytes() == slow.bytes());
  RC_ASSERT(fast.fates == slow.fates);
}

RC_GTEST_PROP(Aligner, ARestartAtTheColdStartGoesOnWithTheSameFramesAndFates, ()) {
  const Line line = small_line();
  const AlignmentOptions options = options_of();
  auto log = displaced(make_log(line, plan_of(4, *rc::gen::element(0.0, 0.05, 0.2))), *rc::gen::element(0.5, 2.0, 20.0),
                       *rc::gen::arbitrary<std::uint64_t>());
  add_closing_ticks(log, line, options);
  const Outcome whole_run = outcome_of(line, options, log);
  LogRun run(line, options);
  std::size_t checked = log.size();  // not a place
  for (std::size_t i = 0; i < log.size(); ++i) {
    run.take(log[i]);
    const auto from = run.aligner.cold_start();
    if (!from) continue;
    const auto read_from = static_cast<std::size_t>(from->offset);
    const auto open = run.aligner.oldest_open();
    const std::size_t committed = open ? static_cast<std::size_t>(open->offset) : i + 1;
    RC_ASSERT(read_from <= committed);
    if (read_from == checked) continue;  // the first commit with a new place to read from is the hardest
    checked = read_from;
    const Outcome restarted = outcome_of(line, options, log, read_from);
    RC_ASSERT(restarted.bytes(committed) == whole_run.bytes(committed));
    const auto later = [&](const Outcome& outcome) {
      return std::vector<std::pair<const std::int64_t, Fate>>(outcome.fates.lower_bound(static_cast<std::int64_t>(committed)), outcome.fates.end());
    };
    RC_ASSERT(later(restarted) == later(whole_run));
  }
}

}  // namespace
}  // namespace steadyline::test
