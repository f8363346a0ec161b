// What recorded data brings: gaps, empty cells, copies, thousands; in the readings, in the topic, in files. The line itself feels nothing
// of it.
#include "twin/data_traps.h"

#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "campaigns/campaign_run.h"
#include "core/time_text.h"
#include "support/campaign_chance.h"
#include "support/temporary_folder.h"
#include "twin/feed.h"

namespace steadyline::test {
namespace {

constexpr std::int64_t day_s = 86'400;

/// A seed whose first gap begins within the first minutes; the first and the last second without a row.
struct EarlyGap {
  std::uint64_t seed = 0;
  std::int64_t from = 0, last = 0;
};
EarlyGap early_gap() {
  EarlyGap gap{given_seed() % 1'000'000};
  for (;; ++gap.seed) {
    const DataTraps traps{core_line(), gap.seed};
    for (gap.from = 1; gap.from < 200 && traps.logged(gap.from);) ++gap.from;
    if (gap.from < 3 || gap.from == 200) continue;
    for (gap.last = gap.from; !traps.logged(gap.last + 1);) ++gap.last;
    return gap;
  }
}

Scenario trapped(std::uint64_t seed, double duration_s) {
  Scenario scenario = production(seed);
  scenario.duration_s = duration_s;
  scenario.data_traps = true;
  return scenario;
}

TEST(DataTraps, HaveTwoGapsADayAndOneCopy) {
  const std::uint64_t seed = given_seed();
  const DataTraps traps{cdc1(), seed};
  std::set<std::uint32_t> copied;
  std::set<std::int64_t> lengths;
  for (std::int64_t day = 0; day < 20; ++day) {
    std::int64_t gaps = 0, copies = 0, copy_s = 0;
    for (std::int64_t s = day * day_s + 1, gap = 0; s <= (day + 1) * day_s; ++s) {
      if (!traps.logged(s)) ++gap;
      if (gap > 0 && traps.logged(s + 1)) {
        ++gaps;
        EXPECT_TRUE(gap >= 30 && gap <= 230) << gap << " s, seed " << seed;
        lengths.insert(std::exchange(gap, 0));
      }
      const auto tag = traps.copied(s);
      copy_s += tag ? 1 : 0;
      if (tag && tag != traps.copied(s - 1)) {
        ++copies;
        copied.insert(tag->value);
      }
    }
    EXPECT_EQ(gaps, 2) << "day " << day << ", seed " << seed;
    EXPECT_EQ(copies, 1) << "day " << day << ", seed " << seed;
    EXPECT_TRUE(copy_s >= 1800 && copy_s <= 5400) << copy_s;
  }
  EXPECT_TRUE(traps.logged(0));
  EXPECT_GT(lengths.size(), 20u);
  EXPECT_GT(copied.size(), 10u);
  for (const std::uint32_t tag : copied) EXPECT_TRUE(cdc1().tags[tag].role == Role::measured && cdc1().tags[tag].codes.empty());
}

TEST(DataTraps, EmptyOneCellInTenThousandAndCountTabletsInThousands) {
  const std::uint64_t seed = given_seed();
  const DataTraps traps{cdc1(), seed}, again{cdc1(), seed}, other{cdc1(), seed + 1};
  const auto produced = cdc1().find_tag("tp1/produced").value().value;
  std::size_t empty = 0, different = 0, copies = 0;
  std::vector<double> values, same, another;
  std::int64_t from = 1;
  while (!traps.copied(from + 1000)) ++from;  // a thousand seconds before the first copy
  const std::int64_t seconds = 4000;
  for (std::int64_t s = from; s < from + seconds; ++s) {
    values.clear();
    for (std::size_t i = 0; i < cdc1().tags.size(); ++i) values.push_back(static_cast<double>(i) + 5000);
    same = another = values;
    const std::vector<double> clean = values;
    traps.spoil(s, 0, values);
    again.spoil(s, 0, same);
    other.spoil(s, 0, another);
    const auto copied = traps.copied(s);
    for (std::size_t i = 0; i < values.size(); ++i) {
      empty += std::isnan(values[i]);
      different += std::isnan(values[i]) != std::isnan(another[i]);
      ASSERT_TRUE(values[i] == same[i] || (std::isnan(values[i]) && std::isnan(same[i])));
      if (std::isnan(values[i]) || cdc1().tags[i].uom == "tab") continue;
      if (copied && copied->value == i) {
        ++copies;
        const auto neighbour = static_cast<std::size_t>(values[i] - 5000);
        ASSERT_LT(neighbour, i);
        ASSERT_EQ(cdc1().tags[neighbour].unit, cdc1().tags[i].unit);
      } else {
        ASSERT_EQ(values[i], clean[i]);
      }
    }
    if (!std::isnan(values[produced])) {
      ASSERT_EQ(values[produced], clean[produced] / 1000);
    }
  }
  const double expected = static_cast<double>(seconds) * static_cast<double>(cdc1().tags.size()) * 1e-4;
  std::printf("%zu empty cells, %.0f expected; %zu copied readings\n", empty, expected, copies);
  EXPECT_NEAR(static_cast<double>(empty), expected, 5 * std::sqrt(expected));
  EXPECT_GT(different, empty);
  EXPECT_GT(copies, 1500u);
}

TEST(DataTraps, ChangeReadingsOnlyAndNothingWithoutTheSwitch) {
  Scenario plain = trapped(early_gap().seed, 300);
  const Scenario spoilt = plain;
  plain.data_traps = false;
  Simulation without{core_line(), cdc1_parameters(), plain}, with{core_line(), cdc1_parameters(), spoilt};
  const DataTraps traps{core_line(), spoilt.seed};
  std::vector<double> clean, dirty, expected, a, b;
  std::size_t left_out = 0;
  for (std::int64_t s = 1; s <= 300; ++s) {
    without.step(clean);
    with.step(dirty);
    EXPECT_TRUE(without.logged());
    left_out += with.logged() ? 0 : 1;
    expected = clean;
    traps.spoil(s, 0, expected);
    for (std::size_t i = 0; i < expected.size(); ++i)
      ASSERT_TRUE(dirty[i] == expected[i] || (std::isnan(dirty[i]) && std::isnan(expected[i]))) << core_line().tags[i].path << " at " << s;
    a.clear(), b.clear();
    append_truth(without.truth(), a);
    append_truth(with.truth(), b);
    ASSERT_EQ(a, b);
  }
  EXPECT_GE(left_out, 30u);
  for (const Label& label : without.labels()) EXPECT_FALSE(label.id == "log_gap" || label.id == "log_copy");
}

TEST(DataTraps, LeaveOnlyTicksInTheTopicAndALabel) {
  const EarlyGap gap = early_gap();
  Feed feed{core_line(), cdc1_parameters(), trapped(gap.seed, static_cast<double>(gap.last) + 5)};
  std::vector<FeedRecord> records;
  for (std::int64_t s = 1; !feed.simulation().finished(); ++s) {
    ASSERT_TRUE(feed.next(records));
    ASSERT_EQ(records.size() == 1, s >= gap.from && s <= gap.last) << s;
    ASSERT_EQ(records.back().type, "tick");
  }
  std::size_t gaps = 0;
  for (const Label& label : feed.simulation().labels()) {
    if (label.id != "log_gap") continue;
    ++gaps;
    EXPECT_EQ(label.kind, LabelKind::normal_event);
    const Scenario scenario = production(gap.seed);
    EXPECT_EQ(seconds_after(scenario, label.on), static_cast<double>(gap.from));
    ASSERT_TRUE(label.off);
    EXPECT_EQ(seconds_after(scenario, *label.off), static_cast<double>(gap.last + 1));
  }
  EXPECT_EQ(gaps, 1u);
}

/// Rows of all files of a table: time stamps and cells.
std::map<std::string, std::string> rows_of(const std::filesystem::path& folder, std::string_view table, char separator) {
  std::map<std::string, std::string> rows;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    if (!entry.path().filename().string().starts_with(table)) continue;
    std::istringstream text{read_whole(entry.path())};
    std::string row;
    std::getline(text, row);
    while (std::getline(text, row)) rows[row.substr(0, row.find(separator))] = row.substr(row.find(separator) + 1);
  }
  return rows;
}

TEST(DataTraps, OfACampaignLeaveRowsOutAndSpellAsRecordersDo) {
  const EarlyGap gap = early_gap();
  CampaignPlan plan;
  plan.line = &core_line();
  plan.parameters = cdc1_parameters();
  plan.scenario = trapped(gap.seed, 450);
  plan.name = "traps";
  plan.format = TableFormat::csv;
  plan.part_rows = 20;  // some parts lie wholly in the gap
  const TemporaryFolder folder, pieces;
  const auto quiet = [](const CampaignProgress&) {};
  const auto done = run_campaign(plan, folder.path(), quiet, {});
  ASSERT_TRUE(done) << to_line(done.error());
  const auto missing = static_cast<std::size_t>(gap.last - gap.from + 1);
  EXPECT_EQ(done->rows + missing, 450u);
  EXPECT_EQ(done->values, done->rows * core_line().tags.size());

  const auto frames = rows_of(folder.path(), "frames-", ';');
  EXPECT_EQ(frames.size(), done->rows);
  EXPECT_EQ(rows_of(folder.path(), "truth-", ';').size(), 450u);  // the truth is no log
  // Each row again from the simulation: semicolons, decimal commas, UTC + 1 h without a zone.
  Simulation simulation{core_line(), cdc1_parameters(), plan.scenario};
  std::vector<double> values;
  auto row = frames.begin();
  while (!simulation.finished()) {
    simulation.step(values);
    if (!simulation.logged()) continue;
    std::string time = to_rfc3339(simulation.time() + std::chrono::hours{1});
    time[10] = ' ';
    time.pop_back();
    ASSERT_EQ(row->first, time);
    ASSERT_EQ(row->second.find('.'), std::string::npos);
    std::istringstream cells{row->second + ";"};
    std::string cell;
    for (std::size_t i = 0; i < values.size(); ++i) {
      ASSERT_TRUE(std::getline(cells, cell, ';'));
      if (const auto comma = cell.find(','); comma != std::string::npos) cell[comma] = '.';
      const double read = cell.empty() ? std::nan("") : std::strtod(cell.c_str(), nullptr);
      ASSERT_TRUE(read == values[i] || (std::isnan(read) && std::isnan(values[i]))) << core_line().tags[i].path << " " << cell;
    }
    ASSERT_FALSE(std::getline(cells, cell, ';'));
    ++row;
  }
  EXPECT_TRUE(row == frames.end());
  EXPECT_NE(read_whole(folder.path() / "labels.jsonl").find("\"log_gap\""), std::string::npos);

  // Interrupted once, the same bytes.
  std::stop_source stop;
  ASSERT_TRUE(run_campaign(
      plan, pieces.path(), [&](const CampaignProgress&) { stop.request_stop(); }, stop.get_token()));
  ASSERT_TRUE(run_campaign(plan, pieces.path(), quiet, {}));
  for (const auto& entry : std::filesystem::directory_iterator{folder.path()})
    EXPECT_TRUE(read_whole(entry.path()) == read_whole(pieces.path() / entry.path().filename())) << entry.path().filename();
}

}  // namespace
}  // namespace steadyline::test
