// Soft sensors: estimates, results tied to the material of their sample, bounded offsets, disagreement, files and descriptions.
#include "models/soft_sensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "frames/decode.h"
#include "settings/read_line.h"

namespace steadyline {
namespace {

using testing::HasSubstr;

constexpr std::int64_t start_ms = 1'795'000'000'000;

/// A press with one input "u/x" and at-line results "t/y" that come 10 s after their sample.
Line small_line() {
  Line line;
  line.id = "small";
  line.units = {{"u", "", 0}, {"t", "", 0}};
  for (const auto& [unit, name] : {std::pair{0U, "x"}, {1U, "y"}}) {
    Tag tag;
    tag.unit = UnitIndex{unit};
    tag.name = name;
    tag.path = line.units[unit].id + "/" + name;
    line.tags.push_back(tag);
  }
  return line;
}

SoftSensor weight_sensor() {
  SoftSensor sensor;
  sensor.name = "weight";
  sensor.uom = "mg";
  sensor.result = "t/y";
  sensor.late_s = 10;
  sensor.inputs = {{SoftInput::Kind::plain, {"u/x"}, 1e-6, 1}};
  sensor.weights = {2};
  sensor.least = {-1000};
  sensor.most = {1000};
  sensor.prior = 3;
  sensor.wander = 0.5;
  sensor.jitter = 0.5;
  sensor.scatter = 1;
  sensor.max_step = 5;
  sensor.max_offset = 8;
  return sensor;
}

/// Feeds frames of a second each.
struct Bench {
  explicit Bench(const SoftSensor& sensor = weight_sensor()) : model{{{sensor}}, line} {}
  const SoftEstimate& take(double x, double y, bool running = true, std::vector<AtLineResult> results = {}) {
    frame.time = EventTime{Milliseconds{start_ms + 1000 * second++}};
    frame.cold = second == 1;
    frame.running = running;
    frame.values = {x, y};
    frame.flaws = {std::isnan(x) ? Flaw::null : Flaw::good, std::isnan(y) ? Flaw::null : Flaw::good};
    model.step(frame, {}, state, estimates, results);
    return estimates.front();
  }
  const SoftEstimate& warm(double x, double y, int seconds = 100) {
    for (int i = 1; i < seconds; ++i) take(x, y);
    return take(x, y);
  }
  static EventTime at(std::int64_t of) { return EventTime{Milliseconds{start_ms + 1000 * of}}; }

  Line line = small_line();
  SoftSensors model;
  Frame frame;
  SoftSensorState state;
  std::vector<SoftEstimate> estimates;
  std::int64_t second = 0;
};

TEST(SoftSensor, EstimatesOnceTheLineHasRunAMinute) {
  Bench bench;
  EXPECT_FALSE(bench.take(100, 200).known);
  const SoftEstimate& said = bench.warm(100, 200);
  ASSERT_TRUE(said.known);
  EXPECT_NEAR(said.median, 200, 1e-4);
  const double error = std::sqrt(9 + 0.25);
  EXPECT_NEAR(said.median - said.low, 1.645 * error, 0.01);
  EXPECT_NEAR(said.high - said.median, 1.645 * error, 0.01);
  EXPECT_EQ(said.steps, 0);
}

TEST(SoftSensor, ALateResultIsHeldAgainstTheMaterialOfItsSample) {
  Bench bench;
  bench.warm(100, 0);
  for (int i = 0; i < 10; ++i) bench.take(100 + i, 0);    // second 100 has x = 100, the later ones more
  const SoftEstimate& said = bench.take(150, 202);         // a result of ten seconds ago: 202 where 200 was estimated
  ASSERT_TRUE(said.result);
  EXPECT_EQ(said.result->fate, SoftResult::Fate::used);
  EXPECT_EQ(said.result->sampled, Bench::at(100));
  EXPECT_NEAR(said.result->estimate, 200, 1e-3);
  const double gain = 9 / (9 + 0.25 + 1);
  EXPECT_NEAR(said.result->step, gain * 2, 0.01);
  EXPECT_NEAR(said.offset, said.result->step, 1e-12);
  EXPECT_NEAR(said.median, 300 + said.offset, 1e-3);  // only the offset has moved
  EXPECT_EQ(said.steps, 1);
  EXPECT_LT(said.high - said.low, 2 * 1.645 * 1.2);  // and it is known better now
}

TEST(SoftSensor, AStepAndTheOffsetAreBounded) {
  Bench bench;
  bench.warm(100, 0);
  EXPECT_DOUBLE_EQ(bench.take(100, 300).offset, 5);  // a result 100 off
  EXPECT_FALSE(bench.estimates[0].disagrees) << "one result says nothing";
  for (int i = 1; i < 6; ++i) bench.warm(100, 300 + i, 600);
  EXPECT_DOUBLE_EQ(bench.estimates[0].offset, 8);
  EXPECT_TRUE(bench.estimates[0].disagrees);
  EXPECT_EQ(bench.estimates[0].steps, 6);
}

TEST(SoftSensor, ADriftDisagreesASingleWrongResultDoesNot) {
  Bench drifting, once;
  drifting.warm(100, 0);
  once.warm(100, 0);
  bool ever = false;
  for (int i = 0; i < 24; ++i) {
    const double scatter = i % 2 == 0 ? 0.8 : -0.8;
    ever = drifting.warm(100, 200 + 0.9 * i + scatter, 600).disagrees || ever;
    EXPECT_FALSE(once.warm(100, i == 12 ? 190 : 200 + scatter + 0.001 * i, 600).disagrees) << i;
  }
  EXPECT_TRUE(ever);
}

TEST(SoftSensor, ResultsWithoutMaterialAreSetAsideWithTheirReason) {
  Bench bench;
  bench.warm(100, 0);
  bench.take(100, 0, false);
  bench.take(100, 0, false);  // seconds 100 and 101: the line stands
  bench.warm(100, 0, 100);
  const auto fate_of = [&](EventTime sampled) { return bench.take(100, 0, true, {{"weight", 201, sampled}}).result->fate; };
  EXPECT_EQ(fate_of(Bench::at(101)), SoftResult::Fate::unknown);
  EXPECT_EQ(fate_of(Bench::at(-3000)), SoftResult::Fate::too_old);
  EXPECT_EQ(fate_of(Bench::at(9999)), SoftResult::Fate::too_early);
  EXPECT_EQ(bench.estimates[0].set_aside, 3);
  EXPECT_EQ(bench.estimates[0].steps, 0);
  EXPECT_EQ(bench.estimates[0].offset, 0);
  EXPECT_EQ(fate_of(Bench::at(90)), SoftResult::Fate::used);
  EXPECT_EQ(fate_of(Bench::at(90)), SoftResult::Fate::repeated) << "the same sample, sent again";
  EXPECT_EQ(bench.estimates[0].steps, 1);
  EXPECT_EQ(bench.estimates[0].set_aside, 4);
  EXPECT_FALSE(bench.take(100, 0, true, {{"hardness", 1, Bench::at(90)}}).result) << "of another attribute";
}

TEST(SoftSensor, HalfAnHourLateIsNotTooLate) {
  Bench bench;
  bench.warm(100, 0, 2000);
  EXPECT_EQ(bench.take(100, 0, true, {{"t/y", 201, Bench::at(200)}}).result->fate, SoftResult::Fate::used);
}

TEST(SoftSensor, AMissingInputIsBridgedForTwoMinutesThenNothingIsSaid) {
  Bench bench;
  bench.warm(100, 0);
  const double gone = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(bench.warm(gone, 0, 60).known);
  EXPECT_FALSE(bench.warm(gone, 0, 100).known);
  EXPECT_TRUE(bench.warm(100, 0, 2).known);
}

TEST(SoftSensor, BeyondTheTrainedRangeNothingIsSaid) {
  Bench bench;
  bench.warm(100, 0);
  EXPECT_FALSE(bench.take(5000, 0).known);
}

TEST(SoftSensor, AStandstillKeepsTheOffsetAColdStartForgetsIt) {
  Bench bench;
  bench.warm(100, 0);
  bench.take(100, 203);
  const double offset = bench.estimates[0].offset;
  ASSERT_GT(offset, 1);
  for (int i = 0; i < 600; ++i) EXPECT_FALSE(bench.take(100, 203, false).known);
  EXPECT_EQ(bench.warm(100, 203).offset, offset);
  bench.second = 0;
  EXPECT_EQ(bench.take(100, 203).offset, 0);
}

TEST(SoftSensor, IsLeftOutWhereTheLineLacksATag) {
  SoftSensor sensor = weight_sensor();
  sensor.inputs[0].tags = {"u/z"};
  EXPECT_TRUE(Bench{sensor}.model.sensors().empty());
}

TEST(SoftSensorFile, ReadsWhatItWrote) {
  SoftSensorSpec spec{{weight_sensor(), weight_sensor()}};
  spec.sensors[1].name = "content";
  spec.sensors[1].inputs = {{SoftInput::Kind::share, {"u/x", "u/x", "t/y"}, 16.25, 13}};
  const auto read = read_soft_sensors(write_soft_sensors(spec), "s.json");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, spec);
}

TEST(SoftSensorFile, NamesEveryFault) {
  std::string text = write_soft_sensors({{weight_sensor()}});
  const auto put = [&](std::string_view from, std::string_view to) {
    ASSERT_NE(text.find(from), std::string::npos);
    text.replace(text.find(from), from.size(), to);
  };
  put("\"plain\"", "\"cubic\"");
  put("\"tanks\": 1", "\"tanks\": 65");
  put("\"prior\": 3", "\"prior\": -3");
  const auto read = read_soft_sensors(text, "s.json");
  ASSERT_FALSE(read);
  std::string all;
  for (const Error& error : read.error()) all += to_line(error) + "\n";
  EXPECT_THAT(all, HasSubstr("kind is \"cubic\""));
  EXPECT_THAT(all, HasSubstr("tanks is 65"));
  EXPECT_THAT(all, HasSubstr("prior is below 0"));
  EXPECT_FALSE(read_soft_sensors("{}", "s.json"));
  EXPECT_FALSE(read_soft_sensors("[", "s.json"));
}

TEST(AtLineResultRecord, IsReadAndItsFaultsAreNamed) {
  const std::vector<Line> lines{small_line()};
  Decoder decoder{lines};
  const auto decode = [&](std::string_view rest) {
    const std::string bytes = R"({"line":"small","kind":"result","tag":"weight",)" + std::string{rest} + "}";
    return decoder.decode({.at = {}, .key = "small", .type = "command", .content_type = "", .bytes = bytes});
  };
  const auto good = decode(R"("value":250.5,"sampled":"2026-11-19T00:00:00Z","request":"r1","user":"lims")");
  ASSERT_TRUE(good);
  const auto& command = std::get<Command>(*good);
  EXPECT_EQ(command.kind, "result");
  EXPECT_EQ(command.tag, "weight");
  EXPECT_EQ(command.value, 250.5);
  EXPECT_EQ(command.sampled.time_since_epoch().count() % 86'400'000, 0);
  EXPECT_EQ(reason_of(decode(R"("value":250.5,"request":"r1","user":"lims")").error()), "time");
  EXPECT_EQ(reason_of(decode(R"("value":null,"sampled":"2026-11-19T00:00:00Z","request":"r1","user":"lims")").error()), "value");
  EXPECT_EQ(reason_of(decode(R"("sampled":"2026-11-19T00:00:00Z","request":"r1","user":"lims")").error()), "schema");
}

constexpr std::string_view described = R"(line: {id: a, site: s}
units:
  - id: u
    description: d
    tags:
      - {name: x, uom: N, description: d, class: aux}
      - {name: y, uom: mg, description: d, class: cqa, clock: on_change}
soft_sensors:
)";

TEST(SoftSensorDescription, IsReadWithTheUnitOfItsResult) {
  const auto line = parse_line(std::string{described} + "  - {name: weight, result: u/y, late_s: 120, from: [u/x], spans_s: [10, 60], scatter: 0.8, max_step: 4, max_offset: 12}\n", "l.yaml");
  ASSERT_TRUE(line) << to_line(line.error().front());
  ASSERT_EQ(line->soft_sensors.size(), 1U);
  EXPECT_EQ(line->soft_sensors[0].uom, "mg");
  EXPECT_EQ(line->soft_sensors[0].spans_s, (std::vector<double>{10, 60}));
}

TEST(SoftSensorDescription, NamesEveryFault) {
  const auto line = parse_line(std::string{described} + R"(  - {name: weight, result: u/z, from: [u/q], max_step: 4, max_offset: 2}
  - {name: weight, probes: [u/x], uom: N, scatter: 1, scatter_tag: u/x, max_step: 1, max_offset: 2}
)", "l.yaml");
  ASSERT_FALSE(line);
  std::string all;
  for (const Error& error : line.error()) all += to_line(error) + "\n";
  for (const char* expected : {"\"u/z\"", "\"u/q\"", "spans_s is missing", "scatter is missing", "max_step is above max_offset", "given twice",
                               "do not make three", "beside scatter_tag"})
    EXPECT_THAT(all, HasSubstr(expected));
}

}  // namespace
}  // namespace steadyline
