#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "campaigns/msom_second.h"
#include "core/error.h"
#include "twin/simulation.h"

namespace steadyline {

/// Tells a twin's seconds in the words of the MSOM files, scaled to the running means of that line: the physics stay the twin's, so do all
/// relative moves. The twin's feeders are API, first filler, second filler, disintegrant, fifth, lubricant: PD3, PD1, PD2, PD5, PD4, PD7.
///
/// Scale    flows, speeds and feed factors by their nominal values in the parameters; quantities of the press by what they are in the first
/// second with tablets; hopper weights from [refill_below, refill_to] to the span that was seen. Potency  a soft sensor, as on that line:
/// dosed flows, smoothed by the blenders' residence.
class MsomSource {
 public:
  /// Errors   tags that the line lacks and the files need: all of them at once.
  static Result<MsomSource> make(const Line& line, const TwinParameters& parameters);

  /// Of the second just lived through; `readings` as Simulation::step gave them.
  MsomSecond second(const Simulation& simulation, const std::vector<double>& readings);

 private:
  struct FeederTags {
    TagIndex flow, speed, factor, weight, mode;
    std::optional<TagIndex> bin, lot;
    double flow_scale, speed_scale, factor_scale;
    double weight_from, weight_scale;
  };
  explicit MsomSource(const TwinParameters& parameters) : parameters_{parameters} {}
  void read_feeders(const std::vector<double>& readings, MsomSecond& into);
  void read_blenders(MsomSecond& into);
  void read_press(const std::vector<double>& readings, MsomSecond& into);
  void read_tablet(const Truth& truth, MsomSecond& into);
  void take_reference(const Simulation& simulation, const Truth& truth);

  TwinParameters parameters_;
  std::array<FeederTags, msom_feeders> feeders_{};
  std::map<std::string, TagIndex> press_;  ///< by path
  std::optional<TagIndex> room_temp_, room_rh_;
  std::map<std::string, double> reference_;  ///< true values of the first second with tablets, by path
  double reference_thickness_mm_ = 0, reference_hardness_n_ = 0;
  std::array<double, msom_feeders> dosed_kg_{};
  struct Smoothed {
    double flow = 0, api = 0;
    bool begun = false;
  };
  std::array<Smoothed, 2> blenders_;
};

}  // namespace steadyline
