#include "campaigns/msom_contextual.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <vector>

namespace steadyline {
namespace {

constexpr std::array<const char*, 5> file_names{"Humidity and Temperature.csv", "RM Tablet Properties and Drum Change.csv",
                                                "RM Content Uniformity.csv", "RM Material Properties.csv", "Logbook Long Run Days.csv"};
enum File : std::size_t { climate, tablets, content, materials, logbook };

// How often somebody looks, s.
constexpr std::uint64_t climate_every = 900, tablets_every = 900, content_every = 1800, drum_every = 3600;
constexpr std::uint64_t contextual_stream = 400;

// Scatter between tablets of one sample, and between samples of one state: from the published spread of 460 samples.
constexpr int tablets_of_sample = 20, tablets_of_content = 10;
constexpr double weight_sd_mg = 1.43, weight_between_mg = 2.5;
constexpr double thickness_sd_mm = 0.0127, thickness_between_mm = 0.008;
constexpr double hardness_sd_kp = 1.2, hardness_between_kp = 0.7;
constexpr double content_sd_pct = 0.15;

/// Properties of a lot, around those of its material.
struct Material {
  const char* name;
  double bulk_density, particle_um;
};
constexpr std::array<Material, msom_feeders> material{{{"MCC", 0.33, 130},
                                                       {"Lactose", 0.62, 150},
                                                       {"API", 0.36, 70},
                                                       {"MCC", 0.33, 130},
                                                       {"Croscarmellose", 0.53, 45},
                                                       {"Magnesium stearate", 0.16, 10}}};

struct Spread {
  double mean = 0, sd = 0;
};

Spread spread_of(std::span<const double> values) {
  Spread spread;
  for (const double v : values) spread.mean += v;
  spread.mean /= static_cast<double>(values.size());
  for (const double v : values) spread.sd += (v - spread.mean) * (v - spread.mean);
  spread.sd = std::sqrt(spread.sd / static_cast<double>(values.size() - 1));
  return spread;
}

std::string content_header() {
  std::string header = "TimeStamp";
  for (int tablet = 1; tablet <= tablets_of_content; ++tablet) header += fmt::format(",Tablet {}", tablet);
  return header + ",Avg Content,SD Content";
}

}  // namespace

MsomContextualFiles::MsomContextualFiles(const std::filesystem::path& folder, std::uint64_t seed)
    : files_{MsomFile{folder / file_names[climate], "TimeStamp,Temperature,Humidity"},
             MsomFile{folder / file_names[tablets],
                      "TimeStamp,Drum,Avg Weight mg,SD Weight,Avg Thickness mm,SD Thickness,Avg Hardness kP,SD Hardness"},
             MsomFile{folder / file_names[content], content_header()},
             MsomFile{folder / file_names[materials], "TimeStamp,Feeder,Material,Lot,Bulk Density,Particle Size D50"},
             MsomFile{folder / file_names[logbook], "TimeStamp,Event,Entry"}},
      random_{seed, contextual_stream} {
  lots_.fill(-1);
}

void MsomContextualFiles::sample_tablets(const MsomSecond& second) {
  std::string row = plain_time(second.time);
  append_cell(row, drum_);
  const auto measure = [&](double truth, double between, double within, bool percent) {
    const double level = truth + between * normal();
    std::vector<double> values;
    for (int i = 0; i < tablets_of_sample; ++i) values.push_back(level + within * normal());
    const Spread spread = spread_of(values);
    append_cell(row, spread.mean);
    append_cell(row, percent ? 100 * spread.sd / spread.mean : spread.sd);
  };
  measure(second.tablet.weight_mg, weight_between_mg, weight_sd_mg, false);
  measure(second.tablet.thickness_mm, thickness_between_mm, thickness_sd_mm, false);
  measure(second.tablet.hardness_kp, hardness_between_kp, hardness_sd_kp, true);
  files_[tablets].row(row);
}

void MsomContextualFiles::sample_content(const MsomSecond& second) {
  std::string row = plain_time(second.time);
  std::vector<double> values;
  for (int i = 0; i < tablets_of_content; ++i) {
    values.push_back(second.tablet.content_pct + content_sd_pct * normal());
    append_cell(row, values.back());
  }
  const Spread spread = spread_of(values);
  append_cell(row, spread.mean);
  append_cell(row, spread.sd);
  files_[content].row(row);
}

void MsomContextualFiles::note_lots(const MsomSecond& second) {
  for (std::size_t f = 0; f < msom_feeders; ++f) {
    const double lot = second.feeders[f].lot;
    if (lot == lots_[f] || !std::isfinite(lot)) continue;
    if (lots_[f] >= 0) log(second.time, "Lot change", fmt::format("PD{} takes a new lot", msom_feeder_number[f]));
    lots_[f] = lot;
    std::string row = fmt::format("{},PD{},{},{}-{:03}", plain_time(second.time), msom_feeder_number[f], material[f].name,
                                  msom_feeder_number[f], static_cast<int>(lot));
    append_cell(row, material[f].bulk_density * (1 + 0.03 * normal()));
    append_cell(row, material[f].particle_um * (1 + 0.08 * normal()));
    files_[materials].row(row);
  }
}

bool MsomContextualFiles::write(const MsomSecond& second) {
  const std::uint64_t i = second_++;
  const bool pressing = second.press.shoe13_rpm > 1;
  note_lots(second);
  if (i % drum_every == 0) {
    ++drum_;
    log(second.time, "Drum change", fmt::format("drum {}", drum_));
  }
  if (i % climate_every == 0) {
    std::string row = plain_time(second.time);
    append_cell(row, second.room_c);
    append_cell(row, second.room_rh);
    files_[climate].row(row);
  }
  if (pressing && i % tablets_every == 0) sample_tablets(second);
  if (pressing && i % content_every == 0) sample_content(second);
  return std::all_of(files_.begin(), files_.end(), [](const MsomFile& file) { return file.fine(); });
}

void MsomContextualFiles::log(EventTime time, const std::string& event, const std::string& entry) {
  logged_ = std::max(time, logged_ + Milliseconds{1000});
  files_[logbook].row(fmt::format("{},{},\"{}\"", plain_time(logged_), event, entry));
}

Result<void> MsomContextualFiles::close(std::map<std::string, std::size_t>& rows) {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    rows[file_names[i]] = files_[i].rows();
    if (auto closed = files_[i].close(); !closed) return closed;
  }
  return {};
}

}  // namespace steadyline
