// The decoder meets any bytes: it neither crashes nor lets a message through that breaks its promises. The first byte chooses the kind.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "frames/decode.h"
#include "support/sample_line.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const steadyline::Sample& sample) {
  require(!sample.values.empty() && sample.source.value <= 3);
  for (std::size_t i = 0; i < sample.values.size(); ++i) {
    require(sample.values[i].tag.value < 5 && (i == 0 || sample.values[i - 1].tag < sample.values[i].tag));
    require(std::isnan(sample.values[i].value) ? sample.values[i].opc == 0 : std::fabs(sample.values[i].value) <= 1e15);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace steadyline;
  static const std::vector<Line> lines{test::small_line()};
  static Decoder decoder{lines};
  static constexpr std::string_view types[] = {"", "tick", "command", "event", "activate"};
  if (size == 0) return 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  const auto message = decoder.decode({Position{0, 1}, "", data[0] == '{' ? types[0] : types[data[0] % 5], "", data[0] == '{' ? std::string_view{reinterpret_cast<const char*>(data), size} : bytes});
  if (!message) {
    require(!reason_of(message.error()).empty());
  } else if (const auto* sample = std::get_if<Sample>(&*message)) {
    check(*sample);
  }
  return 0;
}
