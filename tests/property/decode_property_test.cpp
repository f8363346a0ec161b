// Two decoders agree on damaged samples. The seed stands in a failure's message.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/philox.h"
#include "frames/decode.h"
#include "support/sample_line.h"
#include "support/slow_decoder.h"

namespace steadyline::test {
namespace {

const std::string seeds[] = {
    R"({"line":"small","unit":"fd1","time":"2026-11-20T08:00:01.000Z","seq":17,"values":{"flow":5.01,"level":4.2}})",
    R"({"line":"small","unit":"*","time":1800000000000,"values":{"fd1/flow":-5e-1,"bl1/recipe":3,"tp1/force":null},"historical":true})",
    R"({ "line" : "small", "unit":"bl1", "time":"2026-11-20T08:00:01+02:00","values":{"speed":200,"x":[1,{"y":2}]}, "quality":{"speed":64}})",
};
const std::string pieces[] = {"null", "1e300", "1e999", "-", "0", "01", "\"", "\\", "{", "}", "[", "]", ",", ":", "\xFF", "\xC3\xA9", "\\ud800", "\\u0041",
                              "true", "\"flow\":1,", "\"level\":1,", "\"seq\":1,", " ", "\n", "9223372036854775808", "1.0", "[[[[[[[[[[[[[[[[[[", "e5"};

std::string damaged(std::uint64_t seed) {
  const RandomStream random(seed, 7);
  std::uint64_t drawn = 0;
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random.uniform(drawn++) * static_cast<double>(n)); };
  std::string bytes = seeds[below(std::size(seeds))];
  for (std::size_t i = below(4); i > 0 && !bytes.empty(); --i) {
    const std::size_t at = below(bytes.size());
    switch (below(5)) {
      case 0: bytes[at] = static_cast<char>(below(256)); break;
      case 1: bytes.erase(at, 1 + below(4)); break;
      case 2: bytes.insert(at, pieces[below(std::size(pieces))]); break;
      case 3: bytes.insert(at, bytes.substr(below(bytes.size()), below(30))); break;
      default: bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
    }
  }
  return bytes;
}

TEST(Decoder, AgreesWithItsSlowTwinOnDamagedSamples) {
  const std::vector<Line> lines{small_line()};
  Decoder decoder{lines};
  int accepted = 0;
  for (std::uint64_t seed = 0; seed < 40'000; ++seed) {
    const std::string bytes = damaged(seed);
    const auto fast = decoder.decode({Position{}, "", "", "", bytes});
    const auto slow = slow_decode(lines[0], bytes);
    ASSERT_EQ(fast.has_value(), slow.has_value()) << "seed " << seed << ": " << bytes << (fast ? "" : "\n" + fast.error().what);
    if (!fast) continue;
    ++accepted;
    const Sample& sample = std::get<Sample>(*fast);
    ASSERT_EQ(sample.content, slow->content) << "seed " << seed << ": " << bytes;
    ASSERT_EQ(sample.historical, slow->historical) << "seed " << seed << ": " << bytes;
  }
  EXPECT_GT(accepted, 8'000) << "the damage leaves nothing to compare";
}

}  // namespace
}  // namespace steadyline::test
