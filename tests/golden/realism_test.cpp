// The twin's press against recorded presses (LINE §10.3, §10.4, §10.9). The recordings are not part of the repository.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>

#include "evaluation/realism_data.h"
#include "evaluation/realism_study.h"
#include "settings/read_dataset.h"
#include "settings/read_line.h"
#include "settings/read_twin.h"

namespace steadyline {
namespace {

const std::filesystem::path config{std::filesystem::path{STEADYLINE_SOURCE_DIR} / "config"};
constexpr std::uint64_t seed = 1;

std::filesystem::path recordings() {
  const char* const data = std::getenv("STEADYLINE_DATA");
  return (data != nullptr ? std::filesystem::path{data} : std::filesystem::path{STEADYLINE_SOURCE_DIR} / "../shared/data") / "zagar_tablet";
}

#define SKIP_WITHOUT_RECORDINGS()             \
  if (!std::filesystem::exists(recordings())) \
  GTEST_SKIP() << recordings()                \
               << " is absent: the recordings of Zagar & Mihelic (doi 10.1038/s41597-022-01203-x) are not part of the repository"

TwinDescription twin() {
  const auto line = read_line(config / "lines/cdc1.yaml");
  const auto parameters = read_twin(config / "twin/cdc1.yaml");
  if (!line || !parameters) throw std::runtime_error{"the reference line cannot be read"};
  return {*line, *parameters};
}

// Batches of a recorded product, by the name of its file; none when the file is absent.
std::vector<PressBatch> product(const std::string& code) {
  const auto file = recordings() / "Process" / (code + ".csv");
  if (!std::filesystem::exists(file)) return {};
  const auto line = read_line(config / "lines/press-zagar.yaml");
  const auto dataset = read_dataset(config / "datasets/zagar.yaml");
  if (!line || !dataset) throw std::runtime_error{"the description of the recordings cannot be read"};
  std::vector<std::string> notes;
  auto batches = read_press_batches(*line, *dataset, file, code, notes);
  if (!batches) throw std::runtime_error{to_line(batches.error())};
  return *batches;
}

std::vector<std::vector<PressBatch>> products() {
  std::vector<std::string> codes;
  for (const auto& entry : std::filesystem::directory_iterator(recordings() / "Process"))
    if (entry.path().extension() == ".csv") codes.push_back(entry.path().stem().string());
  std::ranges::sort(codes);
  std::vector<std::vector<PressBatch>> all;
  for (const std::string& code : codes) all.push_back(product(code));
  return all;
}

void expect_measured_stops(const PressStops& stops) {
  EXPECT_GE(stops.per_h(), 1.4);
  EXPECT_LE(stops.per_h(), 2.6);
  EXPECT_GE(stops.quantile_s(0.1), 10);
  EXPECT_LE(stops.quantile_s(0.1), 30);
  EXPECT_GE(stops.quantile_s(0.5), 115);
  EXPECT_LE(stops.quantile_s(0.5), 200);
  EXPECT_GE(stops.quantile_s(0.9), 730);
  EXPECT_LE(stops.quantile_s(0.9), 2300);
}

TEST(Realism, TwinsPressBehavesAsRecordedPressesDo) {
  const TwinFigures t = twin_figures(twin(), 24, 192, seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  EXPECT_GE(t.elasticity, 4.3);
  EXPECT_LE(t.elasticity, 4.7);
  EXPECT_GE(t.srel_ratio, 3.8);
  EXPECT_LE(t.srel_ratio, 4.8);
  EXPECT_NEAR(t.loop.allan_6, 0.39, 0.03);
  EXPECT_NEAR(t.loop.allan_30, 0.16, 0.03);
  EXPECT_NEAR(t.loop.allan_180, 0.08, 0.03);
  EXPECT_GE(t.loop.moves_per_h, 120);
  EXPECT_LE(t.loop.moves_per_h, 230);
  EXPECT_GE(t.loop.move_mm, 0.02);
  EXPECT_LE(t.loop.move_mm, 0.03);
  expect_measured_stops(t.stops);
}

// The yardsticks themselves: the same figures computed from the recordings.
TEST(Realism, YardsticksAreThoseOfTheRecordings) {
  SKIP_WITHOUT_RECORDINGS();
  if (const auto three = product("3"); !three.empty()) {  // the product whose Allan deviations LINE quotes
    const ProductFigures p = product_figures("3", three);
    EXPECT_NEAR(p.allan_6, 0.39, 0.03);
    EXPECT_NEAR(p.allan_30, 0.16, 0.03);
    EXPECT_NEAR(p.allan_180, 0.08, 0.03);
    expect_measured_stops(p.stops);
  }
  if (const auto five = product("5"); !five.empty()) expect_measured_stops(press_stops(five));
  const auto srel = read_column(recordings() / "Process.csv", "batch", "SREL_production_mean");
  const auto rsd = read_column(recordings() / "Laboratory.csv", "batch", "tbl_rsd_weight");
  ASSERT_TRUE(srel && rsd);
  const auto ratio = ratios(*srel, *rsd);
  EXPECT_NEAR(quantile(ratio, 0.5), 4.24, 0.02);
  EXPECT_NEAR(quantile(ratio, 0.25), 3.76, 0.02);
  EXPECT_NEAR(quantile(ratio, 0.75), 4.74, 0.02);
}

TEST(Realism, TwinIsNearerToOtherRecordedBatchesThanToGaussianNoise) {
  SKIP_WITHOUT_RECORDINGS();
  const Study study = study_realism(twin(), products(), {.hours = 4, .seed = seed, .resamples = 400});
  if (study.judged.empty()) GTEST_SKIP() << "no recorded product has four batches with an hour of running";
  ASSERT_EQ(study.by_features.size(), 3U);
  for (const FeatureSet set : {FeatureSet::tags, FeatureSet::shape, FeatureSet::all}) {
    const ScoreTriple& s = study.by_features[static_cast<std::size_t>(set)];
    SCOPED_TRACE("seed " + std::to_string(seed) + ", features " + std::to_string(static_cast<int>(set)) + ": twin " +
                 std::to_string(s.twin.auc) + ", Gaussian " + std::to_string(s.gaussian.auc) + ", recorded " +
                 std::to_string(s.recorded.auc));
    EXPECT_TRUE(s.credible());
    EXPECT_GT(s.gaussian.auc, 0.95) << "the classifier has to see what it is asked about";
    EXPECT_LT(s.twin.high, s.gaussian.low);
  }
}

}  // namespace
}  // namespace steadyline
