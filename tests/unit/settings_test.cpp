#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "core/sha256.h"
#include "core/time_text.h"
#include "settings/key.h"
#include "settings/read_dataset.h"
#include "settings/read_line.h"
#include "settings/read_scenario.h"
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
  const auto scenario = parse_scenario("start: 2026-11-20T08:00:00Z\nduration_s: 600\nseed: 7\nfaults:\n - {id: F06, target: feeding, on_s: 60, onset: ramp, ramp_s: 30, severity: 0.5}\n", "s.yaml", press());
  ASSERT_TRUE(scenario) << faults_of(scenario);
  EXPECT_EQ(to_rfc3339(scenario->start), "2026-11-20T08:00:00.000Z");
  EXPECT_EQ(scenario->seed, 7u);
  ASSERT_EQ(scenario->faults.size(), 1u);
  EXPECT_EQ(scenario->faults[0].onset, Onset::ramp);
  EXPECT_TRUE(std::isinf(scenario->faults[0].duration_s));
}

TEST(ScenarioDescription, FaultsAreNamed) {
  const std::string start = "start: 2026-11-20T08:00:00Z\nduration_s: 600\n";
  const std::vector<Broken> table = {
      {"duration_s: 5", {"start is missing"}},
      {"start: yesterday", {"start is \"yesterday\", not a time"}},
      {start + "seed: -1", {"seed is -1"}},
      {start + "faults: [{id: F99, target: u, on_s: 1}]", {"id is \"F99\"", "F01, F06, F21"}},
      {start + "faults: [{id: F01, target: nobody, on_s: 1}]", {"target is \"nobody\", no unit of line press-zagar"}},
      {start + "faults: [{id: F21, target: feeding, on_s: 1}]", {"target is \"feeding\", no tag of line press-zagar"}},
      {start + "faults: [{id: F01, target: feeding, on_s: 601}]", {"after the end of the scenario"}},
      {start + "faults: [{id: F01, target: feeding, on_s: 1, severity: 2}]", {"severity is 2"}},
      {start + "faults: [{id: F01, target: feeding}]", {"on_s is missing"}},
  };
  for (const Broken& broken : table) expect_faults(broken, faults_of(parse_scenario(broken.text, "s.yaml", press())));
}

// ---- docs/configuration.md --------------------------------------------------------------------------------------------------------

void expect_rows(const std::vector<SettingKey>& keys) {
  static const std::string document = file_text(root / "docs/configuration.md");
  EXPECT_GT(keys.size(), 5u);
  for (const SettingKey& key : keys) {
    EXPECT_THAT(document, HasSubstr("| `" + key.path + "` | " + (key.fallback.empty() ? "needed" : key.fallback) + " | " + key.allowed + " | " + key.meaning + " |\n"));
  }
}

TEST(ConfigurationDocument, HoldsEachKeyOfEachFileAndNoOther) {
  std::size_t rows = 0;
  for (const auto& keys : {settings_keys(), line_keys(), dataset_keys(), scenario_keys()}) {
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
