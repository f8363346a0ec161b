#include "frames/frame.h"
#include "frames/message.h"

namespace steadyline {

std::string_view to_text(Flaw flaw) {
  static constexpr std::string_view words[flaw_count] = {"good", "spike", "stuck", "uncertain", "range", "null", "stale", "missing"};
  return words[static_cast<std::size_t>(flaw)];
}

std::string_view to_text(Fate fate) {
  static constexpr std::string_view words[fate_count] = {"used",     "superseded", "duplicate", "late",     "future", "historical",
                                                         "rejected", "command",    "event",     "activate", "tick"};
  return words[static_cast<std::size_t>(fate)];
}

}  // namespace steadyline
