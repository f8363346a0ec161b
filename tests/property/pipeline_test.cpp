#include "monitor/pipeline.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/numeric.h"
#include "support/monitor_log.h"

namespace steadyline::test {
namespace {

using namespace std::chrono_literals;

const Line line = feeding_line();
const EventTime start{1'700'000'000s};

const std::string own_hash(64, 'a'), other_hash(64, 'b');

MonitorOptions brisk() {
  MonitorOptions options;
  options.alarms.warm_up_s = 20;
  options.alarms.control = {5, 5};
  options.alarms.forecast = {3, 10};
  options.alarms.health = {3, 10};
  options.alarms.data = {5, 5};
  return options;
}

struct Draw {
  std::uint64_t seed;
  std::uint64_t at = 0;
  std::uint64_t below(std::uint64_t n) {  // splitmix64: rapidcheck's generators would be far slower for so many numbers
    std::uint64_t z = seed + 0x9E3779B97F4A7C15ULL * ++at;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return (z ^ (z >> 31)) % n;
  }
};

void disturb(MonitorLog& log, Draw& draw, EventTime now, const std::vector<SampleValue>& values) {
  switch (draw.below(60)) {
    case 0: return log.add("", "{\"line\":\"cdc1\",");
    case 1: return log.sample(0, now - 60s, values);
    case 2: return log.sample(0, now + 3600s, values);
    case 3: return log.sample(0, now, values);
    case 4: return log.add("event", R"({"line":"cdc1","kind":"lot_change","time":"2023-11-14T22:13:20.000Z","text":"lot 7"})");
    case 5: return log.acknowledge("0123456789abcdef");
    case 6: return log.add("", "\xff\xfe");
    case 7: return log.activate(other_hash, "champion");
    case 8: return log.activate("previous", "champion");
    case 9: return log.activate(draw.below(3) == 0 ? "none" : other_hash, "challenger");
    case 10: return log.activate("0123456789abcdef", "champion");
    default: return;
  }
}

/// Two stretches of time with a jump between them; values walk, so that limits are crossed; a unit falls silent now and then.
MonitorLog random_log(std::uint64_t seed, const std::vector<std::string>& acknowledged = {}) {
  Draw draw{seed};
  MonitorLog log{line};
  double speed = 106;
  double flow = 5;
  std::size_t next_acknowledged = 0;
  const std::uint64_t seconds = 120 + draw.below(120);
  const std::uint64_t jump_at = draw.below(seconds);
  const std::uint64_t silent_from = draw.below(seconds);
  for (std::uint64_t s = 0; s < seconds; ++s) {
    const EventTime now = start + std::chrono::seconds{s} + (s >= jump_at ? 100'000s : 0s);
    if (s == jump_at) log.mark = log.size();
    speed += static_cast<double>(draw.below(21)) - 8;
    flow += (static_cast<double>(draw.below(21)) - 10) / 100;
    const bool runs = draw.below(200) != 0;
    for (std::uint32_t unit = 0; unit < 2; ++unit) {
      const std::uint32_t first = 3 * unit;
      const std::vector<SampleValue> values{{TagIndex{first}, flow}, {TagIndex{first + 1}, speed}, {TagIndex{first + 2}, 22 + flow}};
      if (unit == 1 && s >= silent_from && s < silent_from + 30) continue;
      log.sample(unit, now - Milliseconds{draw.below(1500)}, values);
      if (unit == 0) disturb(log, draw, now, values);
    }
    log.sample(2, now, std::vector<SampleValue>{{TagIndex{6}, runs ? 300.0 : 0.0}});
    if (draw.below(10) == 0 && next_acknowledged < acknowledged.size()) log.acknowledge(acknowledged[next_acknowledged++]);
    log.tick(now);
  }
  return log;
}

std::shared_ptr<const Bundle> bundle_of(std::uint64_t seed, const std::string& sha256) {
  Bundle bundle = random_bundle(line, seed);
  bundle.sha256 = sha256;
  return std::make_shared<const Bundle>(std::move(bundle));
}

/// With a second bundle at hand, for activations.
std::unique_ptr<Pipeline> pipeline() {
  auto made = std::make_unique<Pipeline>(std::vector<Pipeline::Setup>{{line, bundle_of(7, own_hash)}}, brisk());
  made->offer(LineIndex{0}, bundle_of(8, other_hash));
  return made;
}

Outputs whole(const MonitorLog& log) { return pipeline()->advance(log.records()); }

/// The log with acknowledgements of alarms that it really raises.
MonitorLog lively_log(std::uint64_t seed) {
  std::vector<std::string> ids;
  for (const auto& alert : alerts_of(whole(random_log(seed)))) {
    if (alert["seq"] == 0) ids.push_back(alert["id"]);
  }
  return random_log(seed, ids);
}

std::size_t cut(std::uint64_t seed, std::size_t size) { return Draw{seed}.below(size + 1); }

RC_GTEST_PROP(Pipeline, AnySplitOfTheLogGivesTheSameOutputs, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint32_t>();
  const MonitorLog log = lively_log(seed);
  const std::vector<Record> records = log.records();
  const Outputs expected = whole(log);
  const auto split = pipeline();
  Outputs gathered;
  Draw draw{seed + 1ULL};
  const std::uint64_t longest = 1 + draw.below(40);
  for (std::size_t i = 0; i < records.size();) {
    const std::size_t count = std::min<std::size_t>(draw.below(longest + 1), records.size() - i);
    gathered.append(split->advance(std::span{records}.subspan(i, count)));
    i += count;
  }
  RC_ASSERT(texts_of(gathered) == texts_of(expected));
  RC_ASSERT(gathered.fates == expected.fates);
  RC_ASSERT(gathered.rejected == expected.rejected);
  RC_ASSERT(gathered.transitions == expected.transitions);
  RC_ASSERT(gathered.progress == expected.progress);
}

RC_GTEST_PROP(Pipeline, ARestartGivesWhatAnUninterruptedRunGives, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint32_t>();
  const MonitorLog log = lively_log(seed);
  const std::vector<Record> records = log.records();
  const std::vector<std::string> expected = texts_of(whole(log));
  // Half of the commits fall near the jump, where what to read again is hardest to know.
  const bool near_jump = seed % 2 == 0;
  const std::size_t committed_after = near_jump ? std::min(log.mark + seed % 37, records.size()) : cut(seed, records.size());
  const std::size_t killed = committed_after + cut(seed + 1ULL, records.size() - committed_after);
  const auto first = pipeline();
  Outputs before = first->advance(std::span{records}.first(committed_after));
  const Progress committed = before.progress.count(0) != 0 ? before.progress.at(0) : Progress{};
  before.append(first->advance(std::span{records}.subspan(committed_after, killed - committed_after)));  // published, not committed
  const auto second = pipeline();
  RC_ASSERT(second->bring_back(committed.in_force).empty());
  second->assign(0, committed.next);
  const Outputs after = second->advance(std::span{records}.subspan(static_cast<std::size_t>(committed.read_from)));
  std::vector<std::string> all;
  std::set<std::string> known;
  for (const Outputs* part : {static_cast<const Outputs*>(&before), &after}) {
    for (std::string& text : texts_of(*part)) {
      if (known.insert(text).second) all.push_back(std::move(text));
    }
  }
  std::vector<std::string> once;
  known.clear();
  for (const std::string& text : expected) {
    if (known.insert(text).second) once.push_back(text);
  }
  RC_ASSERT(all == once);
}

RC_GTEST_PROP(Pipeline, GivesEveryRecordAtMostOneFate, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint32_t>();
  const MonitorLog log = random_log(seed);
  const Outputs outputs = pipeline()->advance(log.records());
  RC_ASSERT(sum_of_fates(outputs) <= log.size());
  std::size_t assessments = 0;
  for (const Output& output : outputs.records) assessments += output.topic == Topic::assessments ? 1 : 0;
  RC_ASSERT(outputs.frames.count("cdc1") != 0 && assessments == outputs.frames.at("cdc1"));
}

/// Two minutes of a lively line with an activation after the first.
MonitorLog activated_log(const std::string& bundle, const std::string& as) {
  MonitorLog log{line};
  for (int s = 0; s < 240; ++s) {
    const EventTime now = start + std::chrono::seconds{s};
    const double flow = 5 + (s % 40 < 20 ? 0.3 : -0.3);
    for (std::uint32_t unit = 0; unit < 2; ++unit)
      log.sample(unit, now, std::vector<SampleValue>{{TagIndex{3 * unit}, flow}, {TagIndex{3 * unit + 1}, 106 + flow}, {TagIndex{3 * unit + 2}, 22}});
    log.sample(2, now, std::vector<SampleValue>{{TagIndex{6}, 300.0}});
    if (s == 120) log.activate(bundle, as);
    log.tick(now);
  }
  return log;
}

TEST(Activation, PutsAnotherBundleInForceFromTheNextFrameOn) {
  const Outputs outputs = whole(activated_log(other_hash, "champion"));
  ASSERT_EQ(outputs.status.size(), 1U);
  EXPECT_EQ(outputs.status[0].bundle, other_hash);
  EXPECT_NE(texts_of(outputs), texts_of(whole(activated_log("0123456789abcdef", "champion"))));
  const BundlesInForce kept = outputs.progress.at(0).in_force;
  EXPECT_TRUE(kept.empty()) << "the restart begins before the activation, with the settings' own bundle";
}

TEST(Activation, LetsTheModelsWarmUpAnew) {
  std::vector<std::string> verdicts;
  for (const std::string& text : texts_of(whole(activated_log(other_hash, "champion")))) {
    const auto told = nlohmann::json::parse(text.substr(text.find('{')));
    if (!told.contains("verdict") || !told.contains("health")) continue;
    const std::string verdict = told["verdict"] == "warming" ? "warming" : "scored";
    if (verdicts.empty() || verdicts.back() != verdict) verdicts.push_back(verdict);
  }
  EXPECT_EQ(verdicts, (std::vector<std::string>{"warming", "scored", "warming", "scored"}));
}

TEST(Activation, OfAnUnknownBundleChangesNothingAndIsCounted) {
  const Outputs outputs = whole(activated_log("0123456789abcdef", "champion"));
  EXPECT_EQ(outputs.status[0].bundle, own_hash);
  EXPECT_EQ(outputs.rejected.at("unknown_bundle"), 1U);
  EXPECT_EQ(outputs.fates[static_cast<std::size_t>(Fate::activate)], 1U);
}

TEST(Activation, OfAChallengerChangesNoOutputButTheComparison) {
  const Outputs outputs = whole(activated_log(other_hash, "challenger"));
  EXPECT_EQ(texts_of(outputs), texts_of(whole(activated_log("none", "challenger"))));
  EXPECT_EQ(outputs.status[0].challenger, other_hash);
  EXPECT_GT(outputs.status[0].agreement.frames, 50U);
}

TEST(Activation, OfALineThatHasNotSpokenOutlivesRestarts) {
  MonitorLog log{line};
  log.activate(other_hash, "champion");
  log.tick(start);
  const auto first = pipeline();
  Progress progress = first->advance(log.records()).progress.at(0);
  EXPECT_EQ(progress.read_from, 2);
  for (int restart = 0; restart < 2; ++restart) {
    ASSERT_EQ(progress.in_force.at("cdc1").champion, other_hash) << restart;
    const auto again = pipeline();
    EXPECT_TRUE(again->bring_back(progress.in_force).empty());
    again->assign(0, progress.next);
    log.tick(start + std::chrono::seconds{restart + 1});
    progress = again->advance(log.records(static_cast<std::size_t>(progress.read_from))).progress.at(0);
  }
}

TEST(Activation, GoesWithThePartition) {
  const MonitorLog log = activated_log(other_hash, "champion");
  const std::vector<Record> records = log.records();
  const auto before = std::span{records}.first(200);
  const auto made = pipeline();
  EXPECT_TRUE(made->bring_back({{"cdc1", {.champion = other_hash, .challenger = {}, .previous = own_hash}}}).empty());
  made->assign(0, 0);
  EXPECT_EQ(made->advance(before).status[0].bundle, other_hash);
  made->revoke(0);
  made->assign(0, 0);
  EXPECT_EQ(made->advance(before).status[0].bundle, own_hash);
}

TEST(Activation, TellsWhichBundlesOfARestartAreGone) {
  const BundlesInForce gone{{"cdc1", {.champion = std::string(16, 'c'), .challenger = {}, .previous = own_hash.substr(0, 16)}}};
  EXPECT_EQ(pipeline()->bring_back(gone), std::vector<std::string>{std::string(16, 'c')});
}

TEST(Pipeline, GivesTheSameOutputsOnEveryVectorTarget) {
  const MonitorLog log = lively_log(2026);
  const std::vector<std::string> expected = texts_of(whole(log));
  EXPECT_FALSE(alerts_of(whole(log)).empty());
  for (const std::string_view target : numeric::vector_targets()) {
    ASSERT_TRUE(numeric::force_vector_target(target)) << target;
    EXPECT_EQ(texts_of(whole(log)), expected) << target;
  }
  numeric::force_vector_target("");
}

}  // namespace
}  // namespace steadyline::test
