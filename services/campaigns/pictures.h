#pragma once

#include <functional>
#include <string>
#include <vector>

#include "line/line.h"
#include "twin/parameters.h"

namespace steadyline {

/// A picture of the twin: file name without folder, and its SVG text.
struct Picture {
  std::string name, svg;
};

/// The pictures of docs/twin.md, made from runs of the twin itself: a normal shift, a refill, the residence times, the funnel, and each fault of the
/// library against the same seconds without it. `made` is told of each as it is done. Takes about a minute; the same bytes each time.
std::vector<Picture> twin_pictures(const Line& line, const TwinParameters& parameters, const std::function<void(const std::string& name)>& made);

}  // namespace steadyline
