#include "monitor/data_words.h"

#include <cmath>
#include <string_view>

#include "core/numeric.h"
#include "monitor/words.h"

namespace steadyline::words {
namespace {

std::string flaw_text(Flaw flaw) {
  switch (flaw) {
    case Flaw::stuck:
      return "is frozen";
    case Flaw::range:
      return "reads outside its instrument's range";
    case Flaw::null:
      return "gives no reading (null)";
    case Flaw::stale:
      return "has sent nothing new (stale)";
    default:
      return "is missing";
  }
}

std::string often(double count, std::string_view span) {
  return " some " + number(std::floor(count + 0.5)) + " times in " + std::string{span};
}

/// "12 s"; below 10 s with a decimal: "2.5 s".
std::string seconds_text(double s) { return number(s < 10 ? std::floor(10 * s + 0.5) / 10 : std::floor(s + 0.5)) + " s"; }

std::string trouble_text(const DataTrouble& trouble) {
  switch (trouble.kind) {
    case Trouble::lost_values:
      return " loses readings: null or out of range" + often(trouble.measure, "5 min") + ".";
    case Trouble::spikes:
      return " spikes: its readings leap away and come back" + often(trouble.measure, "5 min") + ".";
    case Trouble::duplicates:
      return ": records come twice" + often(trouble.measure, "15 min") + ".";
    case Trouble::disorder:
      return ": records come out of order" + often(trouble.measure, "15 min") + ".";
    case Trouble::lost_records:
      return ": records are lost" + often(trouble.measure, "15 min") + ".";
    case Trouble::backfill:
      return ": the link was interrupted; " + number(trouble.measure) +
             " records of a unit came afterwards as history and enter no verdict.";
    default:
      return trouble.measure > 0 ? ": its clock is " + seconds_text(trouble.measure) + " ahead of the other units'."
                                 : ": its clock is " + seconds_text(-trouble.measure) + " behind the other units', or its link is slow.";
  }
}

}  // namespace

std::string data_raised(const Line& line, const Watch& watch, const Evidence& evidence, const AlarmOptions& options) {
  if (evidence.trouble.kind != Trouble::none) return subject(line, watch) + trouble_text(evidence.trouble);
  if (!watch.unit) return line.id + " has fallen silent: no unit gives values.";
  if (!watch.tag) return subject(line, watch) + " has fallen silent: none of its tags gives values.";
  std::string text = subject(line, watch) + " " + flaw_text(evidence.flaw) + " for " + number(options.data.on_delay_s) + " s or more";
  if (!std::isnan(evidence.value)) text += "; last good value " + with_uom(line.tag(*watch.tag), evidence.value);
  return text + ".";
}

}  // namespace steadyline::words
