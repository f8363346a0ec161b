#include <gtest/gtest.h>

#include "models/bundle.h"
#include "support/random_bundle.h"
#include "support/temporary_folder.h"

namespace steadyline {
namespace {

constexpr const char* files[] = {"manifest.json", "weights.safetensors", "passport.md", "SHA256SUMS"};

class DamagedBundle : public testing::TestWithParam<const char*> {
 protected:
  const Line line = plain_line(2);
  TemporaryFolder folder;
  std::filesystem::path file;
  std::string whole;

  void SetUp() override {
    Bundle bundle = random_bundle(line, 11, {.hidden = 2, .horizons_s = {10}});
    ASSERT_TRUE(save_bundle(bundle, folder.path()));
    file = folder.path() / GetParam();
    whole = read_whole(file);
    ASSERT_GT(whole.size(), 100U);
  }
  void TearDown() override {
    write_whole(file, whole);
    EXPECT_TRUE(load_bundle(folder.path(), line)) << "the undamaged bundle loads";
  }
};
INSTANTIATE_TEST_SUITE_P(EachFile, DamagedBundle, testing::ValuesIn(files));

TEST_P(DamagedBundle, IsRefusedWhicheverByteIsFlipped) {
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << i % 8));
    write_whole(file, damaged);
    const auto loaded = load_bundle(folder.path(), line);
    ASSERT_FALSE(loaded) << "byte " << i;
    ASSERT_FALSE(loaded.error().empty());
    ASSERT_FALSE(loaded.error().front().where.empty() || loaded.error().front().mend.empty());
  }
}

TEST_P(DamagedBundle, IsRefusedWhereverItIsCut) {
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_whole(file, std::string_view{whole}.substr(0, size));
    ASSERT_FALSE(load_bundle(folder.path(), line)) << "cut after " << size;
  }
  write_whole(file, whole + "\n");
  ASSERT_FALSE(load_bundle(folder.path(), line)) << "longer by a byte";
}

}  // namespace
}  // namespace steadyline
