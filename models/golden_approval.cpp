#include "models/golden_approval.h"

#include <array>
#include <fmt/format.h>

#include "core/sha256.h"

namespace steadyline {
namespace {

const std::string state_fact = "golden profile", user_fact = "golden profile approved by", time_fact = "golden profile approved at",
                  reason_fact = "golden profile approved because", hash_fact = "golden profile approved sha256",
                  before_fact = "golden profile before";

std::string fact(const std::map<std::string, std::string>& passport, const std::string& name) {
  const auto found = passport.find(name);
  return found == passport.end() ? std::string{} : found->second;
}

}  // namespace

Result<void> approve_golden(Bundle& bundle, const Approval& approval) {
  const auto refuse = [](std::string what, std::string mend) {
    return tl::unexpected(Error{Errc::usage, std::move(what), "golden profile", std::move(mend)});
  };
  if (bundle.golden.empty()) return refuse("the bundle has none", "train one, or name a golden.json");
  for (const auto& [said, name] : {std::pair{&approval.user, "name"}, {&approval.time, "time"}, {&approval.reason, "reason"}})
    if (said->find_first_not_of(" \t\n") == std::string::npos)
      return refuse(fmt::format("is approved without a {}", name), "say who, when and why");
  auto& passport = bundle.passport;
  if (golden_is_approved(bundle))
    passport[before_fact] =
        fmt::format("{}, approved by {} at {}", fact(passport, hash_fact), fact(passport, user_fact), fact(passport, time_fact));
  passport[state_fact] = "approved";
  passport[user_fact] = approval.user;
  passport[time_fact] = approval.time;
  passport[reason_fact] = approval.reason;
  passport[hash_fact] = sha256_hex(write_golden(bundle.golden));
  return {};
}

void propose_golden(Bundle& bundle, const std::string& learned_from) {
  bundle.passport[state_fact] = fmt::format("proposed, not approved; learned from {}", learned_from);
}

bool golden_is_approved(const Bundle& bundle) { return bundle.passport.contains(hash_fact); }

std::string unapproved_words(const Bundle& bundle) {
  if (bundle.golden.empty() || golden_is_approved(bundle)) return {};
  return fmt::format("the golden profile of bundle {} is proposed, not approved; `steadyline bundle approve` does that", bundle.sha256);
}

std::optional<Error> check_approval(const std::map<std::string, std::string>& passport, std::string_view golden_json,
                                    std::string_view where) {
  const std::string approved = fact(passport, hash_fact);
  const std::string now = golden_json.empty() ? "absent" : sha256_hex(golden_json);
  if (approved.empty() || approved == now) return {};
  return Error{Errc::bundle,
               fmt::format("is not the golden profile that {} approved at {}: that had SHA-256 {}, this is {}", fact(passport, user_fact),
                           fact(passport, time_fact), approved, now),
               std::string{where}, "put the approved file back, or approve the new one with `steadyline bundle approve`"};
}

}  // namespace steadyline
