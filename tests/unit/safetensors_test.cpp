#include "models/safetensors.h"

#include <gmock/gmock.h>

#include <cstdint>
#include <cstring>
#include <limits>

namespace steadyline {
namespace {

using testing::HasSubstr;

std::string file(std::string_view header, std::string_view data = {}) {
  const std::uint64_t size = header.size();
  std::string bytes(reinterpret_cast<const char*>(&size), 8);
  return bytes.append(header).append(data);
}

std::string floats(std::initializer_list<float> values) {
  std::string bytes;
  for (const float value : values) bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  return bytes;
}

TEST(Safetensors, ReadsWhatItWrote) {
  const Tensors tensors{{"b", {{2, 3}, {1, 2, 3, 4, 5, 6}}}, {"a", {{1}, {-0.5F}}}, {"scalar", {{}, {7}}}};
  const std::string bytes = write_safetensors(tensors);
  const auto back = parse_safetensors(bytes);
  ASSERT_TRUE(back) << to_line(back.error());
  EXPECT_EQ(*back, tensors);
  EXPECT_EQ(write_safetensors(*back), bytes);
}

TEST(Safetensors, ReadsAFileOfTheFormatsOwnLibrary) {
  const auto tensors =
      parse_safetensors(file(R"({"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}  )", floats({1.5F, -2})));
  ASSERT_TRUE(tensors) << to_line(tensors.error());
  EXPECT_EQ(tensors->at("w"), (Tensor{{1, 2}, {1.5F, -2}}));
}

struct Bad {
  std::string bytes;
  std::string words;
};

TEST(Safetensors, RefusesEachDefectWithItsReason) {
  const std::string one = floats({1});
  const std::vector<Bad> table{
      {"", "cut short after 0"},
      {"1234567", "cut short after 7"},
      {std::string(8, '\xff'), "its header claims"},
      {file("{}").substr(0, 9), "cut short within its header"},
      {file("[]"), "not a JSON object"},
      {file("{"), "not JSON"},
      {file("{\"a\xff\":1}"), "not JSON"},
      {file(std::string(500'000, '[')), "deeper than 16"},
      {file(R"({"a":)" + std::string(20, '[') + std::string(20, ']') + "}"), "deeper than 16"},
      {file(R"({"a":1})", one), "not exactly dtype"},
      {file(R"({"a":{"dtype":"F32","shape":[1]}})", one), "not exactly dtype"},
      {file(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}})", one), "not exactly dtype"},
      {file(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})", one + one), "only F32"},
      {file(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", one), "lists of sizes"},
      {file(R"({"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}})", one), "lists of sizes"},
      {file(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}})", one), "lists of sizes"},
      {file(R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}})", one), "lists of sizes"},
      {file(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", one), "not within"},
      {file(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", one), "not within"},
      {file(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", one), "does not fill"},
      {file(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})", one), "does not fill"},
      {file(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,1],"data_offsets":[0,4]}})", one), "does not fill"},
      {file(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", one + one), "not at 0"},
      {file(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", one), "not at 4"},
      {file(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", one + one), "twice"},
      {file(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", one + "x"), "5 bytes of numbers"},
      {file(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", floats({std::numeric_limits<float>::quiet_NaN()})), "not finite"},
      {file(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", floats({std::numeric_limits<float>::infinity()})), "not finite"},
  };
  for (const Bad& bad : table) {
    const auto parsed = parse_safetensors(bad.bytes);
    ASSERT_FALSE(parsed) << bad.words;
    EXPECT_THAT(to_line(parsed.error()), HasSubstr(bad.words));
  }
}

TEST(Safetensors, RefusesEveryShorterFile) {
  const std::string bytes = write_safetensors({{"a", {{2}, {1, 2}}}, {"b", {{1}, {3}}}});
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(parse_safetensors(std::string_view{bytes}.substr(0, size))) << size;
}

}  // namespace
}  // namespace steadyline
