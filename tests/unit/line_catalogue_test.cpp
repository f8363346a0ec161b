#include <cmath>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "settings/read_line.h"
#include "settings/read_twin.h"

namespace steadyline {
namespace {

using testing::IsEmpty;

// The catalogue of the line (LINE §2, §8), written down a second time: a tag that is renamed, lost or doubled in config/lines/cdc1.yaml
// shows here.

const std::filesystem::path root = STEADYLINE_SOURCE_DIR;

const Line& cdc1() {
  static const Line line = read_line(root / "config/lines/cdc1.yaml").value();
  return line;
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream in{text};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

const char* const feeder =
    "massflow_sp massflow_pv massflow_err_int netweight_pv screw_speed_pv screw_speed_out feed_factor drive_torque agitator_rpm mode "
    "refill_count hopper_dp";
const char* const blender = "rpm_sp rpm_pv holdup torque motor_a temp";

std::map<std::string, std::string> modelled_names() {
  std::map<std::string, std::string> names = {
      {"bl1", blender},
      {"bl2", blender},
      {"ch1", "level nir1_api nir1_t2 nir1_q nir1_gain v1_cmd v1_pos"},
      {"ff1", "nir2_api nir2_t2 nir2_q nir2_gain paddle_sp paddle_pv bed_height"},
      {"tp1",
       "turret_sp turret_pv tbl_rate fill_sp fill_pv gap_main_sp gap_main_pv gap_pre_sp gap_pre_pv force_main_mean force_main_sp "
       "force_main_srel force_pre_mean ejection_max takeoff_force punch_stiffness weight_est produced waste v2_reject_rate motor_torque "
       "turret_temp punch_temp dust_vac"},
      {"dd1", ""},
      {"tt1", "weight_mean weight_sd thickness_mean hardness_mean hardness_sd diameter_mean"},
      {"ct1",
       "inlet_temp_sp inlet_temp_pv inlet_flow_sp inlet_flow_pv inlet_dew exhaust_temp exhaust_rh bed_temp spray_sp spray_pv spray_total "
       "noz1_press noz2_press noz3_press noz4_press atom_air pattern_air pan_rpm_sp pan_rpm_pv pan_dp filter_dp bed_moisture "
       "weight_gain_est drum_load drum_torque pump_rpm pump_press phase phase_time"},
      {"ut1", "room_temp room_rh room_dp air_press air_dew vac_press ahu_temp chw_temp power_kw water_kg"},
      {"line",
       "state mode recipe_id batch_id sublot_id lot_fd1 lot_fd2 lot_fd3 lot_fd4 lot_fd5 lot_fd6 throughput good_kg waste_kg potency_rtd "
       "diverter_cmd"},
  };
  for (int k = 1; k <= 6; ++k) {
    names["fd" + std::to_string(k)] = feeder;
    names["rf" + std::to_string(k)] = "bin_level";
  }
  for (const std::string kind : {"force_main_z", "ejection_z"}) {
    for (int k = 1; k <= 36; ++k) names["tp1"] += " st" + std::string(k < 10 ? "0" : "") + std::to_string(k) + "_" + kind;
  }
  return names;
}

std::set<std::string> modelled_paths() {
  std::set<std::string> paths;
  for (const auto& [unit, tags] : modelled_names()) {
    for (const std::string& tag : words(tags)) paths.insert(unit + "/" + tag);
  }
  return paths;
}

/// The groups of LINE §8, each with its units.
struct Group {
  std::vector<std::string> units;
  std::size_t modelled, auxiliary;
};

const std::vector<Group>& groups() {
  static const std::vector<Group> groups = {
      {{"fd1", "fd2", "fd3", "fd4", "fd5", "fd6"}, 72, 120},
      {{"rf1", "rf2", "rf3", "rf4", "rf5", "rf6"}, 6, 48},
      {{"bl1", "bl2"}, 12, 44},
      {{"ch1", "ff1"}, 14, 31},
      {{"tp1"}, 24 + 72, 86},
      {{"dd1", "tt1"}, 6, 14},
      {{"ct1"}, 29, 56},
      {{"ut1"}, 10, 26},
      {{"line"}, 16, 8},
  };
  return groups;
}

TEST(LineCatalogue, HoldsEachModelledTagByItsName) {
  std::vector<std::string> missing;
  for (const std::string& path : modelled_paths()) {
    if (!cdc1().find_tag(path)) missing.push_back(path);
  }
  EXPECT_THAT(missing, IsEmpty());
  EXPECT_EQ(modelled_paths().size(), 261u);
  EXPECT_EQ(cdc1().tags.size(), 694u);
}

TEST(LineCatalogue, HasTheCountsOfEachGroupInTheOrderOfTheMaterial) {
  const auto modelled = modelled_paths();
  std::vector<std::string> order;
  for (const Group& group : groups()) {
    std::size_t own = 0, beside = 0;
    for (const std::string& id : group.units) {
      const auto unit = cdc1().find_unit(id);
      ASSERT_TRUE(unit) << id;
      for (const Tag& tag : cdc1().tags) {
        if (tag.unit == *unit) ++(modelled.count(tag.path) != 0 ? own : beside);
      }
      order.push_back(id);
    }
    EXPECT_EQ(own, group.modelled) << group.units.front();
    EXPECT_EQ(beside, group.auxiliary) << group.units.front();
  }
  std::vector<std::string> shipped;
  for (const Unit& unit : cdc1().units) shipped.push_back(unit.id);
  EXPECT_EQ(shipped, order);
}

TEST(LineCatalogue, WayToTheTabletShortensDownstream) {
  double before = 1e9;
  for (const char* id : {"rf1", "fd1", "bl1", "bl2", "ch1", "ff1", "tp1"}) {
    const double way = cdc1().unit(*cdc1().find_unit(id)).to_product_s;
    EXPECT_LE(way, before) << id;
    before = way;
  }
  EXPECT_EQ(cdc1().unit(*cdc1().find_unit("fd6")).to_product_s, cdc1().unit(*cdc1().find_unit("bl2")).to_product_s);
}

TEST(LineCatalogue, ModelsSeeModelledTagsAlone) {
  const auto modelled = modelled_paths();
  std::size_t inputs = 0;
  std::set<std::string> units;
  for (const Tag& tag : cdc1().tags) {
    EXPECT_TRUE(tag.modelled || !tag.forecast) << tag.path;
    if (!tag.modelled) continue;
    ++inputs;
    EXPECT_TRUE(modelled.count(tag.path)) << tag.path;
    units.insert(cdc1().unit(tag.unit).id);
  }
  EXPECT_EQ(inputs, 42u);
  for (const char* id : {"fd1", "fd6", "bl1", "ch1", "ff1", "tp1"}) EXPECT_EQ(units.count(id), 1u) << "of " << id << " they see nothing";
}

// The moves that advice may make (LINE §2.6), and the diverter.
TEST(LineCatalogue, OperatorMovesTheseSetPoints) {
  std::set<std::string> expected = {"bl1/rpm_sp",        "bl2/rpm_sp",        "ff1/paddle_sp",   "ch1/v1_cmd",     "tp1/turret_sp",
                                    "tp1/fill_sp",       "tp1/force_main_sp", "tp1/gap_main_sp", "tp1/gap_pre_sp", "ct1/spray_sp",
                                    "ct1/inlet_temp_sp", "ct1/inlet_flow_sp", "ct1/pan_rpm_sp"};
  for (int k = 1; k <= 6; ++k) expected.insert("fd" + std::to_string(k) + "/massflow_sp");
  std::set<std::string> found;
  for (const Tag& tag : cdc1().tags) {
    if (tag.role == Role::setpoint) found.insert(tag.path);
  }
  EXPECT_EQ(found, expected);
}

TEST(LineCatalogue, ReadingsThatRestAreSentOnChange) {
  for (const Tag& tag : cdc1().tags) {
    const bool rests = tag.role == Role::setpoint || !tag.codes.empty();
    EXPECT_TRUE(!rests || tag.clock == Clock::on_change) << tag.path;
    EXPECT_TRUE(tag.clock == Clock::period || tag.noise == Noise{}) << tag.path << " would be sent each second";
    EXPECT_TRUE(tag.range.bounded() || !tag.codes.empty()) << tag.path << " has neither range nor codes";
  }
}

TEST(LineCatalogue, PackMlStatesGoByNameFromClearingToComplete) {
  const auto& codes = cdc1().tag(*cdc1().find_tag("line/state")).codes;
  ASSERT_EQ(codes.size(), 17u);
  EXPECT_EQ(codes.at(1), "clearing");
  EXPECT_EQ(codes.at(2), "stopped");
  EXPECT_EQ(codes.at(6), "execute");
  EXPECT_EQ(codes.at(9), "aborted");
  EXPECT_EQ(codes.at(11), "held");
  EXPECT_EQ(codes.at(17), "complete");
}

// Noise as LINE §2 gives it, at the nominal value.
TEST(LineCatalogue, NoiseIsThatOfTheTagTables) {
  struct Expected {
    const char* path;
    double nominal, sd, tau_s;
  };
  for (const Expected& e : std::vector<Expected>{{"fd1/netweight_pv", 4, 3e-4, 0},
                                                 {"fd4/netweight_pv", 1.3, 5e-5, 0},
                                                 {"fd6/netweight_pv", 0.3, 2e-5, 0},
                                                 {"fd1/screw_speed_pv", 106, 0.318, 0},
                                                 {"fd3/drive_torque", 22, 1, 5},
                                                 {"fd2/hopper_dp", 0, 0.05, 3},
                                                 {"bl1/holdup", 0.45, 0.008, 2},
                                                 {"bl2/torque", 1.8, 0.054, 3},
                                                 {"ch1/level", 50, 1.5, 8},
                                                 {"ff1/bed_height", 38, 0.5, 5},
                                                 {"tp1/turret_pv", 46.3, 0.03, 0},
                                                 {"tp1/gap_main_pv", 2.906, 0.0008, 0},
                                                 {"tp1/force_main_mean", 10, 0.15, 0},
                                                 {"tp1/force_main_srel", 4.5, 0.42, 0},
                                                 {"tp1/force_pre_mean", 2, 0.06, 0},
                                                 {"tp1/ejection_max", 187, 5, 0},
                                                 {"tp1/punch_stiffness", 65, 2.6, 0},
                                                 {"tp1/st17_ejection_z", 0, 0.35, 0},
                                                 {"ct1/inlet_temp_pv", 60, 0.3, 20},
                                                 {"ct1/inlet_flow_pv", 2400, 24, 5},
                                                 {"ct1/noz4_press", 0.6, 0.01, 2},
                                                 {"ct1/pan_dp", -60, 4, 3},
                                                 {"ut1/room_rh", 40, 1, 900},
                                                 {"ut1/vac_press", -400, 4, 30},
                                                 {"rf5/bin_level", 50, 0.5, 5},
                                                 {"tp1/fill_pv", 8.586, 0, 0},
                                                 {"fd1/massflow_pv", 5, 0, 0},
                                                 {"tp1/weight_est", 250, 0, 0}}) {
    const Tag& tag = cdc1().tag(cdc1().find_tag(e.path).value());
    EXPECT_NEAR(tag.noise.sd + tag.noise.share * std::abs(e.nominal), e.sd, 0.01 * e.sd) << e.path;
    EXPECT_EQ(tag.noise.tau_s, e.tau_s) << e.path;
  }
}

TEST(LineCatalogue, EachTagBesideTheModelledHasOneRecipe) {
  const auto twin = read_twin(root / "config/twin/cdc1.yaml");
  ASSERT_TRUE(twin) << (twin ? "" : to_line(twin.error().front()));
  const auto modelled = modelled_paths();
  std::map<std::string, int> recipes;
  for (const AuxiliaryParameters& recipe : twin->auxiliary) {
    ++recipes[recipe.tag];
    EXPECT_TRUE(cdc1().find_tag(recipe.tag)) << recipe.tag << " is no tag of the line";
    EXPECT_TRUE(!cdc1().find_tag(recipe.of) || modelled.count(recipe.of) != 0) << recipe.tag << " follows " << recipe.of << ", which follows another";
  }
  for (const Tag& tag : cdc1().tags) EXPECT_EQ(recipes[tag.path], modelled.count(tag.path) != 0 ? 0 : 1) << tag.path;
  EXPECT_EQ(twin->auxiliary.size(), 433u);
}

// A resting auxiliary signal must lie in its range, or it would be bad all the time.
TEST(LineCatalogue, RestingValuesLieInTheirRange) {
  const TwinParameters twin = read_twin(root / "config/twin/cdc1.yaml").value();
  for (const AuxiliaryParameters& recipe : twin.auxiliary) {
    const Tag& tag = cdc1().tag(cdc1().find_tag(recipe.tag).value());
    EXPECT_TRUE(!recipe.of.empty() || tag.range.contains(recipe.offset)) << recipe.tag;
    EXPECT_TRUE(tag.codes.empty() || tag.codes.count(static_cast<int>(recipe.offset)) != 0) << recipe.tag;
  }
}

}  // namespace
}  // namespace steadyline
