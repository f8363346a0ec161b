#pragma once

#include <filesystem>
#include <span>

#include "campaigns/msom_file.h"
#include "campaigns/msom_second.h"

namespace steadyline {

/// The slow files: climate of the room, tablet properties with the drum, content uniformity, material properties, logbook.
class MsomContextualFiles {
 public:
  MsomContextualFiles(const std::filesystem::path& folder, std::uint64_t seed);
  bool write(const MsomSecond& second);
  /// Two entries of one second get a second each.
  void log(EventTime time, const std::string& event, const std::string& entry);
  Result<void> close(std::map<std::string, std::size_t>& rows);

 private:
  void sample_tablets(const MsomSecond& second);
  void sample_content(const MsomSecond& second);
  void note_lots(const MsomSecond& second);
  double normal() { return random_.normal(draws_++); }

  std::array<MsomFile, 5> files_;
  RandomStream random_;
  std::uint64_t draws_ = 0;
  std::uint64_t second_ = 0;
  int drum_ = 0;
  EventTime logged_{Milliseconds::min()};
  std::array<double, msom_feeders> lots_{};
};

}  // namespace steadyline
