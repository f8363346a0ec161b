#include "settings/read_tag.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>

namespace steadyline {
namespace {

constexpr std::string_view number_place = "{}";

/// The numbers that stand for the braces in the name of a tag.
struct Numbers {
  std::int64_t from = 0, to = 0;
};

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::string with_number(std::string text, std::int64_t number) {
  if (const auto at = text.find(number_place); at != std::string::npos) text.replace(at, number_place.size(), fmt::format("{:02}", number));
  return text;
}

/// The name of a numbered tag holds `{}` once, where the number goes.
std::string numbered_name(Section& section) {
  std::string name = section.text("name", "name of the signals with {} for the number, e.g. st{}_force_main_z");
  if (name.empty() || is_name(with_number(name, 0))) {
    if (name.find(number_place) != std::string::npos || name.empty()) return name;
    section.fault("name", fmt::format("\"{}\" has no {{}} for the number", name), "write {} where the two digits go, or remove numbered");
  } else {
    section.fault("name", fmt::format("\"{}\" is no name with {{}} once", name), "1..64 letters, digits, _ - and {} where the number goes");
  }
  return "";
}

Numbers read_numbers(Section& section) {
  Section numbered = section.section("numbered", "a row of tags built alike");
  if (!section.has("numbered") && !section.describing()) return {};
  Numbers numbers;
  numbers.from = numbered.integer("from", {0, 99}, "first number, written in two digits");
  numbers.to = numbered.integer("to", {0, 99}, "last number");
  numbered.reject_unknown_keys();
  if (!section.describing() && numbers.to < numbers.from) {
    numbered.fault("to", fmt::format("is {}, less than from ({})", numbers.to, numbers.from), "count upwards");
    numbers.to = numbers.from;
  }
  return numbers;
}

/// `section` is the tag's part `key`.
Noise read_noise(Section section, Section& tag, std::string_view key) {
  if (!tag.has(key) && !tag.describing()) return {};
  Noise noise;
  noise.sd = section.number("sd", 0, {0, 1e9}, "stationary standard deviation, in uom");
  noise.share = section.number("share", 0, {0, 1}, "the same as a share of the value; both add up");
  noise.tau_s = section.number("tau_s", 0, {0, 1e6}, "correlation time of the AR(1) process; 0: white");
  section.reject_unknown_keys();
  if (noise.sd == 0 && noise.share == 0) tag.fault(key, "has neither sd nor share", "give one of them, or remove the key");
  return noise;
}

void read_scatter(Section& section, Tag& tag) {
  tag.noise = read_noise(section.section("noise", "how readings scatter from one to the next"), section, "noise");
  tag.wander = read_noise(section.section("wander", "slow error beside the noise"), section, "wander");
  tag.resolution = section.number("resolution", 0, {0, 1e9}, "step of the readings as sent; 0: as fine as numbers go");
}

Tag read_keys(Section& section) {
  Tag tag;
  tag.uom = section.text("uom", "unit of measure of its values, e.g. kg/h; 1 for a plain number");
  tag.description = section.text("description", "what it measures, in words for the operator");
  tag.tag_class =
      section.choice<TagClass>("class", {{"cpp", TagClass::cpp}, {"cma", TagClass::cma}, {"cqa", TagClass::cqa}, {"aux", TagClass::aux}},
                               "critical process parameter, critical material attribute, critical quality attribute, or auxiliary", true);
  tag.role = section.choice<Role>("role", {{"measured", Role::measured}, {"setpoint", Role::setpoint}, {"derived", Role::derived}},
                                  "setpoint: the operator may move it; derived: computed by the machine from other signals");
  tag.clock = section.choice<Clock>("clock", {{"period", Clock::period}, {"on_change", Clock::on_change}},
                                    "on_change: sent only when it changes, so it goes stale only with its unit");
  tag.range = section.band("range", "what the instrument can deliver; a reading outside is bad");
  tag.control = section.band("control", "normal operation; leaving it colours the display and may raise a control-limit alarm");
  tag.hard = section.band("hard", "action, reject or interlock; leaving it raises a hard-limit alarm");
  tag.limits_on_mean = section.choice<bool>("limits_on", {{"mean_60s", true}, {"value", false}},
                                            "whether the limits judge the mean of 60 s (noisy signals) or each value");
  tag.stuck_after_s =
      section.optional_number("stuck_after_s", {1, 86400}, "identical readings for so long while the line runs are a frozen sensor");
  tag.spike = section.optional_number("spike", {1e-9, 1e12}, "a jump by more than this that comes back within 3 frames is a spike");
  tag.automatic = section.flag("automatic", false, "a set-point that a controller moves, not the operator");
  tag.modelled = section.flag("modelled", false, "input of the forecaster and of the health model");
  tag.forecast = section.flag("forecast", false, "predicted, and watched for a coming breach of its hard limits");
  read_scatter(section, tag);
  tag.codes = section.codes("codes", "the words of an enumeration by their code, e.g. {0: off, 1: on}");
  return tag;
}

/// `inner` lies in `outer` on each side that both have.
bool inside(const Band& inner, const Band& outer) {
  return (std::isinf(inner.low) || inner.low >= outer.low) && (std::isinf(inner.high) || inner.high <= outer.high);
}

void check_limits(const Tag& tag, Section& section) {
  if (!inside(tag.control, tag.hard))
    section.fault("control", "is not inside hard", "an action limit lies outside normal operation; widen hard or narrow control");
  if (!inside(tag.control, tag.range))
    section.fault("control", "is not inside range", "the instrument cannot read beyond its range; widen range or narrow control");
  if (!inside(tag.hard, tag.range))
    section.fault("hard", "is not inside range", "the instrument cannot read beyond its range; widen range or narrow hard");
  if (tag.forecast && !tag.modelled)
    section.fault("forecast", "is true, but modelled is not", "the forecaster predicts only tags that it sees; set modelled: true");
  if (tag.forecast && !tag.hard.bounded())
    section.fault("forecast", "is true, but there is no hard limit to watch", "give hard at least one side, or set forecast: false");
}

void check_codes(const Tag& tag, Section& section) {
  if (tag.codes.empty()) return;
  if (tag.modelled) section.fault("modelled", "is true for an enumeration", "codes have no distance; set modelled: false");
  if (tag.hard.bounded() || tag.control.bounded())
    section.fault("codes", "are given together with limits", "an enumeration has no limits; remove control and hard");
}

void check_scatter(const Tag& tag, Section& section) {
  for (const auto& [key, noise] : {std::pair{"noise", tag.noise}, std::pair{"wander", tag.wander}}) {
    if (noise == Noise{}) continue;
    if (tag.role == Role::setpoint) section.fault(key, "is given for a set-point", "it reads as it was set; remove one of the two");
    if (!tag.codes.empty()) section.fault(key, "is given for an enumeration", "codes do not scatter; remove one of the two");
  }
  if (tag.wander != Noise{} && tag.wander.tau_s == 0)
    section.fault("wander", "has no tau_s", "a slow error has a correlation time, e.g. 1800");
}

void check_stuck(const Tag& tag, Section& section, Milliseconds period) {
  if (!tag.stuck_after_s) return;
  if (tag.clock == Clock::on_change)
    section.fault("stuck_after_s", "is given for an on_change tag", "a signal sent on change may rest for hours; remove one of the two");
  const double period_s = static_cast<double>(period.count()) / 1000;
  if (*tag.stuck_after_s < 2 * period_s)
    section.fault("stuck_after_s", fmt::format("is {}, less than two periods", *tag.stuck_after_s),
                  fmt::format("at least {}", 2 * period_s));
}

}  // namespace

std::vector<ReadTag> read_tag(Section section, Milliseconds period) {
  const bool numbered = section.has("numbered");
  const std::string name =
      numbered ? numbered_name(section) : section.name("name", "name of the signal, unique in its unit, e.g. massflow_pv");
  const Numbers numbers = read_numbers(section);
  Tag tag = read_keys(section);
  section.reject_unknown_keys();
  check_limits(tag, section);
  check_codes(tag, section);
  check_scatter(tag, section);
  check_stuck(tag, section, period);

  std::vector<ReadTag> tags;
  for (std::int64_t number = numbers.from; number <= numbers.to; ++number) {
    tags.push_back({tag, section});
    tags.back().tag.name = numbered ? with_number(name, number) : name;
    if (numbered) tags.back().tag.description = with_number(tag.description, number);
  }
  return tags;
}

}  // namespace steadyline
