#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "models/golden.h"
#include "models/json_guard.h"
#include "models/json_section.h"
#include "models/json_writer.h"

namespace steadyline {
namespace {

constexpr std::string_view schema = "steadyline-golden-1";
constexpr std::size_t cells_max = 10000, points_max = 10000;
constexpr std::array<std::string_view, golden_axis_count> axes{"band", "elapsed", "maturity", "aligned"};

void write_cell(const GoldenCell& cell, JsonWriter& out) {
  out.open("");
  out.put("unit", cell.unit);
  out.put("recipe", cell.recipe);
  out.put("throughput", cell.throughput);
  out.put("phase", cell.phase);
  out.put("activity", to_text(cell.activity));
  out.put("axis", to_text(cell.axis));
  out.put("episodes", cell.episodes);
  out.put_list("tags", cell.tags);
  if (cell.axis == GoldenAxis::band) {
    out.put_list("centre", cell.centre);
    out.put_list("wander", cell.wander);
    out.put_list("own_wander", cell.own_wander);
    out.put_list("noise", cell.noise);
    out.put_list("half", cell.half);
  } else {
    out.put("begin", cell.begin);
    out.put("step", cell.step);
    out.put_list("low", cell.low);
    out.put_list("high", cell.high);
    out.put_list("shape_tags", cell.shape_tags);
    out.put_list("shape", cell.shape);
    out.put_list("shape_scale", cell.shape_scale);
    out.put_list("end_tags", cell.end_tags);
    out.put_list("end_low", cell.end_low);
    out.put_list("end_high", cell.end_high);
    out.put("least_s", cell.least_s);
    out.put("most_s", cell.most_s);
  }
  out.close();
}

/// The place of a word in a list; a fault if it is none of them.
template <class Word>
std::size_t read_word(JsonSection& section, const std::string& key, std::size_t count, Word word) {
  std::string text;
  section.read(key, text);
  for (std::size_t i = 0; i < count; ++i)
    if (word(i) == text) return i;
  section.fault(fmt::format("{} is \"{}\", which is none", key, text));
  return 0;
}

bool ordered(const std::vector<double>& low, const std::vector<double>& high) {
  for (std::size_t i = 0; i < low.size(); ++i)
    if (!std::isfinite(low[i]) || !std::isfinite(high[i]) || low[i] > high[i]) return false;
  return true;
}

void check_band(const GoldenCell& cell, JsonSection& section) {
  for (const auto* list : {&cell.centre, &cell.wander, &cell.own_wander, &cell.noise, &cell.half})
    if (list->size() != cell.tags.size()) return section.fault("has not one number per tag");
  if (std::any_of(cell.half.begin(), cell.half.end(), [](double half) { return !(half >= 0); })) section.fault("has a negative half width");
}

void check_tube(const GoldenCell& cell, JsonSection& section) {
  if (!(cell.step > 0)) section.fault("step is not positive");
  const std::size_t points = cell.points();
  if (points > points_max || cell.low.size() != points * cell.tags.size() || cell.high.size() != cell.low.size() || points == 0)
    return section.fault("has not as many points of low and high for each tag");
  if (!ordered(cell.low, cell.high)) section.fault("has a low above its high");
  const bool fits = cell.end_low.size() == cell.end_tags.size() && cell.end_high.size() == cell.end_tags.size();
  if (!fits || !ordered(cell.end_low, cell.end_high)) section.fault("has end points that do not fit");
  if (cell.least_s > cell.most_s) section.fault("least_s is above most_s");
  if (cell.shape_scale.size() != cell.shape_tags.size() ||
      cell.shape.size() != points * cell.shape_tags.size() * (cell.shape_tags.empty() ? 0 : 1))
    section.fault("has not one slope per point and shape tag");
  if (cell.axis == GoldenAxis::aligned && cell.shape_tags.empty()) section.fault("is aligned by nothing");
  if (std::any_of(cell.shape_scale.begin(), cell.shape_scale.end(), [](double scale) { return !(scale > 0); }))
    section.fault("has a scale that is not positive");
}

GoldenCell read_cell(JsonSection section) {
  GoldenCell cell;
  section.read("unit", cell.unit);
  section.read("recipe", cell.recipe);
  section.read("throughput", cell.throughput);
  section.read("phase", cell.phase);
  cell.activity = static_cast<Activity>(
      read_word(section, "activity", activity_count, [](std::size_t i) { return to_text(static_cast<Activity>(i)); }));
  cell.axis = static_cast<GoldenAxis>(read_word(section, "axis", golden_axis_count, [](std::size_t i) { return axes[i]; }));
  section.read("episodes", cell.episodes);
  section.read("tags", cell.tags);
  if (cell.axis == GoldenAxis::band) {
    section.read("centre", cell.centre);
    section.read("wander", cell.wander);
    section.read("own_wander", cell.own_wander);
    section.read("noise", cell.noise);
    section.read("half", cell.half);
    check_band(cell, section);
  } else {
    section.read("begin", cell.begin);
    section.read("step", cell.step);
    section.read("low", cell.low);
    section.read("high", cell.high);
    section.read("shape_tags", cell.shape_tags);
    section.read("shape", cell.shape);
    section.read("shape_scale", cell.shape_scale);
    section.read("end_tags", cell.end_tags);
    section.read("end_low", cell.end_low);
    section.read("end_high", cell.end_high);
    section.read("least_s", cell.least_s);
    section.read("most_s", cell.most_s);
    check_tube(cell, section);
  }
  section.reject_unknown_keys();
  return cell;
}

}  // namespace

std::string_view to_text(GoldenAxis axis) { return axes[static_cast<std::size_t>(axis)]; }

std::string write_golden(const GoldenProfile& profile) {
  JsonWriter out;
  out.open("");
  out.put("schema", schema);
  out.put("tolerance", profile.tolerance);
  out.put("settle_s", profile.settle_s);
  out.put_list("throughputs", profile.throughputs);
  out.open_list("cells");
  for (const GoldenCell& cell : profile.cells) write_cell(cell, out);
  out.close_list();
  out.close();
  return out.take() + '\n';
}

Checked<GoldenProfile> read_golden(std::string_view text, std::string_view where) {
  const auto json = parse_guarded_json(text, where);
  if (!json) return tl::unexpected(std::vector{json.error()});
  std::vector<Error> faults;
  JsonSection top{&*json, std::string{where}, faults};
  GoldenProfile profile;
  std::string named;
  top.read("schema", named);
  if (named != schema) top.fault(fmt::format("schema is \"{}\", this program reads {}", named, schema));
  top.read("tolerance", profile.tolerance);
  top.read("settle_s", profile.settle_s);
  top.read("throughputs", profile.throughputs);
  if (!std::is_sorted(profile.throughputs.begin(), profile.throughputs.end())) top.fault("throughputs do not ascend");
  auto cells = top.sections("cells");
  if (cells.empty() || cells.size() > cells_max)
    top.fault(fmt::format("has {} cells, allowed 1 to {}", cells.size(), cells_max));
  else
    for (JsonSection& cell : cells) profile.cells.push_back(read_cell(std::move(cell)));
  top.reject_unknown_keys();
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return profile;
}

}  // namespace steadyline
