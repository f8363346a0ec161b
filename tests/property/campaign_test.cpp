// Files of long runs: the same plan gives the same bytes in one go, in other company, or interrupted at any moment; ten readings a second;
// memory that does not grow. Seeds are printed; STEADYLINE_SEED gives another.
#include "twin/campaign.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <sstream>

#include "campaigns/campaign_run.h"
#include "campaigns/table.h"
#include "support/campaign_chance.h"
#include "support/temporary_folder.h"
#include "twin/faults/fault_catalogue.h"

namespace steadyline::test {
namespace {

namespace fs = std::filesystem;

CampaignPlan plan_of(const char* name, std::uint64_t seed, const Line& line) {
  const Campaign campaign = find_campaign(name).value();
  CampaignPlan plan;
  plan.line = &line;
  plan.parameters = cdc1_parameters();
  plan.scenario = campaign_scenario(campaign, seed, plan.parameters);
  plan.name = name;
  plan.readings_per_s = campaign.readings_per_s;
  plan.tablets = campaign.tablets;
  return plan;
}

CampaignOutcome write(const CampaignPlan& plan, const fs::path& folder, const std::stop_token& stop = {}) {
  const auto done = run_campaign(
      plan, folder, [](const CampaignProgress&) {}, stop);
  EXPECT_TRUE(done) << to_line(done.error());
  return done.value_or(CampaignOutcome{});
}

std::map<std::string, std::string> files_of(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator{folder}) files[entry.path().filename().string()] = read_whole(entry.path());
  return files;
}

void expect_same(const std::map<std::string, std::string>& a, const std::map<std::string, std::string>& b) {
  for (const auto& [name, bytes] : a) EXPECT_TRUE(b.contains(name) && b.at(name) == bytes) << name;
  EXPECT_EQ(a.size(), b.size());
}

TEST(CampaignFiles, AreTheSameHoweverOftenTheRunWasInterrupted) {
  const std::uint64_t seed = given_seed();
  Chance chance{seed};
  for (int round = 0; round < 5; ++round) {
    CampaignPlan plan = plan_of("C0", seed + static_cast<std::uint64_t>(round), core_line());
    plan.scenario.duration_s = 300 + static_cast<double>(chance.below(200));
    plan.scenario.faults[0].on_s = 200;
    plan.part_rows = 20 + chance.below(150);
    plan.format = round % 2 == 0 ? TableFormat::hdf5 : TableFormat::csv;
    const TemporaryFolder one_go, pieces;
    EXPECT_TRUE(write(plan, one_go.path()).complete);
    int runs = 0;
    for (bool complete = false; !complete; ++runs) {
      ASSERT_LT(runs, 200);
      std::stop_source stop;
      std::size_t left =
          chance.below(2 * static_cast<std::size_t>(plan.scenario.duration_s) / plan.part_rows + 2);  // parts until it is told to stop
      const auto done = run_campaign(
          plan, pieces.path(),
          [&](const CampaignProgress&) {
            if (left-- == 0) stop.request_stop();
          },
          stop.get_token());
      ASSERT_TRUE(done) << to_line(done.error());
      complete = done->complete;
      auto files = files_of(pieces.path());
      if (complete || files.empty() || chance.below(3) != 0) continue;
      const auto victim = std::next(files.begin(), static_cast<std::ptrdiff_t>(chance.below(files.size())));
      fs::remove(pieces.path() / victim->first);  // a file, or the manifest, is lost meanwhile
      write_whole(pieces.path() / "frames-0000.h5.part", "what a kill left behind");
    }
    fs::remove(pieces.path() / "frames-0000.h5.part");
    SCOPED_TRACE("round " + std::to_string(round) + ", " + std::to_string(runs) + " runs, parts of " + std::to_string(plan.part_rows) +
                 " rows");
    expect_same(files_of(one_go.path()), files_of(pieces.path()));
  }
}

TEST(CampaignFiles, HoldTheSameRowsHoweverTheyAreSplit) {
  CampaignPlan plan = plan_of("C0", 3, core_line());
  plan.scenario.duration_s = 240;
  plan.scenario.faults.clear();
  plan.format = TableFormat::csv;
  std::map<std::string, std::string> whole;
  for (const std::size_t rows : {240u, 50u, 7u}) {
    plan.part_rows = rows;
    const TemporaryFolder folder;
    write(plan, folder.path());
    std::map<std::string, std::string> text;  // of each table, without headers
    for (const auto& [name, bytes] : files_of(folder.path()))
      if (name.ends_with(".csv")) text[name.substr(0, name.find('-'))] += bytes.substr(bytes.find('\n') + 1);
    if (whole.empty()) whole = text;
    EXPECT_EQ(whole.size(), 2u);
    EXPECT_TRUE(whole == text) << rows;
  }
}

TEST(CampaignFiles, OfAnotherRunAreNeverOverwritten) {
  CampaignPlan plan = plan_of("C0", 1, core_line());
  plan.scenario.duration_s = 20;
  plan.scenario.faults.clear();
  const TemporaryFolder folder;
  write(plan, folder.path());
  const auto before = files_of(folder.path());
  std::vector<CampaignPlan> others(6, plan);
  others[0].scenario.seed = 2;
  others[1].scenario.duration_s = 21;
  others[2].line = &cdc1();
  others[3].format = TableFormat::csv;
  others[4].parameters_sha256 = "another";
  others[5].part_rows = 10;
  for (const CampaignPlan& other : others) {
    const auto done = run_campaign(other, folder.path(), [](const CampaignProgress&) {}, {});
    ASSERT_FALSE(done);
    EXPECT_NE(to_line(done.error()).find("belongs to another run"), std::string::npos) << to_line(done.error());
  }
  expect_same(before, files_of(folder.path()));
}

// Whatever a damaged manifest says: it is refused, or the run is completed with the right bytes.
TEST(CampaignFiles, WithADamagedManifestAreRefusedOrMadeAgain) {
  CampaignPlan plan = plan_of("C0", given_seed(), core_line());
  plan.scenario.duration_s = 30;
  plan.part_rows = 10;
  plan.scenario.faults.clear();
  const TemporaryFolder good;
  write(plan, good.path());
  const auto wanted = files_of(good.path());
  const std::string manifest = wanted.at("manifest.json");
  std::vector<std::string> spoilt = {"", "{", "[]", "null", R"({"run":1,"files":[]})", R"({"run":{},"files":{}})"};
  const std::string head = manifest.substr(0, manifest.find("\"files\""));
  for (const char* files :
       {"[1]", "[null]", "[[]]", R"(["x"])", R"([{"name":1}])", R"([{"name":"../x","rows":-1,"bytes":"many","sha256":[]}])", "[{}]"})
    spoilt.push_back(head + "\"files\": " + files + "}");
  Chance chance{given_seed()};
  for (int i = 0; i < 60; ++i) {
    spoilt.push_back(manifest);
    spoilt.back()[chance.below(manifest.size())] = static_cast<char>(' ' + chance.below(95));
  }
  for (const std::string& text : spoilt) {
    const TemporaryFolder folder;
    for (const auto& [name, bytes] : wanted) write_whole(folder.path() / name, name == "manifest.json" ? text : bytes);
    const auto done = run_campaign(plan, folder.path(), [](const CampaignProgress&) {}, {});
    if (!done) continue;
    EXPECT_TRUE(done->complete) << text;
    auto files = files_of(folder.path());
    for (const auto& [name, bytes] : wanted)
      if (name != "manifest.json") {
        EXPECT_TRUE(files[name] == bytes) << name << "\n" << text;
      }
  }
}

TEST(Table, GivesTheSameBytesWheneverItIsWritten) {
  const std::uint64_t seed = given_seed();
  Table table{.name = "frames", .columns = {"fd1/massflow_pv", "tp1/x"}, .times_ms = {}, .values = {}};
  const RandomStream random{seed, 1};
  for (std::uint64_t i = 0; i < 1300; ++i) {
    table.times_ms.push_back(1'790'000'000'000 + static_cast<std::int64_t>(i) * 1000);
    table.values.push_back(random.normal(i));
    table.values.push_back(i % 7 == 0 ? std::nan("") : random.uniform(i) * 1e-300);
  }
  const std::string image = hdf5_image(table).value();
  Table other = table;
  other.values[5] += 1;
  EXPECT_TRUE(hdf5_image(other).value() != image);
  EXPECT_TRUE(hdf5_image(table).value() == image);
  std::istringstream text{csv_text(table, true)};
  std::string line;
  std::getline(text, line);
  EXPECT_EQ(line, "time,fd1/massflow_pv,tp1/x");
  std::size_t rows = 0;
  for (; std::getline(text, line); ++rows) {
    const std::size_t first = line.find(','), second = line.find(',', first + 1);
    ASSERT_EQ(std::strtod(line.c_str() + first + 1, nullptr), table.values[2 * rows]) << line;
    const double read = second + 1 == line.size() ? std::nan("") : std::strtod(line.c_str() + second + 1, nullptr);
    ASSERT_TRUE(read == table.values[2 * rows + 1] || (std::isnan(read) && std::isnan(table.values[2 * rows + 1]))) << line;
  }
  EXPECT_EQ(rows, table.rows());
}

#if defined(__has_feature)  // clang
#define STEADYLINE_HAS(feature) __has_feature(feature)
#else
#define STEADYLINE_HAS(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || STEADYLINE_HAS(address_sanitizer) || STEADYLINE_HAS(thread_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

/// Megabytes that this process has held at most since the last call.
double peak_mb() {
  double kb = 0;
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) kb = std::strtod(line.c_str() + 6, nullptr);
  std::ofstream{"/proc/self/clear_refs"} << "5";
  return kb / 1024;
}

TEST(Memory, OfARunDoesNotGrowWithItsLength) {
  if (sanitized) GTEST_SKIP() << "sanitizers keep memory that was given back";
  CampaignPlan plan = plan_of("C2", 1, cdc1());
  plan.scenario.planned_stops.clear();
  plan.scenario.recipes.clear();
  plan.part_rows = 300;
  std::vector<double> peaks;
  for (const double parts : {20, 20, 80}) {  // the first one warms up
    plan.scenario.duration_s = parts * 300;
    const TemporaryFolder folder;
    peak_mb();
    write(plan, folder.path());
    peaks.push_back(peak_mb());
  }
  std::printf("peak of memory: %.1f MB for 20 parts, %.1f MB for 80\n", peaks[1], peaks[2]);
  EXPECT_LT(peaks[2], peaks[1] + 25);  // a file image more or less at the same time; 60 parts more hold 100 MB
  EXPECT_LT(peaks[2], 200);
}

/// Of one tag over the seconds of a run with ten readings each: deviations from the second's mean in sd, squared, and times the next one's.
struct Within {
  double square = 0, product = 0;

  void add(const std::vector<std::vector<double>>& readings, std::size_t tag, double sd) {
    double mean = 0;
    for (const auto& each : readings) mean += each[tag] / 10;
    for (std::size_t k = 0; k < 10; ++k) {
      const double here = (readings[k][tag] - mean) / sd;
      square += here * here / 9;
      if (k > 0) product += here * (readings[k - 1][tag] - mean) / sd / 9;
    }
  }
};

/// The ten readings of the second just lived through; the last one is what one reading a second gives.
std::vector<std::vector<double>> ten_readings(const Simulation& simulation) {
  std::vector<std::vector<double>> readings(10);
  for (int k = 9; k > 0; --k) simulation.readings_before(k, 10, readings[static_cast<std::size_t>(9 - k)]);
  simulation.readings(readings.back());
  return readings;
}

TEST(Stress, HasTenReadingsASecondOfOnePhysics) {
  CampaignPlan plan = plan_of("C4", 5, cdc1());
  ASSERT_EQ(plan.readings_per_s, 10);
  plan.scenario.duration_s = 120;
  plan.scenario.faults.clear();
  plan.format = TableFormat::csv;
  const TemporaryFolder folder;
  EXPECT_EQ(write(plan, folder.path()).rows, 1200u);

  Simulation simulation{cdc1(), plan.parameters, plan.scenario};
  Table wanted{.name = "frames", .columns = {}, .times_ms = {}, .values = {}};
  for (const Tag& tag : cdc1().tags) wanted.columns.push_back(tag.path);
  std::map<std::size_t, Within> white;  // by tag
  while (!simulation.finished()) {
    simulation.step();
    const auto readings = ten_readings(simulation);
    for (std::size_t k = 0; k < 10; ++k) {
      wanted.times_ms.push_back(simulation.time().time_since_epoch().count() - 100 * static_cast<std::int64_t>(9 - k));
      wanted.values.insert(wanted.values.end(), readings[k].begin(), readings[k].end());
    }
    for (std::size_t i = 0; i < cdc1().tags.size(); ++i) {
      const Tag& tag = cdc1().tags[i];
      const double sd = tag.noise.sd + tag.noise.share * std::fabs(simulation.true_value(tag.path).value());
      if (sd > 0 && tag.noise.tau_s == 0) white[i].add(readings, i, sd);
      if (tag.noise.sd + tag.noise.share > 0) continue;
      for (const auto& each : readings) ASSERT_EQ(each[i], readings.back()[i]) << tag.path << ": physics is held";
    }
  }
  EXPECT_TRUE(read_whole(folder.path() / "frames-0000.csv") == csv_text(wanted, true));
  // White noise is drawn afresh: within a second it has its whole variance, and neighbours have nothing in common but the mean (-1/10).
  std::size_t right = 0;
  for (const auto& [tag, within] : white)
    right += std::fabs(within.square / 120 - 1) < 0.25 && std::fabs(within.product / 120 + 0.1) < 0.15;
  std::printf("%zu tags with white noise, %zu of them as they should\n", white.size(), right);
  EXPECT_GT(white.size(), 50u);
  EXPECT_GT(static_cast<double>(right), 0.9 * static_cast<double>(white.size()));
}

TEST(CampaignScenario, OfAnySeedCanBeSimulated) {
  const Line core = core_line();
  Chance chance{given_seed()};
  for (const Campaign& campaign : campaigns())
    for (int i = 0; i < 12; ++i) {
      const std::uint64_t seed = i < 4 ? static_cast<std::uint64_t>(i) : chance.below(std::size_t{1} << 53);
      const auto errors =
          unsimulated(campaign.core_tags_only ? core : cdc1(), cdc1_parameters(), campaign_scenario(campaign, seed, cdc1_parameters()));
      EXPECT_TRUE(errors.empty()) << campaign.name << " seed " << seed << ": " << (errors.empty() ? "" : to_line(errors.front()));
    }
}

TEST(CampaignScenario, OfTheLongExamIsLabelledWithEachFaultAndWashesOutBetween) {
  Chance chance{given_seed()};
  for (int i = 0; i < 6; ++i) {
    const Scenario scenario = campaign_scenario(*find_campaign("C3"), chance.below(std::size_t{1} << 53), cdc1_parameters());
    const Simulation simulation{core_line(), cdc1_parameters(), scenario};
    std::set<std::string> ids;
    std::vector<std::pair<EventTime, EventTime>> spans;
    for (const Label& label : simulation.labels()) {
      if (label.kind == LabelKind::normal_event || label.kind == LabelKind::unplanned_stop) continue;
      ids.insert(label.id);
      ASSERT_TRUE(label.off) << label.id;
      spans.emplace_back(label.on, *label.off);
    }
    EXPECT_EQ(ids.size(), 26u);
    EXPECT_EQ(spans.size(), 40u);
    std::sort(spans.begin(), spans.end());
    for (std::size_t n = 1; n < spans.size(); ++n)
      EXPECT_GE(spans[n].first - spans[n - 1].second, Milliseconds{401'000}) << "seed " << scenario.seed << " fault " << n;
    EXPECT_TRUE(campaign_scenario(*find_campaign("C2"), scenario.seed, cdc1_parameters()).faults.empty());
  }
}

}  // namespace
}  // namespace steadyline::test
