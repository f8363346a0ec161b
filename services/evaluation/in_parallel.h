#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

#include "core/error.h"

namespace steadyline {

/// Does the work of places 0 .. count-1 in `jobs` threads, the caller's among them; the first error stops it. `work` is called from all of them
/// at once and must not throw.
Result<void> in_parallel(std::size_t count, std::size_t jobs, const std::stop_token& stop,
                         const std::function<Result<void>(std::size_t)>& work);

}  // namespace steadyline
