#pragma once

#include <cstdint>
#include <span>

namespace steadyline {

/// The `counter`-th normal number of each of many streams of one seed: out[k] has the bits of RandomStream{seed, streams[k]}.normal(counter), on every
/// vector target, at a tenth of the cost. Pure function; out.size() == streams.size().
void normals(std::uint64_t seed, std::uint64_t counter, std::span<const std::uint64_t> streams, std::span<double> out);

}  // namespace steadyline
