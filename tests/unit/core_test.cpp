#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/philox.h"
#include "core/sha256.h"
#include "core/time_text.h"

namespace steadyline {
namespace {

using std::chrono::sys_days;
using namespace std::chrono_literals;

EventTime at(int year, unsigned month, unsigned day, Milliseconds of_day = 0ms) {
  return sys_days{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}} + of_day;
}

TEST(Error, ReadsAsWhereWhatMend) {
  EXPECT_EQ(to_line({Errc::bundle, "is cut short", "weights.safetensors", "copy it again"}), "weights.safetensors: is cut short; copy it again");
  EXPECT_EQ(to_line({Errc::usage, "no verb", "", ""}), "no verb");
}

TEST(Rfc3339, ReadsWhatTheStandardAllows) {
  EXPECT_EQ(parse_rfc3339("2026-11-20T08:00:01.000Z"), at(2026, 11, 20, 8h + 1s));
  EXPECT_EQ(parse_rfc3339("2026-11-20t08:00:01z"), at(2026, 11, 20, 8h + 1s));
  EXPECT_EQ(parse_rfc3339("2026-11-20T08:00:01.123456789Z"), at(2026, 11, 20, 8h + 1s + 123ms));
  EXPECT_EQ(parse_rfc3339("2026-11-20T08:00:01.5+02:30"), at(2026, 11, 20, 5h + 30min + 1s + 500ms));
  EXPECT_EQ(parse_rfc3339("2026-11-20T00:00:00-01:00"), at(2026, 11, 20, 1h));
  EXPECT_EQ(parse_rfc3339("2024-02-29T00:00:00Z"), at(2024, 2, 29));
  EXPECT_EQ(parse_rfc3339("1969-12-31T23:59:59.999Z"), EventTime{-1ms});
}

TEST(Rfc3339, RefusesEverythingElse) {
  for (const std::string_view text :
       {"", "2026-11-20", "2026-11-20 08:00:01Z", "2026-11-20T08:00:01", "2026-11-20T08:00:01.Z", "2026-11-20T08:00:01.1234567890Z",
        "2025-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T08:60:01Z",
        "2026-11-20T08:00:60Z", "2026-11-20T08:00:01Zx", "2026-11-20T08:00:01+2:00", "2026-11-20T08:00:01+24:00", "26-11-20T08:00:01Z",
        "2026-11-20T08:00:01+0200", "-026-11-20T08:00:01Z"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(Rfc3339, WritesWhatItReads) {
  EXPECT_EQ(to_rfc3339(at(2026, 11, 20, 8h + 1s)), "2026-11-20T08:00:01.000Z");
  EXPECT_EQ(to_rfc3339(EventTime{-1ms}), "1969-12-31T23:59:59.999Z");
  const RandomStream random{7, 0};
  for (int i = 0; i < 5'000; ++i) {
    const EventTime time{Milliseconds{static_cast<std::int64_t>((random.uniform(i) - 0.2) * 3.0e14)}};
    ASSERT_EQ(parse_rfc3339(to_rfc3339(time)), time) << to_rfc3339(time);
  }
}

TEST(Rfc3339, WritesAnyTimeWithoutOverflow) {
  EXPECT_EQ(to_rfc3339(EventTime::max()), "292278994-08-17T07:12:55.807Z");
  EXPECT_EQ(to_rfc3339(EventTime::min()).front(), '-');
}

TEST(Sha256, AgreesWithTheStandard) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Philox, AgreesWithThePaper) {
  using Words = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox4x32({0, 0}, {0, 0, 0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox4x32({ones, ones}, {ones, ones, ones, ones}), (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0xa4093822, 0x299f31d0}, {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, HasTheMomentsOfItsLaws) {
  const RandomStream random{42, 3};
  constexpr int count = 100'000;
  double mean = 0, normal_mean = 0, square = 0;
  for (int i = 0; i < count; ++i) {
    const double u = random.uniform(i);
    ASSERT_TRUE(u > 0 && u < 1);
    const double z = random.normal(i);
    mean += u / count;
    normal_mean += z / count;
    square += z * z / count;
  }
  EXPECT_NEAR(mean, 0.5, 0.004);
  EXPECT_NEAR(normal_mean, 0, 0.013);
  EXPECT_NEAR(square, 1, 0.018);
  EXPECT_NE((RandomStream{42, 4}.uniform(0)), random.uniform(0));
  EXPECT_NE((RandomStream{43, 3}.uniform(0)), random.uniform(0));
}

}  // namespace
}  // namespace steadyline
