#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <type_traits>

#include "core/sha256.h"
#include "core/time_text.h"
#include "settings/key.h"
#include "settings/read_dataset.h"
#include "settings/read_line.h"
#include "settings/read_scenario.h"
#include "settings/read_twin.h"
#include "settings/settings.h"

namespace steadyline {
namespace {

using testing::HasSubstr;
const std::filesystem::path root = STEADYLINE_SOURCE_DIR;

std::string file_text(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::string all_of(const std::vector<Error>& errors) {
  std::string lines;
  for (const Error& error : errors) lines += to_line(error) + "\n";
  return lines;
}

template <class T>
std::string faults_of(const Checked<T>& read) {
  return read ? "no fault" : all_of(read.error());
}

// ---- the line description -------------------------------------------------------------------------------------------------------

TEST(LineDescription, TheRecordedPressIsReadWhole) {
  const auto file = root / "config/lines/press-zagar.yaml";
  const auto line = read_line(file);
  ASSERT_TRUE(line) << faults_of(line);
  EXPECT_EQ(line->id, "press-zagar");
  EXPECT_EQ(line->period, Milliseconds{10000});
  EXPECT_EQ(line->units.size(), 3u);
  EXPECT_EQ(line->tags.size(), 11u);
  EXPECT_EQ(line->tag(*line->running_tag).path, "feeding/tbl_speed");
  EXPECT_EQ(line->sha256, sha256_hex(file_text(file)));
  const Tag& srel = line->tag(*line->find_tag("compression/srel"));
  EXPECT_EQ(srel.hard, (Band{-INFINITY, 10.5}));
  EXPECT_TRUE(srel.modelled && srel.forecast && srel.limits_on_mean);
  EXPECT_EQ(srel.stuck_after_s, 180);
  EXPECT_EQ(line->tag(*line->find_tag("compression/cyl_main")).clock, Clock::on_change);
}

TEST(LineDescription, EveryShippedOneIsValid) {
  for (const auto& entry : std::filesystem::directory_iterator(root / "config/lines")) {
    const auto line = read_line(entry.path());
    EXPECT_TRUE(line) << faults_of(line);
  }
}

TEST(LineDescription, UnitsBuiltAlikeShareAnEntry) {
  const auto line = parse_line(R"(
line: {id: l, site: s}
units:
  - ids: [fd1, fd2]
    description: feeder
    tags: [{name: flow, uom: kg/h, description: mass flow, class: cpp, codes: {0: off, 1: on}}]
)", "x");
  ASSERT_TRUE(line) << faults_of(line);
  ASSERT_EQ(line->tags.size(), 2u);
  EXPECT_EQ(line->find_tag("fd2/flow"), TagIndex{1});
  EXPECT_EQ(line->find_tag(UnitIndex{1}, "flow"), TagIndex{1});
  EXPECT_EQ(line->find_unit("fd3"), std::nullopt);
  EXPECT_EQ(line->tags[1].codes.at(1), "on");
  EXPECT_FALSE(line->tags[0].hard.bounded());
}

TEST(LineDescription, UnitsShareSetsOfTagsBehindTheirOwn) {
  const auto line = parse_line(R"(
line: {id: l, site: s}
tag_sets:
  drive: [{name: temp, uom: C, description: drive temperature, class: aux}, {name: current, uom: A, description: drive current, class: aux}]
  health: [{name: alarms, uom: 1, description: alarm word, class: aux}]
units:
  - {id: fd1, description: d, with: [drive, health], tags: [{name: flow, uom: kg/h, description: mass flow, class: cpp}]}
  - {id: bl1, description: d, with: [drive]}
)", "x");
  ASSERT_TRUE(line) << faults_of(line);
  std::vector<std::string> paths;
  for (const Tag& tag : line->tags) paths.push_back(tag.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"fd1/flow", "fd1/temp", "fd1/current", "fd1/alarms", "bl1/temp", "bl1/current"}));
  EXPECT_EQ(line->tags[5].unit, UnitIndex{1});
}

TEST(LineDescription, ARowOfTagsIsNumberedInTwoDigits) {
  const auto line = parse_line(R"(
line: {id: l, site: s}
units:
  - {id: u, description: d, tags: [{name: "st{}_force", numbered: {from: 9, to: 11}, uom: 1, description: "station {} force", class: cpp, hard: [-6, 6]}]}
)", "x");
  ASSERT_TRUE(line) << faults_of(line);
  ASSERT_EQ(line->tags.size(), 3u);
  EXPECT_EQ(line->tags[0].path, "u/st09_force");
  EXPECT_EQ(line->tags[2].name, "st11_force");
  EXPECT_EQ(line->tags[2].description, "station 11 force");
  EXPECT_EQ(line->tags[2].hard, (Band{-6, 6}));
}

TEST(LineDescription, TellsHowReadingsScatter) {
  const auto line = parse_line(R"(
line: {id: l, site: s}
units:
  - id: u
    description: d
    tags:
      - {name: a, uom: C, description: d, class: cpp, noise: {sd: 0.3, tau_s: 20}, wander: {share: 0.01, tau_s: 1800}, resolution: 0.1}
      - {name: b, uom: C, description: d, class: cpp}
)", "x");
  ASSERT_TRUE(line) << faults_of(line);
  EXPECT_EQ(line->tags[0].noise, (Noise{0.3, 0, 20}));
  EXPECT_EQ(line->tags[0].wander, (Noise{0, 0.01, 1800}));
  EXPECT_EQ(line->tags[0].resolution, 0.1);
  EXPECT_EQ(line->tags[1].noise, Noise{});
  EXPECT_EQ(line->tags[1].resolution, 0);
}

/// A line with one unit and one tag, where `tag` is put beside its name.
std::string line_with(const std::string& tag) {
  return "line: {id: l, site: s, period_ms: 1000}\nunits:\n  - id: u\n    description: d\n    tags:\n      - {name: t, uom: C, description: d, class: cpp" + tag + "}\n";
}
constexpr const char* head = "line: {id: l, site: s}\n";

struct Broken {
  std::string text;
  std::vector<std::string> words;  ///< each must stand in the faults
};

void expect_faults(const Broken& broken, const std::string& faults) {
  for (const std::string& word : broken.words) EXPECT_THAT(faults, HasSubstr(word)) << broken.text;
}

TEST(LineDescription, FaultsAreNamed) {
  const std::string tag = "{name: t, uom: C, description: d, class: cpp}";
  const std::vector<Broken> table = {
      {"", {"f.yaml:1", "empty"}},
      {"[1, 2]", {"the file is a list, not a map"}},
      {"line: {id: l, site: s\nunits: [", {"f.yaml:", "not YAML"}},
      {"a: b: c", {"f.yaml:1: not YAML"}},
      {"a: &x [*x]", {"f.yaml"}},
      {"---\na: 1\n---\nb: 2\n", {"more than one YAML document"}},
      {",", {"f.yaml:1"}},
      {"line: {id: l}\n...\n}", {"f.yaml:"}},
      {head, {"units is missing"}},
      {std::string{head} + "units: []\n", {"f.yaml:2: units has no item"}},
      {std::string{head} + "units: 7\n", {"f.yaml:2: units is \"7\", not a list"}},
      {std::string{head} + "units:\n  -\n", {"units[0] is empty"}},
      {std::string{head} + "units:\n  - 5\n", {"f.yaml:3: units[0] is \"5\", not a map"}},
      {"line: {site: s}\nunits: [{id: u, description: d, tags: [" + tag + "]}]", {"f.yaml:1: line.id is missing"}},
      {"line: {id: a/b, site: s}\nunits: [{id: u, description: d, tags: [" + tag + "]}]", {"line.id is \"a/b\"", "letters, digits"}},
      {"line: {id: l, site: s, id: m}\nunits: [{id: u, description: d, tags: [" + tag + "]}]", {"line.id is given twice"}},
      {"line: {id: l, site: s, period_ms: 0}\nunits: [{id: u, description: d, tags: [" + tag + "]}]", {"line.period_ms is 0", "10..3600000"}},
      {"line: {id: l, site: s, period_ms: 1.5}\nunits: [{id: u, description: d, tags: [" + tag + "]}]", {"not a whole number"}},
      {"line: {id: l, site: s, colour: red}\nunits: [{id: u, description: d, tags: [" + tag + "]}]", {"line.colour is not a setting", "known here: id, period_ms, running, site"}},
      {"line: {id: l, site: s, running: {tag: u/x}}\nunits: [{id: u, description: d, tags: [" + tag + "]}]", {"line.running.tag is \"u/x\"", "known: u/t"}},
      {"line: {id: l, site: s, running: {above: 1}}\nunits: [{id: u, description: d, tags: [" + tag + "]}]", {"line.running.tag is missing"}},
      {std::string{head} + "units:\n - {id: u, description: d, tags: [" + tag + "]}\n - {id: u, description: d, tags: [" + tag + "]}\n", {"f.yaml:4: units[1].id \"u\" is given twice"}},
      {std::string{head} + "units:\n - {id: u, description: d, tags: [" + tag + ", " + tag + "]}\n", {"\"t\" is given twice in unit u"}},
      {std::string{head} + "units:\n - {id: u, ids: [v], description: d, tags: [" + tag + "]}\n", {"is given beside ids"}},
      {std::string{head} + "units:\n - {ids: ['a b'], description: d, tags: [" + tag + "]}\n", {"ids has \"a b\""}},
      {std::string{head} + "units:\n - {id: '*', description: d, tags: [" + tag + "]}\n", {"units[0].id is \"*\""}},
      {std::string{head} + "units:\n - {id: u, description: d}\n", {"units[0].tags is missing"}},
      {std::string{head} + "units:\n - {id: u, description: d, to_product_s: -1, tags: [" + tag + "]}\n", {"to_product_s is -1", "0..86400"}},
      {std::string{head} + "units:\n - {id: u, tags: [" + tag + "]}\n", {"units[0].description is missing"}},
      {line_with(", speed: 1"), {"f.yaml:6", "tags[0].speed is not a setting", "known here: class, clock, codes, control"}},
      {line_with(", role: boss"), {"role is \"boss\"", "measured, setpoint, derived"}},
      {line_with(", clock: sometimes"), {"clock is \"sometimes\"", "period, on_change"}},
      {line_with(", limits_on: median"), {"mean_60s, value"}},
      {line_with(", range: 5"), {"range is \"5\", not two numbers"}},
      {line_with(", range: [1, 2, 3]"), {"range is a list, not two numbers"}},
      {line_with(", range: [5, 1]"), {"range is [5, 1]", "low side must be less"}},
      {line_with(", range: [a, 1]"), {"range has \"a\", not a number"}},
      {line_with(", range: [.nan, 1]"), {"range has \".nan\", not a number"}},
      {line_with(", hard: [0, 2], control: [0, 3]"), {"control is not inside hard"}},
      {line_with(", range: [0, 2], control: [0, 3]"), {"control is not inside range"}},
      {line_with(", range: [0, 2], hard: [-1, 1]"), {"hard is not inside range"}},
      {line_with(", hard: [0, 2], forecast: true"), {"forecast is true, but modelled is not"}},
      {line_with(", modelled: true, forecast: true"), {"no hard limit to watch"}},
      {line_with(", modelled: maybe"), {"modelled is \"maybe\", neither true nor false"}},
      {line_with(", modelled: true, codes: {0: off}"), {"modelled is true for an enumeration"}},
      {line_with(", hard: [0, 1], codes: {0: off}"), {"codes are given together with limits"}},
      {line_with(", codes: [off]"), {"codes is a list, not a map"}},
      {line_with(", codes: {on: 1}"), {"has the code \"on\""}},
      {line_with(", codes: {0: a, 0: b}"), {"has the code 0 twice"}},
      {line_with(", stuck_after_s: 1"), {"stuck_after_s is 1, less than two periods"}},
      {line_with(", stuck_after_s: 60, clock: on_change"), {"stuck_after_s is given for an on_change tag"}},
      {line_with(", stuck_after_s: soon"), {"stuck_after_s is \"soon\", not a number"}},
      {line_with(", spike: 0"), {"spike is 0"}},
      {line_with(", spike: 1e999"), {"spike is \"1e999\", not a number"}},
      {std::string{head} + "units: [{id: u, description: d, tags: [{uom: C, description: d, class: cpp}]}]", {"tags[0].name is missing"}},
      {std::string{head} + "units: [{id: u, description: d, tags: [{name: t, description: d, class: cpp}]}]", {"uom is missing"}},
      {std::string{head} + "units: [{id: u, description: d, tags: [{name: t, uom: C, description: '', class: cpp}]}]", {"description is empty"}},
      {std::string{head} + "units: [{id: u, description: d, tags: [{name: t, uom: C, description: d}]}]", {"class is missing"}},
      {std::string{head} + "units: [{id: u, description: d, tags: [{name: t, uom: C, description: d, class: vip}]}]", {"class is \"vip\"", "cpp, cma, cqa, aux"}},
      {std::string{head} + "? [a]\n: b\n", {"a key of the file is a list"}},
      {line_with(", noise: 5"), {"f.yaml:6: units[0].tags[0].noise is \"5\", not a map"}},
      {line_with(", noise: {}"), {"noise has neither sd nor share"}},
      {line_with(", noise: {sd: -1}"), {"noise.sd is -1"}},
      {line_with(", noise: {share: 1.5}"), {"noise.share is 1.5", "0..1"}},
      {line_with(", noise: {sd: 1, tau: 5}"), {"noise.tau is not a setting; known here: sd, share, tau_s"}},
      {line_with(", wander: {sd: 1}"), {"wander has no tau_s"}},
      {line_with(", role: setpoint, noise: {sd: 1}"), {"noise is given for a set-point"}},
      {line_with(", codes: {0: off}, wander: {sd: 1, tau_s: 9}"), {"wander is given for an enumeration"}},
      {line_with(", resolution: -1"), {"resolution is -1"}},
      {line_with(", numbered: {from: 1, to: 2}"), {"name \"t\" has no {} for the number"}},
      {std::string{head} + "units: [{id: u, description: d, tags: [{name: 't{}', uom: C, description: d, class: cpp}]}]", {"name is \"t{}\""}},
      {std::string{head} + "units: [{id: u, description: d, tags: [{name: 't{}{}', numbered: {from: 1, to: 2}, uom: C, description: d, class: cpp}]}]",
       {"name \"t{}{}\" is no name with {} once"}},
      {std::string{head} + "units: [{id: u, description: d, tags: [{name: 't{}', numbered: {from: 3, to: 2}, uom: C, description: d, class: cpp}]}]",
       {"numbered.to is 2, less than from (3)"}},
      {std::string{head} + "units: [{id: u, description: d, tags: [{name: 't{}', numbered: {from: 1}, uom: C, description: d, class: cpp}]}]",
       {"numbered.to is missing"}},
      {std::string{head} + "units: [{id: u, description: d, with: [motor]}]", {"f.yaml:2: units[0].with names \"motor\", no tag set of this file"}},
      {std::string{head} + "tag_sets:\n  motor: [" + tag + "]\nunits: [{id: u, description: d, tags: [" + tag + "]}]",
       {"f.yaml:3: tag_sets.motor is in no unit's `with`"}},
      {std::string{head} + "tag_sets:\n  motor: [" + tag + "]\nunits: [{id: u, description: d, with: [motor], tags: [" + tag + "]}]",
       {"f.yaml:3: tag_sets.motor[0].name \"t\" is given twice in unit u"}},
      {std::string{head} + "tag_sets: {motor: []}\nunits: [{id: u, description: d, with: [motor]}]", {"tag_sets.motor has no item"}},
      {std::string{head} + "tag_sets: [1]\nunits: [{id: u, description: d, tags: [" + tag + "]}]", {"tag_sets is a list, not a map"}},
  };
  ASSERT_GE(table.size(), 40u);
  for (const Broken& broken : table) expect_faults(broken, faults_of(parse_line(broken.text, "f.yaml")));
}

TEST(LineDescription, AllFaultsComeAtOnceEachWithItsLine) {
  const auto line = parse_line(R"(line:
  id: l
  site: s
  period_ms: 5
units:
  - id: u
    description: d
    tags:
      - name: t
        uom: C
        description: d
        class: vip
        range: [2, 1]
        colour: red
)", "f.yaml");
  ASSERT_FALSE(line);
  ASSERT_EQ(line.error().size(), 4u) << faults_of(line);
  EXPECT_EQ(line.error()[0].where, "f.yaml:4");
  EXPECT_EQ(line.error()[1].where, "f.yaml:12");
  EXPECT_EQ(line.error()[2].where, "f.yaml:13");
  EXPECT_EQ(line.error()[3].where, "f.yaml:14");
}

TEST(LineDescription, FilesThatCannotBeReadAreNamed) {
  EXPECT_THAT(faults_of(read_line("no/such.yaml")), HasSubstr("no/such.yaml: there is no such file"));
  EXPECT_THAT(faults_of(read_line(root)), HasSubstr("not a regular file"));
  EXPECT_THAT(faults_of(parse_line(std::string(2 << 20, ' '), "f.yaml")), HasSubstr("2097152 bytes"));
  EXPECT_THAT(faults_of(parse_line(std::string(200000, '['), "f.yaml")), HasSubstr("f.yaml"));
}

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

// ---- the physics of a twin ---------------------------------------------------------------------------------------------------------

const std::string& twin_text() {
  static const std::string text = file_text(root / "config/twin/cdc1.yaml");
  return text;
}

/// The shipped file with one change.
std::string twin_with(const std::string& from, const std::string& to) {
  std::string text = twin_text();
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(TwinParametersFile, IsReadWhole) {
  const auto twin = read_twin(root / "config/twin/cdc1.yaml");
  ASSERT_TRUE(twin) << faults_of(twin);
  EXPECT_EQ(twin->feeders[1].material, "MCC");
  EXPECT_EQ(twin->feeders[5].feed_factor_empty, 0.055);
  EXPECT_EQ(twin->feeders[0].lot.particle_size_sd, 0.29);
  EXPECT_NEAR(twin->nominal_feed_kg_h(2), 6.625, 1e-12);
  EXPECT_TRUE(twin->feeding.refill_array);
  EXPECT_EQ(twin->blender2.vessel.tank_share.size(), 4u);
  EXPECT_EQ(twin->path.feed_frame.tank_share, (std::vector{0.75, 0.25}));
  EXPECT_EQ(twin->press.stations, 36);
  EXPECT_EQ(twin->coater.evaporation_kj_kg, 2407);
}

/// Eight bytes at a time: a number that no key fills has stayed zero. No number of these structs is zero in the reference line.
template <class Numbers>
std::size_t unread(const Numbers& numbers) {
  static_assert(std::is_trivially_copyable_v<Numbers>);
  std::array<std::uint64_t, sizeof(Numbers) / 8> words{};
  std::memcpy(words.data(), &numbers, sizeof(Numbers));
  return static_cast<std::size_t>(std::count(words.begin(), words.end(), 0u));
}

TEST(TwinParametersFile, FillsEveryNumber) {
  const auto twin = read_twin(root / "config/twin/cdc1.yaml");
  ASSERT_TRUE(twin) << faults_of(twin);
  EXPECT_EQ(unread(twin->feeding), 0u);
  EXPECT_EQ(unread(twin->press), 0u);
  EXPECT_EQ(unread(twin->coater), 0u);
  EXPECT_EQ(unread(twin->room), 0u);
  EXPECT_EQ(unread(twin->procedure), 0u);
  EXPECT_EQ(unread(twin->feeders[0].lot), 0u);
}

// A fallback would be a number that the file does not show.
TEST(TwinParametersFile, LeavesNoNumberOut) {
  const std::string text = twin_text().substr(0, twin_text().find("auxiliary:"));
  const std::regex leaf{"((?:^|\\n) +|\\{|, |- )([a-z0-9_]+): (?=[^{\\n])"};
  const auto faults = faults_of(parse_twin(std::regex_replace(text, leaf, "$1x$2: "), "t.yaml"));
  for (const SettingKey& key : twin_keys()) {
    if (key.path.rfind("auxiliary", 0) == 0) continue;
    const auto list = key.path.find("[]");
    const std::string path = list == std::string::npos ? key.path : key.path.substr(0, list) + "[0]" + key.path.substr(list + 2);
    EXPECT_THAT(faults, HasSubstr(" " + path + " is missing")) << key.path;
  }
}

TEST(TwinParametersFile, RepeatsAuxiliarySignalsForEachUnit) {
  const auto twin = parse_twin(twin_text(), "t.yaml");
  ASSERT_TRUE(twin) << faults_of(twin);
  const auto recipe = [&](const std::string& tag) {
    return *std::find_if(twin->auxiliary.begin(), twin->auxiliary.end(), [&](const AuxiliaryParameters& one) { return one.tag == tag; });
  };
  EXPECT_EQ(recipe("fd4/drive_temp").of, "fd4/screw_speed_pv");
  EXPECT_EQ(recipe("rf6/cycle_count").of, "fd6/refill_count");
  EXPECT_EQ(recipe("bl2/seal_air").of, "ut1/air_press");
  EXPECT_EQ(recipe("fd3/refill_low").offset, 5.0);
  EXPECT_EQ(recipe("tp1/heartbeat").per_s, 1);
}

TEST(TwinParametersFile, FaultsAreNamed) {
  const std::string entry = "auxiliary:\n";
  const std::vector<Broken> table = {
      {"", {"f.yaml:1", "empty"}},
      {twin_with("share: 0.2\n", "share: 0.3\n"), {"feeders add up to 1.1", "shares of the blend are parts of one whole"}},
      {twin_with("  - material: silica\n", "    material: silica\n"), {"material is given twice"}},
      {twin_with("feed_factor_empty: 0.55", "feed_factor_empty: 0.9"), {"feeders[0].feed_factor_empty is above feed_factor_full"}},
      {twin_with("refill_to_kg: 5.0", "refill_to_kg: 3.0"), {"refill_to_kg is 3, not above refill_below_kg (3.5)"}},
      {twin_with("refill_array: true", "refill_array: on"), {"refill_array is \"on\"", "true, false"}},
      {twin_with("[0.75, 0.25]", "[0.75, 0.3]"), {"path.feed_frame.tank_share add up to 1.05"}},
      {twin_with("[0.75, 0.25]", "[]"), {"path.feed_frame.tank_share is missing"}},
      {twin_with("stations: 36 ", "stations: 3.5 "), {"press.stations is 3.5, not a whole number"}},
      {twin_with("fill_high_mm: 16 ", "fill_high_mm: 3 "), {"press.fill_high_mm is 3, not above fill_low_mm (4)"}},
      {twin_with("yield_mpa: 100 ", "yield_mpa: -100 "), {"press.yield_mpa is -100; allowed 1..1000; Heckel's yield pressure"}},
      {twin_with("  dry_s: 480 ", "  drying_s: 480 "), {"coater.dry_s is missing", "coater.drying_s is not a setting"}},
      {twin_with(entry, entry + "  - {tag: oil, value: 1}\n"), {"auxiliary[0].tag is \"oil\"", "unit/tag"}},
      {twin_with(entry, entry + "  - {tag: \"tp*/oil\", value: 1}\n"), {"auxiliary[0].tag is \"tp*/oil\""}},
      {twin_with(entry, entry + "  - {tag: tp1/turns, value: 1}\n"), {"auxiliary[", "makes \"tp1/turns\" a second time"}},
      {twin_with(entry, entry + "  - {tag: tp1/oil}\n"), {"has neither of nor value"}},
      {twin_with(entry, entry + "  - {tag: tp1/oil, of: fill_pv, gain: 1, value: 1}\n"), {"has both of and value"}},
      {twin_with(entry, entry + "  - {tag: tp1/oil, of: fill_pv}\n"), {"auxiliary[0].gain is missing"}},
      {twin_with(entry, entry + "  - {tag: tp1/oil, of: \"fd*/mode\", gain: 1}\n"), {"* repeats only what tag repeats"}},
      {twin_with(entry, entry + "  - {tag: tp1/oil, value: 1, gain: 2}\n"), {"auxiliary[0].gain is given beside value"}},
      {twin_with(entry, entry + "  - {tag: tp1/oil, of: fill_pv, gain: 1, per_s: 2}\n"), {"auxiliary[0].per_s is given beside of"}},
      {twin_with(entry, entry + "  - {tag: tp1/oil, value: 1, step: 2}\n"), {"step and step_every_s go together"}},
  };
  for (const Broken& broken : table) {
    const std::string faults = faults_of(parse_twin(broken.text, "f.yaml"));
    for (const std::string& word : broken.words) EXPECT_THAT(faults, HasSubstr(word));
  }
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
