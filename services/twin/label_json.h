#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "twin/truth.h"

namespace steadyline {

/// The word of a kind: "process", "sensor", "comms", "normal_event", "unplanned_stop".
std::string_view word_of(LabelKind kind);

/// One label as one JSON object on one line, without its end. Keys, in this order: run, seed, fault_id, variant, target, kind, t_on,
/// t_full, t_off, severity, unit, onset, root_tags, affected_tags [{tag, first_visible_t, peak_sd}], t_breach_alert, t_breach_spec,
/// oos_interval_tablet [[from, to]], oos_tablets, oos_kg, correct_actions, forbidden_actions. Times are RFC 3339; what is not known or did
/// not happen is null. Shortest numbers.
std::string label_json(const Label& label, std::string_view run, std::uint64_t seed);

}  // namespace steadyline
