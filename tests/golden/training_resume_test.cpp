// A training that is stopped, at whatever step, and goes on ends in the bytes of one in one go; foreign and damaged checkpoints are refused
// aloud.
#include <gtest/gtest.h>
#include <stdexcept>

#include "support/small_training.h"
#include "support/temporary_folder.h"
#include "training/trainer.h"

namespace steadyline {
namespace {

struct Attempt {
  std::vector<std::string> said;
  TrainingCourse course;
  Result<Bundle> bundle;
};

/// `stop_after`: progress calls that are let through; negative: all.
Attempt attempt(const std::filesystem::path& folder, int stop_after, const TrainOptions& options = quick(), std::uint64_t seed = 1) {
  const std::vector<Recording> teach{waves("1", seed, 1500)}, calibrate{waves("2", 2, 900)};
  Attempt out{{}, {}, tl::unexpected(Error{})};
  Checkpoints checkpoints{folder, [&out](const std::string& words) { out.said.push_back(words); }};
  const auto stop = [left = stop_after](const TrainStep&) mutable {
    if (left-- == 0) throw std::runtime_error{"stopped"};
  };
  out.bundle = train_bundle(small_line(), teach, calibrate, options, stop, {}, {&checkpoints, &out.course});
  return out;
}

Bundle in_one_go() {
  const std::vector<Recording> teach{waves("1", 1, 1500)}, calibrate{waves("2", 2, 900)};
  auto bundle = train_bundle(small_line(), teach, calibrate, quick());
  EXPECT_TRUE(bundle) << to_line(bundle.error());
  return std::move(*bundle);
}

void expect_same(const Bundle& got, const Bundle& wanted) {
  EXPECT_EQ(got.tensors, wanted.tensors);
  EXPECT_EQ(got.passport, wanted.passport);
  EXPECT_EQ(got.health.e_limit, wanted.health.e_limit);
  EXPECT_EQ(got.forecaster.conformal_low, wanted.forecaster.conformal_low);
}

bool any_says(const std::vector<std::string>& said, const std::string& words) {
  for (const std::string& line : said)
    if (line.find(words) != std::string::npos) return true;
  return false;
}

TEST(TrainingResume, StoppedAtEveryStepItEndsInTheSameBytes) {
  const TemporaryFolder folder;
  const auto place = folder.path() / "out.part";
  const TrainingCourse whole = attempt(folder.path() / "other.part", -1).course;
  // Two tags at once, three epochs of each network; features and what of the linear start is kept are said before any work.
  for (int step = 0; step < 7; ++step) {
    const Attempt stopped = attempt(place, 2);
    ASSERT_FALSE(stopped.bundle);
    ASSERT_TRUE(any_says({stopped.bundle.error().what}, "stopped")) << to_line(stopped.bundle.error());
  }
  const Attempt last = attempt(place, -1);
  ASSERT_TRUE(last.bundle);
  expect_same(*last.bundle, in_one_go());
  EXPECT_TRUE(any_says(last.said, "autoencoder, epoch 3 of 3"));
  EXPECT_EQ(last.course.forecaster.train, whole.forecaster.train);
  EXPECT_EQ(last.course.forecaster.calibrate, whole.forecaster.calibrate);
  EXPECT_EQ(last.course.autoencoder.calibrate, whole.autoencoder.calibrate);
  EXPECT_EQ(last.course.autoencoder.train.size(), 3U);
  EXPECT_EQ(last.course.kept_epoch, whole.kept_epoch);
  EXPECT_TRUE(whole.resumed.empty());
  EXPECT_FALSE(last.course.resumed.empty());
}

TEST(TrainingResume, CheckpointsOfOtherDataOrOptionsAreRefusedAndStay) {
  const TemporaryFolder folder;
  EXPECT_FALSE(attempt(folder.path(), 4).bundle);
  const Attempt other_data = attempt(folder.path(), -1, quick(), 7);
  ASSERT_FALSE(other_data.bundle);
  EXPECT_EQ(other_data.bundle.error().code, Errc::usage);
  EXPECT_TRUE(other_data.bundle.error().what.ends_with("differs in: recordings")) << to_line(other_data.bundle.error());
  TrainOptions longer = quick();
  longer.epochs = 5;
  const Attempt other_options = attempt(folder.path(), -1, longer);
  ASSERT_FALSE(other_options.bundle);
  EXPECT_TRUE(other_options.bundle.error().what.ends_with("differs in: options")) << to_line(other_options.bundle.error());
  const Attempt own = attempt(folder.path(), -1);
  ASSERT_TRUE(own.bundle);
  EXPECT_TRUE(any_says(own.said, "forecaster, epoch 2 of at most 3"));
}

TEST(TrainingResume, DamagedCheckpointsAreToldAndLearnedAnew) {
  const TemporaryFolder folder;
  EXPECT_FALSE(attempt(folder.path(), 5).bundle);
  std::string epochs = read_whole(folder.path() / "forecaster_epochs.checkpoint");
  ASSERT_FALSE(epochs.empty());
  epochs[epochs.size() / 2] = static_cast<char>(epochs[epochs.size() / 2] ^ 1);
  write_whole(folder.path() / "forecaster_epochs.checkpoint", epochs);
  const std::string start = read_whole(folder.path() / "linear_start.checkpoint");
  write_whole(folder.path() / "linear_start.checkpoint", start.substr(0, start.size() - 1));
  const Attempt again = attempt(folder.path(), -1);
  ASSERT_TRUE(again.bundle);
  EXPECT_TRUE(any_says(again.said, "forecaster_epochs.checkpoint: is damaged"));
  EXPECT_TRUE(any_says(again.said, "linear_start.checkpoint: is damaged"));
  EXPECT_FALSE(any_says(again.said, "goes on from"));
  EXPECT_TRUE(again.course.resumed.empty());
  expect_same(*again.bundle, in_one_go());
}

}  // namespace
}  // namespace steadyline
