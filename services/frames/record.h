#pragma once

#include <string_view>

#include "core/units.h"

namespace steadyline {

/// One record of the input topic, as views into memory that its owner (the source's batch) keeps for the call of `advance`.
struct Record {
  Position at;
  std::string_view key;           ///< line id, may be empty
  std::string_view type;          ///< record header `type`; empty = sample
  std::string_view content_type;  ///< record header `content-type`; empty = JSON
  std::string_view bytes;
};

}  // namespace steadyline
