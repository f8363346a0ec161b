#include "campaigns/msom_machine.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace steadyline {
namespace {

constexpr std::array<const char*, 4> file_names{"LiW Feeders 1.csv", "LiW Feeders 2.csv", "Blenders.csv", "Tablet Press.csv"};
constexpr std::size_t feeders_in_first = 3;
constexpr std::array<double, msom_feeders> odd_flag{15.675, 5.5, 1.65, 0.55, 1, 1};  // the last two were never seen to do it
constexpr double lowest_flow_kg_h = -76.1446;
constexpr double nominal_kg_h = 50;

std::string feeder_header(std::size_t from, std::size_t to, bool timed) {
  std::string header = timed ? "TimeStamp" : "";
  for (std::size_t f = from; f < to; ++f) {
    const int n = msom_feeder_number[f];
    // A blank before one screw and two in the share: so they were delivered.
    header += fmt::format(
        "{}Feed Factor PD{},Massflow PD {},{}Screw RPM PD{},%  PD{},Estimated weight IBC PS{},Net Weight PD{},RefAct PD{},VolMode "
        "PD{},Totalizer PD{}",
        header.empty() ? "" : ",", n, n, n == 4 ? " " : "", n, n, n, n, n, n, n);
  }
  return header;
}

constexpr std::string_view blender_header =
    "TimeStamp,Massflow Blender 1,Massflow Blender 2,Blend Potency Blender 1,Blend Potency Blender 2,OOS Concentration at Blender 1 Inlet,"
    "OOS Concentration at Blender 2 Inlet";
constexpr std::string_view press_header =
    "TimeStamp,Pre Compression Height Bottom,Main Compression Height Bottom,Pre Compression Force,Main Compression Force,"
    "Pre-compression displacement top sigma,Pre Compresion Top Dwell Time,Main Compression Top Dwell Time,Compression cycle fill depth,"
    "Material inlet hopper level detection,Filling Shoe M20M13 speed,Filling Shoe M20M23 speed,Ejection Force Tablet";

// Numbers of the random streams; clocks take two each.
enum Stream : std::uint64_t {
  rows_stream = 100,
  clock_stream = 200,
  dead_stream = 300,
  flag_stream,
  shift_stream,
  double_stream,
  spike_stream
};

}  // namespace

MsomMachineFiles::MsomMachineFiles(const std::filesystem::path& folder, const MsomTraps& traps)
    : traps_{traps},
      files_{MsomFile{folder / file_names[0], feeder_header(0, feeders_in_first, true)},
             MsomFile{folder / file_names[1], feeder_header(feeders_in_first, msom_feeders, false)},
             MsomFile{folder / file_names[2], blender_header}, MsomFile{folder / file_names[3], press_header}},
      rows_{MsomRows{traps, rows_stream}, MsomRows{traps, rows_stream + 1}, MsomRows{traps, rows_stream + 2},
            MsomRows{traps, rows_stream + 3}},
      clocks_{MsomClock{traps, clock_stream}, MsomClock{traps, clock_stream + 2}, MsomClock{traps, clock_stream + 4}},
      random_{traps.seed, spike_stream},
      dead_{traps.seed, dead_stream, traps.zero_stretches, 10, 120},
      odd_flags_{traps.seed, flag_stream, traps.odd_flags, 300, 900},
      shifted_{traps.seed, shift_stream, traps.shifted_columns, 60, 600},
      duplicated_{traps.seed, double_stream, traps.duplicated_columns, 120, 600} {
  for (std::size_t f = 0; f < msom_feeders; ++f) {
    const double hourly = nominal_kg_h * msom_share[f];
    // With the trap it wraps within the first half hour.
    feeders_[f].totalizer_from = traps.totalizer_wraps ? msom_wrap[f] - hourly * (0.1 + 0.3 * random_.uniform(f)) : 0.2 * hourly;
  }
}

double MsomMachineFiles::totalizer(std::size_t feeder, double dosed_kg, MsomPlanted& planted) {
  FeederState& state = feeders_[feeder];
  const double total = state.totalizer_from + dosed_kg;
  if (!traps_.totalizer_wraps) return total;
  const double wraps = std::floor(total / msom_wrap[feeder]);
  if (wraps > state.wraps) ++planted["totalizer_wraps"];
  state.wraps = wraps;
  return total - wraps * msom_wrap[feeder];
}

void MsomMachineFiles::append_feeder(std::size_t feeder, const MsomSecond& second, Cells& cells, MsomPlanted& planted) {
  const MsomFeeder& f = second.feeders[feeder];
  FeederState& state = feeders_[feeder];
  double flow = f.flow_kg_h;
  double share = f.share_pct;
  if (state.refilling && !f.refill && traps_.refill_spikes > 0) {
    const std::uint64_t i = 100 + 3 * refills_++;
    if (random_.uniform(i) < traps_.refill_spikes) {
      state.spike_left = 1 + static_cast<int>(3 * random_.uniform(i + 1));
      state.spike = -0.8 - 4.2 * random_.uniform(i + 2);  // of the flow
    }
  }
  state.refilling = f.refill;
  if (state.spike_left > 0) {
    --state.spike_left;
    flow = std::max(lowest_flow_kg_h, state.spike * nominal_kg_h * msom_share[feeder]);
    share = 100 * flow / nominal_kg_h;
    planted["refill_spikes"] += 2;
  }
  const auto flag = [&](bool on) {
    if (!on || !has_odd_flags_ || odd_flag[feeder] == 1) return on ? 1.0 : 0.0;
    ++planted["odd_flags"];
    return odd_flag[feeder];
  };
  const std::size_t first = cells.size();
  cells.insert(cells.end(), {f.feed_factor, flow, f.screw_rpm, share, f.container_kg, f.net_kg, flag(f.refill), flag(f.volumetric),
                             totalizer(feeder, f.dosed_kg, planted)});
  if (!is_dead_) return;
  // Half of the stretches silence the whole feeder, half its weight alone.
  const auto pick = static_cast<std::size_t>(dead_.pick(2 * static_cast<int>(msom_feeders)));
  if (pick == feeder) {
    std::fill(cells.begin() + static_cast<std::ptrdiff_t>(first), cells.end(), 0.0);
    planted["zero_stretches"] += cells.size() - first;
  } else if (pick == msom_feeders + feeder) {
    cells[first + 5] = 0;
    ++planted["zero_stretches"];
  }
}

void MsomMachineFiles::spoil_press(Cells& cells, MsomPlanted& planted) {
  enum Column : std::size_t { main_height = 1, main_dwell = 6, hopper_level = 8, shoe13 = 9, shoe23 = 10 };
  if (shifted_.next()) {
    const auto first = static_cast<std::size_t>(1 + shifted_.pick(4));
    for (std::size_t c = shoe13; c >= first; --c) cells[c] = cells[c - 1];
    planted["shifted_columns"] += shoe13 - first + 1;
    duplicated_.next();
    return;
  }
  if (!duplicated_.next()) return;
  if (duplicated_.pick(2) == 0)
    cells[main_dwell] = cells[main_height];
  else
    cells[hopper_level] = cells[shoe23];
  ++planted["duplicated_columns"];
}

bool MsomMachineFiles::write(const MsomSecond& second, MsomPlanted& planted) {
  is_dead_ = dead_.next();
  has_odd_flags_ = odd_flags_.next();
  Cells cells;
  const auto put = [&](std::size_t file, const std::string& time) { files_[file].row(rows_[file].text(time, cells, planted)); };

  for (std::size_t f = 0; f < feeders_in_first; ++f) append_feeder(f, second, cells, planted);
  put(0, clocks_[0].text(second.time, planted));
  cells.clear();
  for (std::size_t f = feeders_in_first; f < msom_feeders; ++f) append_feeder(f, second, cells, planted);
  put(1, "");
  const auto& [b1, b2] = second.blenders;
  cells = {b1.flow_kg_h, b2.flow_kg_h, b1.potency_pct, b2.potency_pct, b1.outside_pct, b2.outside_pct};
  put(2, clocks_[1].text(second.time, planted));
  const MsomPress& p = second.press;
  cells = {p.pre_height_mm, p.main_height_mm, p.pre_force_kn,     p.main_force_kn, p.pre_sigma,  p.pre_dwell_ms,
           p.main_dwell_ms, p.fill_depth_mm,  p.hopper_level_pct, p.shoe13_rpm,    p.shoe23_rpm, p.ejection_kn};
  spoil_press(cells, planted);
  put(3, clocks_[2].text(second.time, planted));
  return std::all_of(files_.begin(), files_.end(), [](const MsomFile& file) { return file.fine(); });
}

Result<void> MsomMachineFiles::close(std::map<std::string, std::size_t>& rows) {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    rows[file_names[i]] = files_[i].rows();
    if (auto closed = files_[i].close(); !closed) return closed;
  }
  return {};
}

}  // namespace steadyline
