#include "frames/trouble.h"

#include <array>

namespace steadyline {

std::string_view to_text(Trouble trouble) {
  static constexpr std::array<std::string_view, 8> words{"none",       "lost_values", "spikes",       "clock",
                                                         "duplicates", "disorder",    "lost_records", "backfill"};
  return words[static_cast<std::size_t>(trouble)];
}

}  // namespace steadyline
