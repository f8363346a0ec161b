#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <vector>

#include "campaigns/msom_file.h"
#include "campaigns/msom_second.h"

namespace steadyline {

/// The machine files of one row a second: both feeder files, the blenders, the press.
class MsomMachineFiles {
 public:
  MsomMachineFiles(const std::filesystem::path& folder, const MsomTraps& traps);
  bool write(const MsomSecond& second, MsomPlanted& planted);
  Result<void> close(std::map<std::string, std::size_t>& rows);

 private:
  using Cells = std::vector<double>;
  void append_feeder(std::size_t feeder, const MsomSecond& second, Cells& cells, MsomPlanted& planted);
  double totalizer(std::size_t feeder, double dosed_kg, MsomPlanted& planted);
  void spoil_press(Cells& cells, MsomPlanted& planted);

  MsomTraps traps_;
  std::array<MsomFile, 4> files_;
  std::array<MsomRows, 4> rows_;
  std::array<MsomClock, 3> clocks_;

  struct FeederState {
    double totalizer_from;
    double wraps = 0;
    bool refilling = false;
    int spike_left = 0;
    double spike = 0;
  };
  std::array<FeederState, msom_feeders> feeders_;
  RandomStream random_;
  std::uint64_t refills_ = 0;
  TrapStretches dead_, odd_flags_, shifted_, duplicated_;
  bool is_dead_ = false, has_odd_flags_ = false;
};

}  // namespace steadyline
