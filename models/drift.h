#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "frames/context.h"
#include "frames/frame.h"
#include "line/line.h"

namespace steadyline {

/// The drift detectors of one line: which signals are held against what, over which spans, with which limits. A plain value; part of a
/// bundle as drift.json.
struct DriftSpec {
  bool empty() const { return true; }
};

std::string write_drift(const DriftSpec& spec);
/// Reads what write_drift wrote; every fault at once, `where` in front of each.
Checked<DriftSpec> read_drift(std::string_view text, std::string_view where);

/// What one signal shows: a tag, or a relation between tags such as a balance.
struct DriftChannel {
  std::string name;            ///< "fd1/feed_factor", "nir1 against feeders"
  UnitIndex unit;              ///< that it speaks of
  std::vector<TagIndex> tags;  ///< that it is made of, the one it accuses first
  bool relation = false;       ///< made of several tags: a gross error of one of them, or a change of the material
};

/// What the detectors say of one frame.
struct DriftReading {
  std::vector<float>
      excess;  ///< by channel: signed largest statistic / limit over its spans; beyond ±1 the channel has drifted; 0 without verdict
};

/// Running state of the drift detectors of one line. A plain value; a cold frame begins it anew.
struct DriftState {};

/// Runs the drift detectors (EWMA and CUSUM of residuals) over one line's frames.
///
/// Threads  constant after construction. Errors: none after construction; channels whose tags the line lacks are left out.
class DriftModel {
 public:
  DriftModel(const DriftSpec& spec, const Line& line);
  const std::vector<DriftChannel>& channels() const { return channels_; }
  void step(const Frame& frame, const Context& context, DriftState& state, DriftReading& reading) const;

 private:
  std::vector<DriftChannel> channels_;
};

}  // namespace steadyline
