#pragma once

#include <string>
#include <string_view>

#include "core/error.h"
#include "models/bundle.h"

namespace steadyline {

/// Reads the safetensors format (8-byte length, JSON header, raw little-endian data), F32 only; no code is run by loading.
/// Refuses: header over 1 MiB, overlapping, gapped or out-of-range offsets, wrong lengths, other types, numbers that are not finite.
Result<Tensors> parse_safetensors(std::string_view bytes);
/// Writes it with tensors in name order; equal tensors give equal bytes.
std::string write_safetensors(const Tensors& tensors);

}  // namespace steadyline
