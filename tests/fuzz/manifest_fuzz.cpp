#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "models/manifest.h"

// Never crashes; what reading and checking accept is written to bytes that read back to the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace steadyline;
  const auto manifest = read_manifest({reinterpret_cast<const char*>(data), size}, "manifest.json");
  if (!manifest) return manifest.error().empty() ? (std::abort(), 0) : 0;
  const auto faults = check_bundle(manifest->bundle, "manifest.json");  // always some: the tensors are not there
  if (faults.empty()) std::abort();
  const auto written = write_manifest(manifest->bundle, manifest->hashes);
  if (!written) std::abort();
  const auto again = read_manifest(*written, "manifest.json");
  if (!again) std::abort();
  const auto rewritten = write_manifest(again->bundle, again->hashes);
  if (!rewritten || *rewritten != *written) std::abort();
  return 0;
}
