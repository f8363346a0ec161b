// The page of a training tells how it went, and needs nothing from elsewhere.
#include "evaluation/training_page.h"

#include <gtest/gtest.h>

namespace steadyline {
namespace {

bool has(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

Bundle sample_bundle() {
  Bundle bundle;
  bundle.line = "press<1>";
  bundle.sha256 = std::string(64, 'a');
  bundle.tag_paths = {"u/a", "u/b"};
  bundle.forecaster.targets = {0};
  bundle.forecaster.horizons_s = {10, 30};
  bundle.tensors["forecaster.trust"] = {{ForecasterSpec::groups, 2}, {0, 1, 0.5F, 0.5F, 0, 0, 0, 0, 0, 0}};
  bundle.passport = {{"left out", "campaign 3, 08:00 to 08:20, u/a & more"}, {"seed", "1"}};
  return bundle;
}

TrainingCourse sample_course() {
  TrainingCourse course;
  course.linear_loss = 1.05;
  course.kept_loss = 0.93;
  course.kept_epoch = 2;
  course.epochs_at_most = 30;
  course.forecaster = {{0.99, 0.95, 0.91}, {1.01, 0.94, 0.97}};
  course.autoencoder = {{0.2, 0.1}, {0.3, 0.15}};
  course.took("linear start", 61);
  course.took("forecaster", 30);
  return course;
}

TEST(TrainingPage, ShowsCurvesKeptEpochLeftOutAndTimes) {
  const std::string page = to_html(sample_course(), sample_bundle(), "program 1", "2026-11-20T06:00:00.000Z");
  EXPECT_TRUE(has(page, "Training of press&lt;1&gt;"));
  EXPECT_TRUE(has(page, "epoch 2 kept"));
  EXPECT_TRUE(has(page, "Forecaster: pinball loss"));
  EXPECT_TRUE(has(page, "Autoencoder: Huber loss"));
  EXPECT_TRUE(has(page, "u/a &amp; more"));
  EXPECT_TRUE(has(page, "1 min 1 s"));
  EXPECT_TRUE(has(page, "In one go."));
  EXPECT_TRUE(has(page, "<td>0.94000</td><td>kept</td>"));
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_FALSE(has(page, "http"));
}

TEST(TrainingPage, TellsOfCheckpointsAndOfTrainingsWithoutEpochs) {
  TrainingCourse course;
  course.resumed = {"linear start, 3 of 9 tags"};
  Bundle bundle = sample_bundle();
  bundle.passport.erase("left out");
  const std::string page = to_html(course, bundle, "program 1", "now");
  EXPECT_TRUE(has(page, "<li>linear start, 3 of 9 tags</li>"));
  EXPECT_TRUE(has(page, "no epoch was better"));
  EXPECT_TRUE(has(page, "Nothing was left out"));
  EXPECT_FALSE(has(page, "<svg"));
}

}  // namespace
}  // namespace steadyline
