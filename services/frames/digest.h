#pragma once

#include <cstdint>

#include "frames/message.h"

namespace steadyline {

/// Sets `Sample::content`: 64 bits over source, time, seq and (tag, value, OPC) in the order of tags. Equal for every spelling of the same
/// sample (-0 as 0, any NaN as null) and on every machine. Not a defence against forgery.
std::uint64_t digest_of(const Sample& sample);

}  // namespace steadyline
