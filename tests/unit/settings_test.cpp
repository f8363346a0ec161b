#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include "core/time_text.h"
#include "settings/key.h"
#include "settings/read_dataset.h"
#include "settings/read_line.h"
#include "settings/read_scenario.h"
#include "settings/settings.h"
#include "support/settings_faults.h"

namespace steadyline {
namespace {

using test::Broken;
using test::expect_faults;
using test::faults_of;
using test::file_text;
using test::root;
using testing::HasSubstr;

// ---- config/monitor.yaml ----------------------------------------------------------------------------------------------------------

TEST(MonitorSettings, TheShippedFileHoldsTheDefaults) {
  const auto settings = read_settings(root / "config/monitor.yaml");
  ASSERT_TRUE(settings) << faults_of(settings);
  ASSERT_EQ(settings->lines.size(), 1u);
  EXPECT_EQ(settings->lines[0].description, root / "config/lines/cdc1.yaml");
  EXPECT_EQ(settings->lines[0].bundle, root / "models/bundles/cdc1");
  EXPECT_EQ(settings->monitor.alarms.control.on_delay_s, AlarmOptions{}.control.on_delay_s);
  EXPECT_EQ(settings->http.port, OperatorOptions{}.port);
}

/// The shipped file as "a.b: value", list items as "a[].b".
std::map<std::string, std::string> shipped_keys() {
  std::map<std::string, std::string> keys;
  std::vector<std::pair<std::size_t, std::string>> above;
  std::ifstream in{root / "config/monitor.yaml"};
  for (std::string line; std::getline(in, line);) {
    if (const auto dash = line.find("- "); dash != std::string::npos && line.find_first_not_of(' ') == dash) {
      line[dash] = ' ';
      if (!above.empty() && above.back().second.find("[]") == std::string::npos) above.back().second += "[]";
    }
    const auto indent = line.find_first_not_of(' ');
    if (indent == std::string::npos || line[indent] == '#') continue;
    const auto colon = line.find(':');
    while (!above.empty() && above.back().first >= indent) above.pop_back();
    const std::string path = (above.empty() ? "" : above.back().second + ".") + line.substr(indent, colon - indent);
    if (colon + 1 < line.size()) keys[path] = line.substr(colon + 2);
    else above.emplace_back(indent, path);
  }
  return keys;
}

TEST(MonitorSettings, TheShippedFileShowsEveryKeyWithItsDefault) {
  std::map<std::string, std::string> expected;
  for (const SettingKey& key : settings_keys()) expected[key.path] = key.fallback;
  auto shipped = shipped_keys();
  for (const auto& [path, value] : shipped) EXPECT_TRUE(expected.count(path)) << path;
  for (const auto& [path, fallback] : expected) {
    ASSERT_TRUE(shipped.count(path)) << path << " is not in config/monitor.yaml";
    if (fallback.empty() || fallback == "none") continue;
    EXPECT_EQ(shipped[path], fallback) << path;
  }
}

TEST(MonitorSettings, EveryKeyOfTheShippedFileHasItsMeaningAbove) {
  std::ifstream in{root / "config/monitor.yaml"};
  std::string before;
  for (std::string line; std::getline(in, line); before = line) {
    const auto indent = line.find_first_not_of(' ');
    if (indent == std::string::npos || line[indent] == '#' || line.back() == ':') continue;
    EXPECT_EQ(before.find_first_not_of(' ') == std::string::npos ? ' ' : before[before.find_first_not_of(' ')], '#') << line;
  }
}

TEST(MonitorSettings, FaultsAreNamed) {
  const std::string lines = "lines: [{description: l.yaml}]\n";
  const std::vector<Broken> table = {
      {"alignment: {max_skew_s: 10}", {"lines is missing"}},
      {"lines: [{bundle: b}]", {"lines[0].description is missing"}},
      {"lines: [{description: a.yaml}, {description: ./a.yaml}]", {"lines[1].description", "named twice"}},
      {lines + "alignment:\n  max_skew_s: 0\n", {"config/m.yaml:3: alignment.max_skew_s is 0; allowed 1..3600; how far a source's clock may run ahead"}},
      {lines + "alignment: {max_skw_s: 1}", {"alignment.max_skw_s is not a setting; known here: allowed_lateness_s, max_skew_s"}},
      {lines + "alarms: {hard: {on_delay_s: soon}}", {"alarms.hard.on_delay_s is \"soon\", not a number", "0..3600"}},
      {lines + "alarms: {health_raise_below: 70}", {"health_clear_above is 65, not above health_raise_below (70)"}},
      {lines + "alarms: {deadband: 0.9}", {"alarms.deadband is 0.9"}},
      {lines + "alarms: {control_group_max_per_10min: 1.5}", {"not a whole number"}},
      {lines + "alarms: 5", {"alarms is \"5\", not a map"}},
      {lines + "broker: {topics: {alerts: steadyline.input}}", {"names \"steadyline.input\" twice"}},
      {lines + "broker: {topics: {input: 'a b'}}", {"has \"a b\", no name that Kafka takes"}},
      {lines + "broker: {librdkafka: {enable.auto.commit: true}}", {"sets enable.auto.commit"}},
      {lines + "broker: {librdkafka: {group.id: g}}", {"sets group.id"}},
      {lines + "broker: {librdkafka: [a]}", {"librdkafka is a list, not a map"}},
      {lines + "broker: {group: ''}", {"broker.group is empty"}},
      {lines + "broker: {commit_interval_s: 0}", {"commit_interval_s is 0", "0.01..60"}},
      {lines + "http: {port: 70000}", {"http.port is 70000", "0..65535"}},
      {lines + "http: {address: [1]}", {"http.address is a list, not a text"}},
      {lines + "log: {level: loud}", {"log.level is \"loud\"", "info, debug, warn, error"}},
      {lines + "log: {json: 1}", {"neither true nor false"}},
      {lines + "assessments: {fan_every_frames: 0}", {"fan_every_frames is 0"}},
      {lines + "metrics: {}", {"config/m.yaml:2: metrics is not a setting", "known here: alarms, alignment, assessments, broker, http, lines, log"}},
  };
  for (const Broken& broken : table) expect_faults(broken, faults_of(parse_settings(broken.text, "config/m.yaml")));
}

// ---- data sets and scenarios ------------------------------------------------------------------------------------------------------

constexpr const char* dataset_text = R"(name: d
line: press-zagar
source: somewhere
separator: ";"
time: {column: timestamp, format: "%Y-%m-%d %H:%M:%S", utc_offset_h: 1}
columns:
  - {column: main_comp, tag: compression/main_comp}
  - {column: SREL, tag: compression/srel, factor: 0.01}
drop_columns:
  - {column: fom, reason: an exact copy of tbl_fill}
group_column: campaign
batch_column: batch
filter: [{column: code, equals: "3"}]
gap_s: 60
blanks: [NA]
)";

TEST(DatasetDescription, IsReadWhole) {
  const auto dataset = parse_dataset(dataset_text, "d.yaml");
  ASSERT_TRUE(dataset) << faults_of(dataset);
  EXPECT_EQ(dataset->separator, ';');
  EXPECT_EQ(dataset->utc_offset_h, 1);
  EXPECT_EQ(dataset->columns[1].factor, 0.01);
  EXPECT_EQ(dataset->dropped[0].reason, "an exact copy of tbl_fill");
  EXPECT_EQ(dataset->filter[0].equals, "3");
}

TEST(DatasetDescription, FaultsAreNamed) {
  const auto with = [](const std::string& from, const std::string& to) {
    std::string text = dataset_text;
    return text.replace(text.find(from), from.size(), to);
  };
  const std::vector<Broken> table = {
      {with("name: d", "name: a b"), {"name is \"a b\""}},
      {with("separator: \";\"", "separator: ab"), {"separator is \"ab\", not one character"}},
      {with("separator: \";\"", "separator: ."), {"separator is the decimal sign too"}},
      {with("gap_s: 60", "decimal: x"), {"decimal is `x`"}},
      {with("%Y-%m-%d %H:%M:%S", "%Y-%Q"), {"has %Q", "lacks %m"}},
      {with("utc_offset_h: 1", "utc_offset_h: 99"), {"utc_offset_h is 99"}},
      {with("column: SREL", "column: main_comp"), {"\"main_comp\", which is already a tag's column"}},
      {with("compression/srel", "compression/main_comp"), {"\"compression/main_comp\" is filled twice"}},
      {with("compression/srel", "srel"), {"tag is \"srel\", without its unit"}},
      {with("factor: 0.01", "factor: 0"), {"factor is 0"}},
      {with(", reason: an exact copy of tbl_fill", ""), {"drop_columns[0].reason is missing"}},
      {with("batch_column: batch", "batch_column: campaign"), {"already in use"}},
      {with("gap_s: 60", "gap_s: 0"), {"gap_s is 0"}},
      {with("gap_s: 60", "gaps: 0"), {"gaps is not a setting"}},
  };
  for (const Broken& broken : table) expect_faults(broken, faults_of(parse_dataset(broken.text, "d.yaml")));
}

TEST(DatasetDescription, EveryShippedOneFitsItsLine) {
  for (const auto& entry : std::filesystem::directory_iterator(root / "config/datasets")) {
    const auto dataset = read_dataset(entry.path());
    ASSERT_TRUE(dataset) << faults_of(dataset);
    const auto line = read_line(root / "config/lines" / (dataset->line + ".yaml"));
    ASSERT_TRUE(line) << faults_of(line);
    for (const DataColumn& column : dataset->columns) EXPECT_TRUE(line->find_tag(column.tag)) << column.tag;
  }
}

Line press() { return read_line(root / "config/lines/press-zagar.yaml").value(); }

TEST(ScenarioDescription, IsReadWhole) {
  const auto scenario = parse_scenario(R"(start: 2026-11-20T08:00:00Z
duration_s: 600
seed: 7
start_in_production: false
shutdown_at_s: 500
faults:
  - {id: F06, target: feeding, on_s: 60, onset: ramp, ramp_s: 30, severity: 0.5}
  - {id: F23, variant: drift, target: line, on_s: 70, duration_s: 20, severity: -100, onset: intermittent, duty: 0.2, period_s: 30}
set_points: [{at_s: 10, tag: feeding/tbl_fill, value: 6}]
recipes: [{at_s: 100, throughput_kg_h: 20, api_share: 0.1}, {at_s: 200, throughput_kg_h: 30}]
lots: [{at_s: 50, feeder: feeding}]
planned_stops: [{at_s: 300, duration_s: 60}]
stops: zagar
scheduled_stops: true
lot_size_share: 0.2
coating: false
data_traps: true
exam: true
open_loop: true
)", "s.yaml", press());
  ASSERT_TRUE(scenario) << faults_of(scenario);
  EXPECT_EQ(to_rfc3339(scenario->start), "2026-11-20T08:00:00.000Z");
  EXPECT_EQ(scenario->seed, 7u);
  EXPECT_FALSE(scenario->start_in_production);
  EXPECT_EQ(scenario->shutdown_at_s, 500);
  ASSERT_EQ(scenario->faults.size(), 2u);
  EXPECT_EQ(scenario->faults[0].onset, Onset::ramp);
  EXPECT_TRUE(std::isinf(scenario->faults[0].duration_s));
  EXPECT_EQ(scenario->faults[0].where, "s.yaml:7");
  EXPECT_EQ(scenario->faults[1].variant, "drift");
  EXPECT_EQ(scenario->faults[1].onset, Onset::intermittent);
  EXPECT_EQ(scenario->faults[1].duty, 0.2);
  EXPECT_EQ(scenario->faults[1].period_s, 30);
  ASSERT_EQ(scenario->set_points.size(), 1u);
  EXPECT_EQ(scenario->set_points[0].value, 6);
  EXPECT_EQ(scenario->set_points[0].where, "s.yaml:9");
  ASSERT_EQ(scenario->recipes.size(), 2u);
  EXPECT_EQ(scenario->recipes[0].api_share, 0.1);
  EXPECT_FALSE(scenario->recipes[1].api_share);
  EXPECT_EQ(scenario->lots.at(0).feeder, "feeding");
  EXPECT_EQ(scenario->planned_stops.at(0).duration_s, 60);
  EXPECT_EQ(scenario->stops, StopStatistics::zagar);
  EXPECT_TRUE(scenario->scheduled_stops && scenario->data_traps && scenario->exam && scenario->open_loop);
  EXPECT_FALSE(scenario->coating);
  EXPECT_EQ(scenario->lot_size_share, 0.2);
}

TEST(ScenarioDescription, FaultsAreNamed) {
  const std::string start = "start: 2026-11-20T08:00:00Z\nduration_s: 600\n";
  const std::vector<Broken> table = {
      {"duration_s: 5", {"start is missing"}},
      {"start: yesterday", {"start is \"yesterday\", not a time"}},
      {start + "seed: -1", {"seed is -1"}},
      {start + "faults: [{id: F01, target: nobody, on_s: 1}]", {"target is \"nobody\", and nobody is no unit of line press-zagar"}},
      {start + "faults: [{id: F01, target: feeding, on_s: 601}]", {"after the end of the scenario"}},
      {start + "faults: [{id: F01, target: feeding, on_s: 1, onset: sudden}]", {"onset is \"sudden\"", "step, ramp, exponential"}},
      {start + "faults: [{id: F01, target: feeding, on_s: 1, duty: 1.5}]", {"duty is 1.5"}},
      {start + "faults: [{id: F01, target: feeding}]", {"on_s is missing"}},
      {start + "set_points: [{at_s: 1, tag: feeding/colour, value: 3}]", {"tag is \"feeding/colour\", no tag of line press-zagar"}},
      {start + "set_points: [{at_s: 1, tag: feeding/fom}]", {"value is missing"}},
      {start + "recipes: [{at_s: 1, throughput_kg_h: 0}]", {"throughput_kg_h is 0"}},
      {start + "lots: [{at_s: 1, feeder: fd9}]", {"fd9 is no unit of line press-zagar"}},
      {start + "stops: often", {"stops is \"often\"", "none, line, zagar"}},
  };
  for (const Broken& broken : table) expect_faults(broken, faults_of(parse_scenario(broken.text, "s.yaml", press())));
}

// Physics is judged with the form in one go, but not of a part whose form is already wrong.
TEST(ScenarioDescription, FaultsOfFormAndPhysicsComeTogetherWithTheirLines) {
  const auto check = [](const Scenario& scenario) {
    std::vector<Error> errors;
    for (const FaultSpec& fault : scenario.faults) errors.push_back({Errc::settings, fault.id + " is no fault", fault.where, "name another"});
    return errors;
  };
  const auto scenario = parse_scenario("start: 2026-11-20T08:00:00Z\nfaults:\n  - {id: F98, target: feeding, on_s: 1}\n  - {id: F99, target: feeding}\nstops: often\n", "s.yaml", press(), check);
  ASSERT_FALSE(scenario);
  const std::string faults = faults_of(scenario);
  EXPECT_THAT(faults, HasSubstr("s.yaml:3: F98 is no fault"));
  EXPECT_THAT(faults, HasSubstr("s.yaml:4: "));
  EXPECT_THAT(faults, testing::Not(HasSubstr("F99 is no fault")));
  EXPECT_THAT(faults, HasSubstr("s.yaml:5: stops"));
}

// ---- docs/configuration.md --------------------------------------------------------------------------------------------------------

void expect_rows(const std::vector<SettingKey>& keys) {
  static const std::string document = file_text(root / "docs/configuration.md");
  EXPECT_GT(keys.size(), 5u);
  for (const SettingKey& key : keys) {
    const std::string row = "| `" + key.path + "` | " + (key.fallback.empty() ? "needed" : key.fallback) + " | " + key.allowed + " | " + key.meaning + " |\n";
    EXPECT_NE(document.find(row), std::string::npos) << "docs/configuration.md lacks " << row;
  }
}

TEST(ConfigurationDocument, HoldsEachKeyOfEachFileAndNoOther) {
  std::size_t rows = 0;
  for (const auto& keys : {settings_keys(), line_keys(), twin_keys(), dataset_keys(), scenario_keys()}) {
    expect_rows(keys);
    rows += keys.size();
  }
  std::ifstream in{root / "docs/configuration.md"};
  std::size_t found = 0;
  for (std::string line; std::getline(in, line);) found += line.rfind("| `", 0) == 0 ? 1 : 0;
  EXPECT_EQ(found, rows);
}

}  // namespace
}  // namespace steadyline
