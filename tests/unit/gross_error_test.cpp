#include "monitor/gross_error.h"

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace steadyline {
namespace {

/// Two feeders of 5 and 15 kg/h, two probes of the first one's content behind them, and the relations between them; every limit is 1 of
/// the relation's own unit.
class Errors : public testing::Test {
 protected:
  Errors() {
    line.units = {{"fd1", "", 200}, {"fd2", "", 200}, {"ch1", "", 90}, {"ff1", "", 40}};
    line.units[0].lot_tag = TagIndex{0};
    for (std::uint32_t unit = 0; unit < 2; ++unit) {
      const double flow = unit == 0 ? 5 : 15;
      add(unit, "massflow_pv", TagClass::cpp, flow);
      add(unit, "feed_factor", TagClass::cma, 1);
      add(unit, "screw_speed_pv", TagClass::cpp, 100);
      add(unit, "drive_torque", TagClass::aux, 25);
    }
    add(2, "nir1_api", TagClass::cqa, 25);
    add(3, "nir2_api", TagClass::cqa, 25);
    relate("probe 1", "ch1",
           {{TermForm::tag, {"ch1/nir1_api"}, false, 1}, {TermForm::share, {"fd1/massflow_pv", "fd2/massflow_pv"}, false, -100}}, 1);
    relate("probe 2", "ff1",
           {{TermForm::tag, {"ff1/nir2_api"}, false, 1}, {TermForm::share, {"fd1/massflow_pv", "fd2/massflow_pv"}, false, -100}}, 1);
    relate("probes", "ch1", {{TermForm::tag, {"ff1/nir2_api"}, false, 1}, {TermForm::tag, {"ch1/nir1_api"}, false, -1}}, 1);
    relate("torque 1", "fd1", {{TermForm::tag, {"fd1/feed_factor"}, true, 1}, {TermForm::tag, {"fd1/drive_torque"}, true, -1.4}}, 0.05);
    relate("torque 2", "fd2", {{TermForm::tag, {"fd2/feed_factor"}, true, 1}, {TermForm::tag, {"fd2/drive_torque"}, true, -1.4}}, 0.05);
    errors = GrossErrors{line, spec, channels};
  }
  void add(std::uint32_t unit, const std::string& name, TagClass tag_class, double nominal) {
    Tag tag{.unit = UnitIndex{unit}, .name = name, .path = line.units[unit].id + "/" + name, .uom = "", .description = ""};
    tag.tag_class = tag_class;
    tag.control = {0.9 * nominal, 1.1 * nominal};
    line.tags.push_back(tag);
  }
  void relate(const std::string& name, const std::string& unit, std::vector<DriftTerm> terms, double limit) {
    DriftSignal signal;
    signal.name = name;
    signal.unit = unit;
    signal.relation = true;
    signal.terms = std::move(terms);
    signal.low.assign(drift_contexts * drift_statistics, -limit);
    signal.high.assign(drift_contexts * drift_statistics, limit);
    channels.push_back({name, *line.find_unit(unit), {*line.find_tag(signal.terms.front().tags.front())}, true});
    spec.signals.push_back(std::move(signal));
  }
  std::string found(const std::vector<float>& excess, const std::vector<char>& new_lot = {}) const {
    const auto error = errors.find(excess, {}, new_lot);
    if (!error) return "nothing";
    return std::string{error->error->material ? "material " : ""} + line.tag(error->error->accused.front()).path;
  }

  Line line;
  DriftSpec spec;
  std::vector<DriftChannel> channels;
  GrossErrors errors;
};

TEST_F(Errors, AShiftOfBothProbesAloneIsTheMaterial) { EXPECT_EQ(found({1, 1, 0, 0, 0}), "material ch1/nir1_api"); }

TEST_F(Errors, WithTheFeedFactorAgainstItIsThatScale) {
  EXPECT_EQ(found({1, 1, 0, -1, 0}), "fd1/feed_factor");  // reads low, so more came than it says
  EXPECT_EQ(found({1, 1, 0, 0, 1}), "fd2/feed_factor");   // reads high, so less of the other came
}

TEST_F(Errors, WithoutANewLotNoMaterialChanges) {
  const std::vector<float> early{1, 0.8F, 0, -0.2F, 0};  // the scale hardly tells yet
  EXPECT_EQ(found(early), "material ch1/nir1_api");
  EXPECT_EQ(found(early, {1, 0, 0, 0}), "material ch1/nir1_api");
  EXPECT_EQ(found(early, {0, 1, 0, 0}), "fd1/feed_factor") << "the other feeder's lots have nothing of it";
}

TEST_F(Errors, AFeedFactorThatMovesTheOtherWayContradictsIt) { EXPECT_EQ(found({1, 1, 0, 0.8F, 0}), "material ch1/nir1_api"); }

TEST_F(Errors, OneProbeAgainstTheOtherIsThatProbe) {
  EXPECT_EQ(found({1, 0, -1, 0, 0}), "ch1/nir1_api");
  EXPECT_EQ(found({0, -1, -1, 0, 0}), "ff1/nir2_api");
}

TEST_F(Errors, WhatIsWithinTheUsualIsNothing) {
  EXPECT_EQ(found({0.3F, 0.3F, 0, 0.2F, -0.2F}), "nothing");
  EXPECT_EQ(found({}), "nothing");
}

TEST_F(Errors, EverySignatureHasLengthOneAndTheSignsOfItsRelations) {
  for (const GrossError& error : errors.errors()) {
    double square = 0;
    for (const auto& [channel, share] : error.signature) square += share * share;
    EXPECT_NEAR(square, 1, 1e-12);
  }
  const GrossError& scale = errors.errors().front();  // of fd1: more on the scale is a larger share and a larger feed factor
  ASSERT_EQ(scale.signature.size(), 3U);
  EXPECT_LT(scale.signature[0].second, 0);
  EXPECT_GT(scale.signature[2].second, 0);
}

TEST(GrossErrorsTest, WithoutRelationsThereIsNothingToFind) { EXPECT_FALSE(GrossErrors{}.find(std::vector<float>{3, 3}, UnitIndex{0})); }

}  // namespace
}  // namespace steadyline
