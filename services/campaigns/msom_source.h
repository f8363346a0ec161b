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
/// Scale    flows by their nominal values in the parameters; feed factors and quantities of the press by their means over twenty minutes of
/// undisturbed production of the same twin; hopper weights from [refill_below, refill_to] to the span that was seen. Potency  a soft
/// sensor, as on that line: dosed flows, smoothed by the blenders' residence.
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
    double flow_scale;
    double factor_scale = 1, speed_scale = 1;
    double weight_from, weight_scale;
  };
  explicit MsomSource(const TwinParameters& parameters) : parameters_{parameters} {}
  void read_feeders(const std::vector<double>& readings, MsomSecond& into);
  void read_blenders(MsomSecond& into);
  void read_press(const std::vector<double>& readings, MsomSecond& into) const;
  void read_tablet(const Truth& truth, MsomSecond& into) const;
  void take_reference(const Line& line);

  TwinParameters parameters_;
  std::array<FeederTags, msom_feeders> feeders_{};
  std::map<std::string, TagIndex> press_;  ///< by path
  std::optional<TagIndex> room_temp_, room_rh_;
  std::map<std::string, double> reference_;  ///< of undisturbed production, by path
  Truth reference_tablet_;                   ///< weight, thickness and hardness likewise
  std::array<double, msom_feeders> dosed_kg_{};
  struct Smoothed {
    double flow = 0, api = 0;
    bool begun = false;
  };
  std::array<Smoothed, 2> blenders_;
};

}  // namespace steadyline
