#include <gtest/gtest.h>

#include <string_view>

#include "core/numeric.h"
#include "core/sha256.h"
#include "support/twin_runs.h"

namespace steadyline {
namespace {

// An hour of every tag of config/lines/cdc1.yaml, with all three faults. When the physics or the tags are changed on purpose, put the digest
// that the failure prints; a digest that differs by machine, compiler or vector target is a defect.
constexpr std::string_view hour = "4582e15de8cac74823ba1d4f4d9d12007b90dde1834f371959bf95c4eb3c1b1d";

std::string digest_of_an_hour() {
  Simulation simulation{test::demo_line(), {}, test::production(20261120, {test::bridging(900, 1.0),
                                                                           {.id = "F21", .target = "tp1/force_pre_mean", .on_s = 1800, .duration_s = 300},
                                                                           {.id = "F06", .target = "fd6", .on_s = 2700, .duration_s = 300}})};
  std::string text;
  for (const double value : test::run(simulation, 3600)) {
    numeric::append_number(text, value);
    text += '\n';
  }
  return sha256_hex(text);
}

TEST(Simulation, GivesTheSameHourOnEveryVectorTarget) {
  ASSERT_FALSE(numeric::vector_targets().empty());
  for (const std::string_view target : numeric::vector_targets()) {
    ASSERT_TRUE(numeric::force_vector_target(target)) << target;
    EXPECT_EQ(digest_of_an_hour(), hour) << target;
  }
  numeric::force_vector_target("");
}

}  // namespace
}  // namespace steadyline
