// The pictures of docs/twin.md: each fault that moves a reading has one, shows tags of the line, and stands where the page looks for it.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <sstream>

#include "campaigns/chart.h"
#include "campaigns/fault_views.h"
#include "core/sha256.h"
#include "support/twin_runs.h"
#include "twin/faults/fault_catalogue.h"

namespace steadyline {
namespace {

const std::filesystem::path docs = std::filesystem::path{STEADYLINE_SOURCE_DIR} / "docs";

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string name_of(const FaultView& view) { return std::string{view.id} + (view.variant.empty() ? "" : "-") + std::string{view.variant}; }

TEST(Pictures, ShowEachFaultThatMovesAReading) {
  for (const FaultKind& kind : fault_catalogue()) {
    if (kind.kind == LabelKind::comms || !kind.variant.empty()) continue;
    EXPECT_TRUE(std::any_of(fault_views().begin(), fault_views().end(), [&](const FaultView& view) {
      return view.id == kind.id && view.variant.empty();
    })) << kind.id;
  }
}

TEST(Pictures, ShowTagsOfTheLineAndFaultsThatItCanHave) {
  const std::vector<std::string> truths = truth_columns();
  for (const FaultView& view : fault_views()) {
    for (std::string curve : words_of(view.curves)) {
      if (curve.ends_with('~')) curve.pop_back();
      const bool true_one = curve.starts_with("truth/") && std::find(truths.begin(), truths.end(), curve.substr(6)) != truths.end();
      EXPECT_TRUE(true_one || test::cdc1().find_tag(curve)) << view.id << ' ' << curve;
    }
    Scenario scenario = test::production(1, {fault_of(view, 600)});
    scenario.duration_s = 600 + view.duration_s + view.after_s;
    for (const Error& fault : unsimulated(test::cdc1(), test::cdc1_parameters(), scenario))
      ADD_FAILURE() << name_of(view) << ": " << to_line(fault);
  }
}

TEST(Pictures, AreThereAndLinked) {
  const std::string page = text_of(docs / "twin.md");
  const auto expect_linked = [&](const std::string& name) {
    EXPECT_TRUE(text_of(docs / "pictures" / (name + ".svg")).ends_with("</svg>\n")) << name;
    EXPECT_NE(page.find("(pictures/" + name + ".svg)"), std::string::npos) << name;
  };
  for (const FaultView& view : fault_views()) expect_linked(name_of(view));
  for (const char* name : {"normal-shift", "refill", "residence-times", "funnel"}) expect_linked(name);
}

// When the drawing is changed on purpose, put the digest that the failure prints; one that differs by machine or compiler is a defect.
TEST(Chart, DrawsTheSameBytesEverywhere) {
  Curve wave{"wave", {}, {}}, line{"without", {}, {}, true};
  for (int i = 0; i <= 1000; ++i) {
    wave.x.push_back(i);
    wave.y.push_back(i > 400 && i < 420 ? std::numeric_limits<double>::quiet_NaN() : (i % 100) * (i % 7) / 10.0);
    line.x.push_back(i);
    line.y.push_back(30);
  }
  const std::string svg =
      svg_picture("a < b & c", "seconds", {{"wave, mm", {line, wave}, {{0, "begin"}, {10, "soon after"}, {995, "at the right edge"}}}});
  EXPECT_NE(svg.find("a &lt; b &amp; c"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(sha256_hex(svg), "f5b8efe5e28a1ec7594b478d77a339dc0f88116ea698d9a9f02a1067074e9ac2");
}

}  // namespace
}  // namespace steadyline
