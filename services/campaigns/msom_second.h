#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "core/units.h"

namespace steadyline {

inline constexpr std::size_t msom_feeders = 6;
inline constexpr std::array<int, msom_feeders> msom_feeder_number{1, 2, 3, 4, 5, 7};  ///< PD1 .. PD5, PD7: as the columns are named
inline constexpr std::array<double, msom_feeders> msom_share{0.285, 0.290, 0.100, 0.285, 0.030, 0.010};  ///< of the blend
inline constexpr std::array<double, msom_feeders> msom_wrap{1048.576, 1048.576, 1048.576,
                                                            1048.576, 131.072,  65.536};  ///< of the totalizers, kg

/// One feeder in one second, in the units of the delivered columns.
struct MsomFeeder {
  double feed_factor = 0;  ///< g/rev
  double flow_kg_h = 0, screw_rpm = 0, share_pct = 0;
  double container_kg = 0, net_kg = 0;
  bool refill = false, volumetric = false;
  double dosed_kg = 0;  ///< since the recording began
  double lot = 0;       ///< number of the lot in use
};

struct MsomBlender {
  double flow_kg_h = 0, potency_pct = 0, outside_pct = 0;
};

struct MsomPress {
  double pre_height_mm = 0, main_height_mm = 0, pre_force_kn = 0, main_force_kn = 0, pre_sigma = 0, pre_dwell_ms = 0, main_dwell_ms = 0;
  double fill_depth_mm = 0, hopper_level_pct = 0, shoe13_rpm = 0, shoe23_rpm = 0, ejection_kn = 0;
};

/// What a tablet of this second would measure.
struct MsomTablet {
  double weight_mg = 0, thickness_mm = 0, hardness_kp = 0, content_pct = 0;
};

/// Everything that the MSOM files tell about one second of the line.
struct MsomSecond {
  EventTime time;
  std::array<MsomFeeder, msom_feeders> feeders;
  std::array<MsomBlender, 2> blenders;
  MsomPress press;
  double room_c = 21, room_rh = 40;
  MsomTablet tablet;
};

}  // namespace steadyline
