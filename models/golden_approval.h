#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "models/bundle.h"

namespace steadyline {

/// Who approved a golden profile, when and why: facts of the passport.
struct Approval {
  std::string user, time, reason;
};

/// Notes in the passport that the bundle's golden profile is approved, with the SHA-256 of its golden.json. What was noted before becomes
/// "golden profile before". Refuses an approval without a profile, a name, a time or a reason.
Result<void> approve_golden(Bundle& bundle, const Approval& approval);
/// What a freshly learned profile is: proposed, until somebody approves it.
void propose_golden(Bundle& bundle, const std::string& learned_from);
bool golden_is_approved(const Bundle& bundle);
/// What is to be told where a bundle with a profile that nobody has approved comes into use; empty: nothing.
std::string unapproved_words(const Bundle& bundle);

/// A fault where golden.json (empty: none) is not the one that the passport says was approved.
std::optional<Error> check_approval(const std::map<std::string, std::string>& passport, std::string_view golden_json,
                                    std::string_view where);

}  // namespace steadyline
