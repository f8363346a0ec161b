#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>
#include <string>
#include <type_traits>
#include <vector>

#include "settings/key.h"
#include "settings/read_twin.h"
#include "support/settings_faults.h"

namespace steadyline {
namespace {

using test::Broken;
using test::faults_of;
using test::file_text;
using test::root;
using testing::HasSubstr;

const std::string& twin_text() {
  static const std::string text = file_text(root / "config/twin/cdc1.yaml");
  return text;
}

/// The shipped file with one change.
std::string twin_with(const std::string& from, const std::string& to) {
  std::string text = twin_text();
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(TwinParametersFile, EveryShippedOneIsValid) {
  for (const auto& entry : std::filesystem::directory_iterator(root / "config/twin")) {
    const auto twin = read_twin(entry.path());
    EXPECT_TRUE(twin) << faults_of(twin);
  }
}

TEST(TwinParametersFile, IsReadWhole) {
  const auto twin = read_twin(root / "config/twin/cdc1.yaml");
  ASSERT_TRUE(twin) << faults_of(twin);
  EXPECT_EQ(twin->feeders[1].material, "MCC");
  EXPECT_EQ(twin->feeders[5].feed_factor_empty, 0.055);
  EXPECT_EQ(twin->feeders[0].lot.particle_size_sd, 0.29);
  EXPECT_NEAR(twin->nominal_feed_kg_h(2), 6.625, 1e-12);
  EXPECT_TRUE(twin->feeding.refill_array);
  EXPECT_EQ(twin->blender2.vessel.tank_share.size(), 4u);
  EXPECT_EQ(twin->path.feed_frame.tank_share, (std::vector{0.75, 0.25}));
  EXPECT_EQ(twin->press.stations, 36);
  EXPECT_EQ(twin->coater.evaporation_kj_kg, 2407);
}

/// Eight bytes at a time: a number that no key fills has stayed zero. No number of these structs is zero in the reference line.
template <class Numbers>
std::size_t unread(const Numbers& numbers) {
  static_assert(std::is_trivially_copyable_v<Numbers>);
  std::array<std::uint64_t, sizeof(Numbers) / 8> words{};
  std::memcpy(words.data(), &numbers, sizeof(Numbers));
  return static_cast<std::size_t>(std::count(words.begin(), words.end(), 0u));
}

TEST(TwinParametersFile, FillsEveryNumber) {
  const auto twin = read_twin(root / "config/twin/cdc1.yaml");
  ASSERT_TRUE(twin) << faults_of(twin);
  EXPECT_EQ(unread(twin->feeding), 0u);
  EXPECT_EQ(unread(twin->press), 0u);
  EXPECT_EQ(unread(twin->coater), 0u);
  EXPECT_EQ(unread(twin->room), 0u);
  EXPECT_EQ(unread(twin->procedure), 0u);
  EXPECT_EQ(unread(twin->feeders[0].lot), 0u);
}

// A fallback would be a number that the file does not show.
TEST(TwinParametersFile, LeavesNoNumberOut) {
  const std::string text = twin_text().substr(0, twin_text().find("auxiliary:"));
  const std::regex leaf{"((?:^|\\n) +|\\{|, |- )([a-z0-9_]+): (?=[^{\\n])"};
  const auto faults = faults_of(parse_twin(std::regex_replace(text, leaf, "$1x$2: "), "t.yaml"));
  for (const SettingKey& key : twin_keys()) {
    if (key.path.rfind("auxiliary", 0) == 0) continue;
    const auto list = key.path.find("[]");
    const std::string path = list == std::string::npos ? key.path : key.path.substr(0, list) + "[0]" + key.path.substr(list + 2);
    EXPECT_THAT(faults, HasSubstr(" " + path + " is missing")) << key.path;
  }
}

TEST(TwinParametersFile, RepeatsAuxiliarySignalsForEachUnit) {
  const auto twin = parse_twin(twin_text(), "t.yaml");
  ASSERT_TRUE(twin) << faults_of(twin);
  const auto recipe = [&](const std::string& tag) {
    return *std::find_if(twin->auxiliary.begin(), twin->auxiliary.end(), [&](const AuxiliaryParameters& one) { return one.tag == tag; });
  };
  EXPECT_EQ(recipe("fd4/drive_temp").of, "fd4/screw_speed_pv");
  EXPECT_EQ(recipe("rf6/cycle_count").of, "fd6/refill_count");
  EXPECT_EQ(recipe("bl2/seal_air").of, "ut1/air_press");
  EXPECT_EQ(recipe("fd3/refill_low").offset, 5.0);
  EXPECT_EQ(recipe("tp1/heartbeat").per_s, 1);
}

TEST(TwinParametersFile, FaultsAreNamed) {
  const std::string entry = "auxiliary:\n";
  const std::vector<Broken> table = {
      {"", {"f.yaml:1", "empty"}},
      {twin_with("share: 0.2\n", "share: 0.3\n"), {"feeders add up to 1.1", "shares of the blend are parts of one whole"}},
      {twin_with("  - material: silica\n", "    material: silica\n"), {"material is given twice"}},
      {twin_with("feed_factor_empty: 0.55", "feed_factor_empty: 0.9"), {"feeders[0].feed_factor_empty is above feed_factor_full"}},
      {twin_with("refill_to_kg: 5.0", "refill_to_kg: 3.0"), {"refill_to_kg is 3, not above refill_below_kg (3.5)"}},
      {twin_with("refill_array: true", "refill_array: on"), {"refill_array is \"on\"", "true, false"}},
      {twin_with("[0.75, 0.25]", "[0.75, 0.3]"), {"path.feed_frame.tank_share add up to 1.05"}},
      {twin_with("[0.75, 0.25]", "[]"), {"path.feed_frame.tank_share is missing"}},
      {twin_with("stations: 36 ", "stations: 3.5 "), {"press.stations is 3.5, not a whole number"}},
      {twin_with("fill_high_mm: 16 ", "fill_high_mm: 3 "), {"press.fill_high_mm is 3, not above fill_low_mm (4)"}},
      {twin_with("yield_mpa: 100 ", "yield_mpa: -100 "), {"press.yield_mpa is -100; allowed 1..1000; Heckel's yield pressure"}},
      {twin_with("  dry_s: 480 ", "  drying_s: 480 "),
       {"coater.dry_s is missing", "coater.drying_s is not a setting; nearest of the 36 known here: dry_s"}},
      {twin_with(entry, entry + "  - {tag: oil, value: 1}\n"), {"auxiliary[0].tag is \"oil\"", "unit/tag"}},
      {twin_with(entry, entry + "  - {tag: \"tp*/oil\", value: 1}\n"), {"auxiliary[0].tag is \"tp*/oil\""}},
      {twin_with(entry, entry + "  - {tag: tp1/turns, value: 1}\n"), {"auxiliary[", "makes \"tp1/turns\" a second time"}},
      {twin_with(entry, entry + "  - {tag: tp1/oil}\n"), {"has neither of nor value"}},
      {twin_with(entry, entry + "  - {tag: tp1/oil, of: fill_pv, gain: 1, value: 1}\n"), {"has both of and value"}},
      {twin_with(entry, entry + "  - {tag: tp1/oil, of: fill_pv}\n"), {"auxiliary[0].gain is missing"}},
      {twin_with(entry, entry + "  - {tag: tp1/oil, of: \"fd*/mode\", gain: 1}\n"), {"* repeats only what tag repeats"}},
      {twin_with(entry, entry + "  - {tag: tp1/oil, value: 1, gain: 2}\n"), {"auxiliary[0].gain is given beside value"}},
      {twin_with(entry, entry + "  - {tag: tp1/oil, of: fill_pv, gain: 1, per_s: 2}\n"), {"auxiliary[0].per_s is given beside of"}},
      {twin_with(entry, entry + "  - {tag: tp1/oil, value: 1, step: 2}\n"), {"step and step_every_s go together"}},
  };
  for (const Broken& broken : table) {
    const std::string faults = faults_of(parse_twin(broken.text, "f.yaml"));
    for (const std::string& word : broken.words) EXPECT_THAT(faults, HasSubstr(word));
  }
}

}  // namespace
}  // namespace steadyline
