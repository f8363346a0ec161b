// The demo's hour through the whole pipeline with the committed bundle: every byte published is the same on every machine, Debian release
// and vector target. A change of the twin, the bundle or the monitor changes the digest: look at what changed, then write the new one.
#include <gtest/gtest.h>

#include <fstream>

#include "core/numeric.h"
#include "core/sha256.h"
#include "monitor/pipeline.h"
#include "settings/read_line.h"
#include "settings/read_scenario.h"
#include "settings/read_twin.h"
#include "settings/settings.h"
#include "twin/feed.h"

namespace steadyline {
namespace {

const std::filesystem::path home = STEADYLINE_SOURCE_DIR;

/// Records of the feed with places in a log, kept as long as the pipeline looks at them.
struct Log {
  std::vector<FeedRecord> records;
  std::vector<Record> views;
  std::int64_t next = 0;

  std::span<const Record> number(std::vector<FeedRecord>&& fresh) {
    records = std::move(fresh);
    views.clear();
    for (const FeedRecord& r : records) views.push_back({.at = {0, next++}, .key = r.key, .type = r.type, .content_type = {}, .bytes = r.bytes});
    return views;
  }
};

std::string lived_through(const Pipeline::Setup& setup, const MonitorOptions& options, const TwinParameters& twin,
                          const Scenario& scenario, std::size_t& frames) {
  Pipeline pipeline{{setup}, options};
  pipeline.assign(0, 0);
  Feed feed{setup.line, twin, scenario};
  Log log;
  std::string published;
  std::vector<FeedRecord> fresh;
  while (feed.next(fresh)) {
    for (const Output& output : pipeline.advance(log.number(std::move(fresh))).records) {
      frames += output.topic == Topic::assessments;
      published += output.value;
      published += '\n';
    }
    fresh = {};
  }
  return sha256_hex(published);
}

TEST(DemoDigest, IsTheSameOnEveryVectorTarget) {
  const auto line = read_line(home / "config/lines/cdc1.yaml");
  ASSERT_TRUE(line) << to_line(line.error().front());
  const auto bundle = load_bundle(home / "models/bundles/cdc1", *line);
  ASSERT_TRUE(bundle) << to_line(bundle.error().front());
  const auto settings = read_settings(home / "config/monitor.yaml");
  ASSERT_TRUE(settings) << to_line(settings.error().front());
  const auto twin = read_twin(home / "config/twin/cdc1.yaml");
  ASSERT_TRUE(twin) << to_line(twin.error().front());
  const auto scenario = read_scenario(home / "config/scenarios/demo.yaml", *line);
  ASSERT_TRUE(scenario) << to_line(scenario.error().front());
  const Pipeline::Setup setup{*line, std::make_shared<const Bundle>(*bundle)};

  std::ifstream file{home / "tests/golden/demo.sha256"};
  std::string expected;
  ASSERT_TRUE(file >> expected) << "tests/golden/demo.sha256 is missing";
  for (const auto target : numeric::vector_targets()) {
    ASSERT_TRUE(numeric::force_vector_target(target));
    std::size_t frames = 0;
    const auto digest = lived_through(setup, settings->monitor, *twin, *scenario, frames);
    EXPECT_EQ(digest, expected) << "on " << target << "; if the change is meant, write the new digest into tests/golden/demo.sha256";
    EXPECT_GE(frames, 3599u);
  }
  numeric::force_vector_target("");
}

}  // namespace
}  // namespace steadyline
