#include "models/bundle.h"

#include <gmock/gmock.h>

#include <functional>
#include <limits>

#include "core/sha256.h"
#include "models/manifest.h"
#include "support/random_bundle.h"
#include "support/temporary_folder.h"

namespace steadyline {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::vector<Error>& faults) {
  std::vector<std::string> lines;
  for (const Error& fault : faults) lines.push_back(to_line(fault));
  return lines;
}

std::vector<std::string> faults_of(const Checked<Bundle>& loaded) { return loaded ? std::vector<std::string>{} : lines_of(loaded.error()); }

class BundleFolder : public testing::Test {
 protected:
  const Line line = plain_line(3);
  Bundle bundle = random_bundle(line, 5, {.hidden = 4});
  TemporaryFolder folder;

  void SetUp() override {
    const auto saved = save_bundle(bundle, folder.path());
    ASSERT_TRUE(saved) << to_line(saved.error());
  }
  std::vector<std::string> load_for(const Line& other) { return faults_of(load_bundle(folder.path(), other)); }
  /// Rewrites a word of the manifest and makes the sums fit, as somebody would who edits by hand.
  std::vector<std::string> load_with(std::string_view from, std::string_view to) {
    std::string manifest = read_whole(folder.path() / "manifest.json");
    const std::size_t at = manifest.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    manifest.replace(at, from.size(), to);
    const std::string sums = read_whole(folder.path() / "SHA256SUMS");
    write_whole(folder.path() / "manifest.json", manifest);
    write_whole(folder.path() / "SHA256SUMS", sha256_hex(manifest) + sums.substr(64));
    auto faults = faults_of(load_bundle(folder.path(), line));
    SetUp();
    return faults;
  }
};

TEST_F(BundleFolder, LoadsWhatItSaved) {
  const auto back = load_bundle(folder.path(), line);
  ASSERT_TRUE(back) << faults_of(back).front();
  EXPECT_EQ(back->tensors, bundle.tensors);
  EXPECT_EQ(back->tag_paths, bundle.tag_paths);
  EXPECT_EQ(back->features.tags, bundle.features.tags);
  EXPECT_EQ(back->features.center, bundle.features.center);
  EXPECT_EQ(back->features.followed, bundle.features.followed);
  EXPECT_EQ(back->features.ladder_s, bundle.features.ladder_s);
  EXPECT_EQ(back->features.unrest, bundle.features.unrest);
  EXPECT_EQ(back->features.unrest_refill, bundle.features.unrest_refill);
  EXPECT_EQ(back->features.to_product_s, bundle.features.to_product_s);
  EXPECT_EQ(back->features.unit_of, bundle.features.unit_of);
  EXPECT_EQ(back->features.hoppers, bundle.features.hoppers);
  EXPECT_EQ(back->forecaster.targets, bundle.forecaster.targets);
  EXPECT_EQ(back->forecaster.conformal_high, bundle.forecaster.conformal_high);
  EXPECT_EQ(back->health.layers, bundle.health.layers);
  EXPECT_EQ(back->passport, bundle.passport);
  EXPECT_EQ(back->sha256, sha256_hex(read_whole(folder.path() / "manifest.json")));
  EXPECT_TRUE(load_bundle(folder.path()));
}

TEST(Manifest, TheFuzzersSeedIsOne) {
  const auto seed = read_manifest(read_whole(STEADYLINE_SOURCE_DIR "/tests/fuzz/seeds/manifest/manifest.json"), "seed");
  EXPECT_TRUE(seed) << to_line(seed.error().front()) << ": write it anew, or fuzzing ends at the first missing key";
}

TEST_F(BundleFolder, BytesDependOnTheValueAlone) {
  TemporaryFolder again;
  auto back = load_bundle(folder.path(), line);
  ASSERT_TRUE(back && save_bundle(*back, again.path()));
  for (const char* file : {"manifest.json", "weights.safetensors", "passport.md", "SHA256SUMS"})
    EXPECT_EQ(read_whole(folder.path() / file), read_whole(again.path() / file)) << file;
}

TEST_F(BundleFolder, TagsFollowTheLineTheyAreLoadedFor) {
  Line longer = line;
  longer.tags.insert(longer.tags.begin(), line.tags.front());
  longer.tags.front().path = "u1/other";
  const auto back = load_bundle(folder.path(), longer);
  ASSERT_TRUE(back) << faults_of(back).front();
  EXPECT_EQ(back->features.tags.front(), TagIndex{1});
}

TEST_F(BundleFolder, RefusesAnotherLineWithAllReasonsAtOnce) {
  Line other = line;
  other.id = "cdc9";
  other.sha256 = std::string(64, '0');
  other.period = Milliseconds{10'000};
  other.tags.pop_back();
  const auto faults = load_for(other);
  EXPECT_EQ(faults.size(), 4U);
  EXPECT_THAT(faults, Contains(HasSubstr("is for line plain, not cdc9")));
  EXPECT_THAT(faults, Contains(HasSubstr("the line description has changed; restore config/lines/cdc9.yaml")));
  EXPECT_THAT(faults, Contains(HasSubstr("period of 1000 ms, line cdc9 has 10000 ms")));
  EXPECT_THAT(faults, Contains(HasSubstr("needs tag u1/t2, which line cdc9 does not have")));
}

TEST_F(BundleFolder, RefusesAManifestThatWasEdited) {
  EXPECT_THAT(load_with("steadyline-bundle-1", "steadyline-bundle-9"), Contains(HasSubstr("this program reads steadyline-bundle-1")));
  EXPECT_THAT(load_with("\"clip\": 8", "\"clip\": 0"), Contains(HasSubstr("features.clip is 0")));
  EXPECT_THAT(load_with("\"clip\": 8", "\"clip\": \"8\""), Contains(HasSubstr("features: clip holds something that is not a finite number")));
  EXPECT_THAT(load_with("\"clip\": 8", "\"clip\": 1e999"), Contains(HasSubstr("not JSON")));
  EXPECT_THAT(load_with("\"clip\": 8", "\"clop\": 8"), Contains(HasSubstr("clip is missing")));
  EXPECT_THAT(load_with("\"clip\": 8", "\"clop\": 8"), Contains(HasSubstr("clop is not known")));
  EXPECT_THAT(load_with("\"clip\": 8", "\"clip\": 8, \"clip\": 8"), Contains(HasSubstr("twice")));
  EXPECT_THAT(load_with("[0.05, 0.5, 0.95]", "[0.5, 0.05, 0.95]"), Contains(HasSubstr("has not 0.5 in its middle")));
  EXPECT_THAT(load_with("[0.05, 0.5, 0.95]", "[0.6, 0.5, 0.95]"), Contains(HasSubstr("do not ascend: 0.6 stands before 0.5")));
  EXPECT_THAT(load_with("[10, 30,", "[10.5, 30,"), Contains(HasSubstr("10.5 s is no multiple of the period of 1000 ms")));
  EXPECT_THAT(load_with("\"hidden\": 4", "\"hidden\": 5"), Contains(HasSubstr("tensor forecaster.lstm.weight_hh_l0 is [16, 4], the manifest needs [20, 5]")));
  EXPECT_THAT(load_with("\"hidden\": 4", "\"hidden\": 9223372036854775807"), Contains(HasSubstr("allowed 1..")));
  EXPECT_THAT(load_with("\"hidden\": 4", "\"hidden\": 99999999999999999999"), Contains(HasSubstr("not a whole number")));
  EXPECT_THAT(load_with("[\"u1/t0\", \"u1/t1\"]", "[\"u1/t0\", \"u1/t9\"]"), Contains(HasSubstr("names u1/t9, which is not among the tags")));
  EXPECT_THAT(load_with("[\"u1/t0\", \"u1/t1\"]", "[\"u1/t0\", \"u1/t0\"]"), Contains(HasSubstr("named twice")));
  EXPECT_THAT(load_with("\"u1/t2\"]", "\"u1/t1\"]"), Contains(HasSubstr("tags names u1/t1 twice")));
  EXPECT_THAT(load_with("\"e_limit\": 10", "\"e_limit\": 1"), Contains(HasSubstr("must be above e_typical")));
  EXPECT_THAT(load_with("passport.md", "passport.txt"), Contains(HasSubstr("files has no hash of passport.md")));
  EXPECT_TRUE(load_bundle(folder.path(), line));
}

TEST_F(BundleFolder, RefusesMissingFilesByName) {
  std::filesystem::remove(folder.path() / "weights.safetensors");
  std::filesystem::remove(folder.path() / "passport.md");
  const auto faults = load_for(line);
  EXPECT_THAT(faults, Contains(HasSubstr("weights.safetensors: there is no such file")));
  EXPECT_THAT(faults, Contains(HasSubstr("passport.md: there is no such file")));
  EXPECT_THAT(faults_of(load_bundle(folder.path() / "nowhere")), Contains(HasSubstr("no such folder")));
}

TEST(Bundle, IsNotSavedWhenItCouldNotBeLoaded) {
  const float infinite = std::numeric_limits<float>::infinity();
  const std::vector<std::pair<std::string, std::function<void(Bundle&)>>> table{
      {"scale[1] is 0", [](Bundle& b) { b.features.scale[1] = 0; }},
      {"center[0] is not finite", [](Bundle& b) { b.features.center[0] = std::numeric_limits<double>::quiet_NaN(); }},
      {"heads.bias is missing", [](Bundle& b) { b.tensors.erase("forecaster.heads.bias"); }},
      {"is not part of", [](Bundle& b) { b.tensors["extra"] = {{1}, {0}}; }},
      {"[30], the manifest needs", [](Bundle& b) { b.tensors["autoencoder.0.bias"] = {{30}, std::vector<float>(30)}; }},
      {"not finite", [=](Bundle& b) { b.tensors["autoencoder.0.bias"].values[0] = infinite; }},
      {"error_scale holds 1", [](Bundle& b) { b.health.error_scale.resize(1); }},
      {"not UTF-8", [](Bundle& b) { b.passport["note"] = "\xff"; }},
      {"line is empty", [](Bundle& b) { b.line.clear(); }},
  };
  for (const auto& [words, spoil] : table) {
    Bundle bundle = random_bundle(plain_line(3), 5, {.hidden = 4});
    spoil(bundle);
    TemporaryFolder folder;
    const auto saved = save_bundle(bundle, folder.path() / "new");
    ASSERT_FALSE(saved) << words;
    EXPECT_THAT(to_line(saved.error()), HasSubstr(words));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "new"));
  }
}

TEST(Passport, TellsWhatTheBundleIsAndKeepsItsTableWhole) {
  Bundle bundle = random_bundle(plain_line(3), 5);
  bundle.passport["trained on"] = "campaigns 6 | 10\nand 43";
  const std::string page = write_passport(bundle);
  EXPECT_THAT(page, HasSubstr("line **plain**"));
  EXPECT_THAT(page, HasSubstr("| trained on | campaigns 6 \\| 10 and 43 |"));
  EXPECT_THAT(page, HasSubstr("| u1/t0 | 0 | 2 | yes |"));
  EXPECT_THAT(page, HasSubstr("## Limits"));
}

}  // namespace
}  // namespace steadyline
