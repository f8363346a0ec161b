#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "models/drift.h"
#include "models/json_guard.h"
#include "models/json_section.h"
#include "models/json_writer.h"

namespace steadyline {
namespace {

constexpr std::string_view schema = "steadyline-drift-2";
constexpr std::array<std::string_view, 4> forms{"tag", "sum", "share", "product"};
constexpr std::size_t signals_max = 4096, terms_max = 16, tags_max = 256;
constexpr std::int64_t tanks_max = 64;
constexpr double way_max_s = 86400;

void write_term(JsonWriter& out, const DriftTerm& term) {
  out.open("");
  out.put("form", forms[static_cast<std::size_t>(term.form)]);
  out.put_list("tags", term.tags);
  out.put("log", std::int64_t{term.log});
  out.put("weight", term.weight);
  out.put("way_s", term.way_s);
  out.put("tanks", term.tanks);
  out.close();
}

void write_signal(JsonWriter& out, const DriftSignal& signal) {
  out.open("");
  out.put("name", signal.name);
  out.put("unit", signal.unit);
  out.put_list("tags", signal.tags);
  out.put("relation", std::int64_t{signal.relation});
  out.put("follows_lots", std::int64_t{signal.follows_lots});
  out.put("phase", signal.phase);
  out.put("centre", signal.centre);
  out.put("spread", signal.spread);
  if (signal.unrest > 0) out.put("unrest", signal.unrest);
  out.open_list("terms");
  for (const DriftTerm& term : signal.terms) write_term(out, term);
  out.close_list();
  out.put_list("low", signal.low);
  out.put_list("high", signal.high);
  out.close();
}

bool read_flag(JsonSection& section, const std::string& key) {
  std::int64_t flag = 0;
  section.read(key, flag);
  if (flag != 0 && flag != 1) section.fault(fmt::format("{} is {}, it must be 0 or 1", key, flag));
  return flag == 1;
}

DriftTerm read_term(JsonSection section) {
  DriftTerm term;
  std::string form;
  section.read("form", form);
  section.read("tags", term.tags);
  term.log = read_flag(section, "log");
  section.read("weight", term.weight);
  section.read("way_s", term.way_s);
  section.read("tanks", term.tanks);
  section.reject_unknown_keys();
  const auto found = std::find(forms.begin(), forms.end(), form);
  if (found == forms.end())
    section.fault(fmt::format("form is \"{}\", it must be tag, sum, share or product", form));
  else
    term.form = static_cast<TermForm>(found - forms.begin());
  if (term.tags.empty() || term.tags.size() > tags_max)
    section.fault(fmt::format("has {} tags, allowed 1..{}", term.tags.size(), tags_max));
  if (!(term.way_s >= 0 && term.way_s <= way_max_s)) section.fault("way_s is not within 0..86400");
  if (term.tanks < 1 || term.tanks > tanks_max) {
    section.fault(fmt::format("tanks is {}, allowed 1..{}", term.tanks, tanks_max));
    term.tanks = 1;
  }
  return term;
}

void read_limits(JsonSection& section, const std::string& key, bool below, std::vector<double>& limits) {
  constexpr std::size_t size = drift_contexts * drift_statistics;
  section.read(key, limits);
  if (limits.size() != size) section.fault(fmt::format("{} has {} numbers, expected {}", key, limits.size(), size));
  limits.resize(size, 0);
  for (const double limit : limits)
    if (below ? limit > 0 : limit < 0) return section.fault(fmt::format("{} holds {}, on the wrong side of zero", key, limit));
}

DriftSignal read_signal(JsonSection section) {
  DriftSignal signal;
  section.read("name", signal.name);
  section.read("unit", signal.unit);
  section.read("tags", signal.tags);
  signal.relation = read_flag(section, "relation");
  signal.follows_lots = read_flag(section, "follows_lots");
  section.read("phase", signal.phase);
  section.read("centre", signal.centre);
  section.read("spread", signal.spread);
  if (section.has("unrest")) section.read("unrest", signal.unrest);
  auto terms = section.sections("terms");
  if (terms.empty() || terms.size() > terms_max) section.fault(fmt::format("has {} terms, allowed 1..{}", terms.size(), terms_max));
  for (JsonSection& term : terms)
    if (signal.terms.size() < terms_max) signal.terms.push_back(read_term(std::move(term)));
  read_limits(section, "low", true, signal.low);
  read_limits(section, "high", false, signal.high);
  section.reject_unknown_keys();
  if (signal.tags.empty()) section.fault("tags is empty: the signal accuses nothing");
  if (signal.spread < 0) section.fault("spread is negative");
  if (!(signal.unrest >= 0)) section.fault("unrest is negative");
  return signal;
}

}  // namespace

std::string write_drift(const DriftSpec& spec) {
  JsonWriter out;
  out.open("");
  out.put("schema", schema);
  out.put("settle_s", spec.settle_s);
  out.put("phase_s", spec.phase_s);
  out.put("anchor_s", spec.anchor_s);
  if (spec.anew_after_stop) out.put("anew_after_stop", std::int64_t{1});
  out.open_list("signals");
  for (const DriftSignal& signal : spec.signals) write_signal(out, signal);
  out.close_list();
  out.close();
  return out.take() + "\n";
}

Checked<DriftSpec> read_drift(std::string_view text, std::string_view where) {
  const auto json = parse_guarded_json(text, where);
  if (!json) return tl::unexpected(std::vector{json.error()});
  std::vector<Error> faults;
  JsonSection top{&*json, std::string{where}, faults};
  DriftSpec spec;
  std::string read_schema;
  top.read("schema", read_schema);
  if (read_schema != schema) top.fault(fmt::format("schema is \"{}\", this program reads {}", read_schema, schema));
  top.read("settle_s", spec.settle_s);
  top.read("phase_s", spec.phase_s);
  top.read("anchor_s", spec.anchor_s);
  if (top.has("anew_after_stop")) spec.anew_after_stop = read_flag(top, "anew_after_stop");
  for (const double seconds : {spec.settle_s, spec.phase_s, spec.anchor_s})
    if (!(seconds >= 0 && seconds <= way_max_s)) top.fault("settle_s, phase_s and anchor_s are within 0..86400");
  for (JsonSection& signal : top.sections("signals")) {
    if (spec.signals.size() >= signals_max) {
      top.fault(fmt::format("has more than {} signals", signals_max));
      break;
    }
    spec.signals.push_back(read_signal(std::move(signal)));
  }
  top.reject_unknown_keys();
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return spec;
}

}  // namespace steadyline
