#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "frames/context.h"
#include "frames/frame.h"
#include "line/line.h"

namespace steadyline {

/// The golden profile: the accepted centre and tube of each CPP in its context (recipe × throughput × unit × phase × activity). Changed
/// only by an approved step. A plain value; part of a bundle as golden.json.
struct GoldenProfile {
  bool empty() const { return true; }
};

std::string write_golden(const GoldenProfile& profile);
/// Reads what write_golden wrote; every fault at once, `where` in front of each.
Checked<GoldenProfile> read_golden(std::string_view text, std::string_view where);

/// How the present frame conforms to the golden profile.
struct Conformance {
  bool known = false;         ///< false: no profile of this context
  double index = 100;         ///< 100 inside every tube; 100·exp(-0.5·mean of squared excess distances)
  std::vector<float> excess;  ///< by watched tag (GoldenModel::tags): signed distance outside its tube, in tube half-widths; 0 inside
};

/// Running state of the conformance of one line. A plain value; a cold frame begins it anew.
struct GoldenState {};

/// Holds one line's frames against a profile.
///
/// Threads  constant after construction. Errors: none after construction; tags that the line lacks are not watched.
class GoldenModel {
 public:
  GoldenModel(const GoldenProfile& profile, const Line& line);
  const std::vector<TagIndex>& tags() const { return tags_; }  ///< watched, in the order of Conformance::excess
  void step(const Frame& frame, const Context& context, GoldenState& state, Conformance& conformance) const;

 private:
  std::vector<TagIndex> tags_;
};

}  // namespace steadyline
