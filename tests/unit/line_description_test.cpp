#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "core/sha256.h"
#include "settings/read_line.h"
#include "support/settings_faults.h"

namespace steadyline {
namespace {

using test::Broken;
using test::expect_faults;
using test::faults_of;
using test::file_text;
using test::root;
using testing::HasSubstr;

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
      {"line: {id: l, site: s, colour: red}\nunits: [{id: u, description: d, tags: [" + tag + "]}]", {"line.colour is not a setting", "known here: context, id, period_ms, running, site"}},
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
      {line_with(", speed: 1"), {"f.yaml:6", "tags[0].speed is not a setting", "known here: automatic, class, clock, codes, control"}},
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

}  // namespace
}  // namespace steadyline
