#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "models/safetensors.h"

// Never crashes, and what it accepts it writes and reads back to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto tensors = steadyline::parse_safetensors({reinterpret_cast<const char*>(data), size});
  if (!tensors) return tensors.error().what.empty() ? (std::abort(), 0) : 0;
  const auto again = steadyline::parse_safetensors(steadyline::write_safetensors(*tensors));
  if (!again || *again != *tensors) std::abort();
  return 0;
}
