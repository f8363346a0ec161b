// The same recordings, options and seed give the same bundle, byte for byte; and the engine agrees with libtorch, or training refuses.
#include "training/trainer.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "support/small_training.h"
#include "support/temporary_folder.h"

namespace steadyline {
namespace {

Bundle train() {
  const std::vector<Recording> teach{waves("1", 1, 1500)}, calibrate{waves("2", 2, 900)};
  auto bundle = train_bundle(small_line(), teach, calibrate, quick());
  EXPECT_TRUE(bundle.has_value()) << to_line(bundle.error());
  return std::move(*bundle);
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST(Training, TwiceGivesTheSameBytes) {
  const TemporaryFolder folder;
  Bundle first = train(), second = train();
  ASSERT_TRUE(save_bundle(first, folder.path() / "a"));
  ASSERT_TRUE(save_bundle(second, folder.path() / "b"));
  for (const char* file : {"manifest.json", "weights.safetensors", "passport.md"}) {
    const std::string bytes = bytes_of(folder.path() / "a" / file);
    EXPECT_FALSE(bytes.empty()) << file;
    EXPECT_EQ(bytes, bytes_of(folder.path() / "b" / file)) << file;
  }
  EXPECT_TRUE(load_bundle(folder.path() / "a", small_line()));
}

TEST(Training, LearnsTheWaveBetterThanItsLinearStartOrKeepsThat) {
  const Bundle bundle = train();
  EXPECT_LE(std::stod(bundle.passport.at("forecaster loss, kept")), std::stod(bundle.passport.at("forecaster loss, linear start")));
  EXPECT_LT(std::stod(bundle.passport.at("forecaster loss, kept")), 1.5);
}

TEST(Training, DisturbedRecordingsTeachTheForecasterAlone) {
  const std::vector<Recording> teach{waves("1", 1, 1500)}, calibrate{waves("2", 2, 900)};
  const Split disturbed{{waves("3", 3, 1500)}, {waves("4", 4, 900)}, {}};
  const auto with = train_bundle(small_line(), teach, calibrate, quick(), {}, disturbed);
  ASSERT_TRUE(with) << to_line(with.error());
  const Bundle without = train();
  EXPECT_EQ(with->features.center, without.features.center);
  EXPECT_EQ(with->features.scale, without.features.scale);
  EXPECT_NE(with->tensors.at("forecaster.heads.weight").values, without.tensors.at("forecaster.heads.weight").values);
  EXPECT_EQ(with->passport.at("disturbed train groups"), "3");
  EXPECT_EQ(with->passport.at("train groups"), "1");
}

TEST(Training, RefusesTooLittleDataAndNothingToForecast) {
  const std::vector<Recording> few{waves("1", 1, 100)}, enough{waves("2", 2, 900)};
  EXPECT_FALSE(train_bundle(small_line(), few, enough, quick()));
  Line mute = small_line();
  for (Tag& tag : mute.tags) tag.forecast = false;
  EXPECT_FALSE(train_bundle(mute, enough, enough, quick()));
}

}  // namespace
}  // namespace steadyline
