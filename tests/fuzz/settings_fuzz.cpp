#include <cstddef>
#include <cstdint>
#include <string_view>

#include "settings/read_dataset.h"
#include "settings/read_line.h"
#include "settings/read_twin.h"
#include "settings/settings.h"

/// Whatever the bytes, the loaders give a value or faults with file and line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace steadyline;
  const std::string_view text{reinterpret_cast<const char*>(bytes), size};
  const auto line = parse_line(text, "fuzz.yaml");
  if (!line) STEADYLINE_ASSERT(!line.error().empty() && line.error()[0].where.rfind("fuzz.yaml", 0) == 0, "a fault names its file");
  const auto settings = parse_settings(text, "fuzz.yaml");
  if (!settings) STEADYLINE_ASSERT(!settings.error().empty(), "a refusal has a fault");
  const auto dataset = parse_dataset(text, "fuzz.yaml");
  if (!dataset) STEADYLINE_ASSERT(!dataset.error().empty(), "a refusal has a fault");
  const auto twin = parse_twin(text, "fuzz.yaml");
  if (!twin) STEADYLINE_ASSERT(!twin.error().empty() && twin.error()[0].where.rfind("fuzz.yaml", 0) == 0, "a fault names its file");
  return 0;
}
