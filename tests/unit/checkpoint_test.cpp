// Checkpoints read back to the bit or not at all; a folder is one training's at a time.
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "support/temporary_folder.h"
#include "training/checkpoints.h"
#include "training/options_text.h"

namespace steadyline {
namespace {

Checkpoint sample() {
  Checkpoint checkpoint{.words = "forecaster, epoch 1 of 2",
                        .facts = {{"text", "two\nlines and a blank "}, {"empty", ""}},
                        .tensors = {{"w", {{2, 2}, {1, -2.5F, 1e-30F, 4}}}}};
  checkpoint.set("losses", {0.1, 1.0 / 3.0, std::numeric_limits<double>::quiet_NaN()});
  return checkpoint;
}

TEST(Checkpoint, ReadsBackToTheBit) {
  const auto read = parse_checkpoint(write_checkpoint({{{"options", "a 1; b 2"}}, sample()}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->identity.at("options"), "a 1; b 2");
  EXPECT_EQ(read->checkpoint.words, sample().words);
  EXPECT_EQ(read->checkpoint.facts, sample().facts);
  EXPECT_EQ(read->checkpoint.tensors, sample().tensors);
  const auto losses = read->checkpoint.numbers("losses");
  ASSERT_EQ(losses.size(), 3U);
  EXPECT_EQ(losses[1], 1.0 / 3.0);
  EXPECT_TRUE(std::isnan(losses[2]));
  EXPECT_TRUE(read->checkpoint.numbers("empty").empty());
}

TEST(Checkpoint, EveryCutAndEveryFlippedBitIsSeen) {
  const std::string whole = write_checkpoint({{{"options", "1"}}, sample()});
  for (std::size_t size = 0; size < whole.size(); ++size) ASSERT_FALSE(parse_checkpoint(whole.substr(0, size))) << size;
  EXPECT_FALSE(parse_checkpoint(whole + "\n"));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << i % 8));
    ASSERT_FALSE(parse_checkpoint(damaged)) << i;
  }
}

TEST(Checkpoints, AreOneTrainingsAndOneAtATime) {
  const TemporaryFolder folder;
  const auto place = folder.path() / "b.part";
  {
    Checkpoints first{place};
    first.belongs_to("options", "1");
    ASSERT_TRUE(first.begin());
    first.write("stage", sample());
    Checkpoints second{place};
    const auto busy = second.begin();
    ASSERT_FALSE(busy);
    EXPECT_NE(to_line(busy.error()).find("in use"), std::string::npos);
  }
  Checkpoints other{place};
  other.belongs_to("options", "2");
  const auto refused = other.begin();
  ASSERT_FALSE(refused);
  EXPECT_NE(to_line(refused.error()).find("differs in: options"), std::string::npos);
  EXPECT_FALSE(other.read("stage"));
  ASSERT_TRUE(other.begin(/*afresh=*/true));
  EXPECT_FALSE(std::filesystem::exists(place / "stage.checkpoint"));
}

TEST(Checkpoints, OfMoreThanIsKnownAreNotUsed) {
  const TemporaryFolder folder;
  std::vector<std::string> said;
  {
    Checkpoints first{folder.path()};
    first.belongs_to("options", "1");
    ASSERT_TRUE(first.begin());
    first.write("stage", sample());
  }
  Checkpoints more{folder.path(), [&said](const std::string& words) { said.push_back(words); }};
  more.belongs_to("options", "1");
  more.belongs_to("recordings", "2");
  ASSERT_TRUE(more.begin());
  EXPECT_FALSE(more.read("stage"));
  ASSERT_EQ(said.size(), 1U);
  EXPECT_NE(said[0].find("is of another training"), std::string::npos);
}

TEST(Checkpoints, LeaveNothingAtTheEndAndSayOnceThatTheyCannotBeWritten) {
  const TemporaryFolder folder;
  const auto place = folder.path() / "b.part";
  std::vector<std::string> said;
  Checkpoints checkpoints{place, [&said](const std::string& words) { said.push_back(words); }};
  ASSERT_TRUE(checkpoints.begin());
  checkpoints.write("stage", sample());
  EXPECT_TRUE(checkpoints.read("stage"));
  checkpoints.discard();
  EXPECT_FALSE(std::filesystem::exists(place));
  said.clear();
  checkpoints.write("stage", sample());
  checkpoints.write("stage", sample());
  ASSERT_EQ(said.size(), 1U);
  EXPECT_NE(said[0].find("the training goes on"), std::string::npos);
}

TEST(Checkpoints, OptionsDifferInTheirText) {
  TrainOptions a, b;
  EXPECT_EQ(to_text(a), to_text(b));
  b.level_jitter = std::nextafter(b.level_jitter, 3);
  EXPECT_NE(to_text(a), to_text(b));
}

}  // namespace
}  // namespace steadyline
