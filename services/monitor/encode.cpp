#include "monitor/encode.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/numeric.h"
#include "core/sha256.h"
#include "core/time_text.h"
#include "monitor/assess.h"

namespace steadyline {
namespace {

constexpr std::size_t rejected_bytes_max = 64 * 1024;

void key(std::string& out, std::string_view name) {
  if (out.back() != '{') out += ',';
  out += '"';
  out += name;
  out += "\":";
}

void text(std::string& out, std::string_view name, std::string_view value) {
  key(out, name);
  append_json_string(out, value);
}

void number(std::string& out, std::string_view name, double value) {
  key(out, name);
  numeric::append_number(out, value);
}

void number_or_null(std::string& out, std::string_view name, const std::optional<double>& value) {
  key(out, name);
  value ? numeric::append_number(out, *value) : static_cast<void>(out += "null");
}

/// Seven digits are enough for what models say, and keep the record small.
void short_number(std::string& out, std::string_view name, double value) {
  key(out, name);
  numeric::append_number(out, static_cast<float>(value));
}

void integer(std::string& out, std::string_view name, std::int64_t value) {
  key(out, name);
  out += std::to_string(value);
}

void boolean(std::string& out, std::string_view name, bool value) {
  key(out, name);
  out += value ? "true" : "false";
}

void time(std::string& out, std::string_view name, EventTime value) {
  key(out, name);
  out += '"';
  append_rfc3339(out, value);
  out += '"';
}

void separate(std::string& out, char open) {
  if (out.back() != open) out += ',';
}

void append_worst(std::string& out, const Line& line, const Bundle& bundle, const Assessment& assessment) {
  key(out, "worst");
  out += '[';
  for (std::size_t i = 0; i < assessment.worst_count; ++i) {
    const Worst& worst = assessment.worst[i];
    separate(out, '[');
    out += '{';
    text(out, "tag", line.tag(bundle.features.tags[bundle.forecaster.targets[worst.target]]).path);
    number(out, "horizon_s", worst.horizon_s);
    short_number(out, "value", worst.value);
    number(out, "limit", worst.limit);
    short_number(out, "share", worst.share);
    short_number(out, "probability", worst.probability);
    out += '}';
  }
  out += ']';
}

/// The index, and the tags farthest outside their tubes with how far, in half-widths.
void append_conformance(std::string& out, const Line& line, const GoldenModel& golden, const Conformance& conformance) {
  key(out, "golden");
  out += '{';
  number_or_null(out, "index", conformance.known ? std::optional{std::round(conformance.index * 100) / 100} : std::nullopt);
  if (conformance.worst_count > 0) {
    key(out, "outside");
    out += '{';
    for (std::size_t i = 0; i < conformance.worst_count; ++i) {
      const GoldenPart& part = conformance.worst[i];
      key(out, line.tag(golden.tags()[part.tag]).path);
      numeric::append_number(out, static_cast<float>(std::round(part.excess * 100) / 100));
    }
    out += '}';
  }
  out += '}';
}

/// Of the score within its batch; what it has changed by once that is known.
void append_trend(std::string& out, const TrendReading& trend) {
  key(out, "trend");
  out += '{';
  text(out, "state", to_text(trend.state));
  if (trend.state != TrendState::unknown) {
    short_number(out, "change", std::round(trend.change * 100) / 100);
    number(out, "over_s", trend.over_s);
  }
  time(out, "batch_began", trend.batch_began);
  out += '}';
}

void append_flaws(std::string& out, const Frame& frame) {
  std::array<std::int64_t, flaw_count> counts{};
  for (const Flaw flaw : frame.flaws) ++counts[static_cast<std::size_t>(flaw)];
  key(out, "flaws");
  out += '{';
  for (std::size_t i = 1; i < flaw_count; ++i) {
    if (counts[i] > 0) integer(out, to_text(static_cast<Flaw>(i)), counts[i]);
  }
  out += '}';
}

void append_numbers(std::string& out, std::span<const double> values) {
  out += '[';
  for (const double value : values) {
    separate(out, '[');
    numeric::append_number(out, value);
  }
  out += ']';
}

void append_fan(std::string& out, const Line& line, const Bundle& bundle, const std::vector<float>& fan) {
  const ForecasterSpec& spec = bundle.forecaster;
  key(out, "fan");
  out += '{';
  key(out, "horizons_s");
  append_numbers(out, spec.horizons_s);
  key(out, "quantiles");
  append_numbers(out, spec.quantiles);
  key(out, "tags");
  out += '{';
  std::size_t next = 0;
  for (const std::size_t target : spec.targets) {
    if (std::isnan(fan[next])) {  // a bad reading has no forecast
      next += spec.horizons_s.size() * spec.quantiles.size();
      continue;
    }
    key(out, line.tag(bundle.features.tags[target]).path);
    out += '[';
    for (std::size_t h = 0; h < spec.horizons_s.size(); ++h) {
      separate(out, '[');
      out += '[';
      for (std::size_t q = 0; q < spec.quantiles.size(); ++q) {
        separate(out, '[');
        numeric::append_number(out, fan[next++]);
      }
      out += ']';
    }
    out += ']';
  }
  out += "}}";
}

void append_shares(std::string& out, std::string_view name, const std::vector<Contribution>& shares) {
  key(out, name);
  out += '[';
  for (const Contribution& part : shares) {
    separate(out, '[');
    out += '{';
    text(out, "tag", part.tag);
    short_number(out, "share", part.share);
    out += '}';
  }
  out += ']';
}

/// One at-line result: the recorded step of a calibration.
void append_result(std::string& out, std::string_view attribute, const SoftEstimate& said) {
  const SoftResult& result = *said.result;
  const bool used = result.fate == SoftResult::Fate::used;
  separate(out, '[');
  out += '{';
  text(out, "of", attribute);
  text(out, "fate", to_text(result.fate));
  time(out, "sampled", result.sampled);
  short_number(out, "value", result.value);
  if (used) short_number(out, "estimate", result.estimate);
  if (used) short_number(out, "step", result.step);
  short_number(out, "offset", said.offset);
  integer(out, "steps", said.steps);
  if (said.set_aside > 0) integer(out, "set_aside", said.set_aside);
  out += '}';
}

/// Soft sensors: [5, 50, 95 %] of each that knows; who disagrees with its results; and what results came with this frame.
void append_quality(std::string& out, const std::vector<SoftSensor>& sensors, const std::vector<SoftEstimate>& quality) {
  const auto any = [&](auto shows) { return std::any_of(quality.begin(), quality.end(), shows); };
  key(out, "quality");
  out += '{';
  for (std::size_t i = 0; i < quality.size(); ++i) {
    if (!quality[i].known) continue;
    key(out, sensors[i].name);
    out += '[';
    for (const double value : {quality[i].low, quality[i].median, quality[i].high}) {
      separate(out, '[');
      numeric::append_number(out, static_cast<float>(value));
    }
    out += ']';
  }
  out += '}';
  if (any([](const SoftEstimate& said) { return said.disagrees; })) {
    key(out, "disagree");
    out += '[';
    for (std::size_t i = 0; i < quality.size(); ++i) {
      if (!quality[i].disagrees) continue;
      separate(out, '[');
      append_json_string(out, sensors[i].name);
    }
    out += ']';
  }
  if (!any([](const SoftEstimate& said) { return said.result.has_value(); })) return;
  key(out, "results");
  out += '[';
  for (std::size_t i = 0; i < quality.size(); ++i)
    if (quality[i].result) append_result(out, sensors[i].name, quality[i]);
  out += ']';
}

}  // namespace

void append_alert(std::string& out, const Alert& alert) {
  out += '{';
  text(out, "id", alert.id);
  integer(out, "seq", alert.seq);
  text(out, "line", alert.line);
  text(out, "unit", alert.unit);
  text(out, "tag", alert.tag);
  text(out, "kind", to_text(alert.kind));
  text(out, "state", to_text(alert.state));
  text(out, "priority", to_text(alert.priority));
  time(out, "time", alert.time);
  number(out, "value", alert.value);
  number(out, "limit", alert.limit);
  const auto& ttl = alert.time_to_limit;
  number_or_null(out, "time_to_limit_s", ttl ? std::optional{ttl->s} : std::nullopt);
  number_or_null(out, "time_to_limit_s_low", ttl ? std::optional{ttl->s_low} : std::nullopt);
  number_or_null(out, "time_to_limit_s_high", ttl ? ttl->s_high : std::nullopt);
  append_shares(out, "contributions", alert.contributions);
  text(out, "group", alert.group);
  append_shares(out, "causes", alert.causes);
  text(out, "verdict", alert.verdict);
  text(out, "bundle", alert.bundle);
  text(out, "text", alert.text);
  out += '}';
}

void append_assessment(std::string& out, const Line& line, const Bundle* bundle, const FrameStep& step, std::size_t active_alarms, bool with_fan) {
  const Assessment& assessment = step.assessment;
  out += '{';
  text(out, "line", line.id);
  time(out, "time", step.frame.time);
  boolean(out, "running", step.frame.running);
  if (step.frame.cold) boolean(out, "cold", true);
  text(out, "verdict", to_text(assessment.verdict));
  if (scored(assessment.verdict)) {
    short_number(out, "health", assessment.health.score);
    append_trend(out, assessment.trend);
  } else {
    key(out, "health");
    out += "null";
  }
  if (bundle != nullptr) append_worst(out, line, *bundle, assessment);
  if (!assessment.quality.empty() && step.models != nullptr) append_quality(out, step.models->soft_sensors.sensors(), assessment.quality);
  if (step.models != nullptr && step.models->golden.learned()) append_conformance(out, line, step.models->golden, assessment.conformance);
  append_flaws(out, step.frame);
  integer(out, "alarms", static_cast<std::int64_t>(active_alarms));
  if (with_fan && bundle != nullptr && !assessment.fan.empty()) append_fan(out, line, *bundle, assessment.fan);
  out += '}';
}

void append_rejected(std::string& out, const RejectionStep& rejection) {
  out += '{';
  key(out, "position");
  out += '{';
  integer(out, "partition", rejection.at.partition);
  integer(out, "offset", rejection.at.offset);
  out += '}';
  text(out, "reason", rejection.reason);
  text(out, "what", rejection.what);
  if (rejection.bytes) {
    integer(out, "length", static_cast<std::int64_t>(rejection.bytes->size()));
    text(out, "sha256", sha256_hex(*rejection.bytes));
    text(out, "bytes", "");
    out.pop_back();
    append_base64(out, rejection.bytes->substr(0, rejected_bytes_max));
    out += '"';
  }
  out += '}';
}

}  // namespace steadyline
