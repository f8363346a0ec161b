#pragma once

#include <string>
#include <utility>
#include <vector>

#include "evaluation/wilson.h"

namespace steadyline {

/// Lines, bands and marks over one axis of time or share. NaN breaks a line.
struct Chart {
  struct Line {
    std::string name, colour;
    std::vector<double> x, y;
  };
  struct Band {
    std::string name, colour;
    std::vector<double> x, low, high;
  };
  std::string title, x_label, y_label;
  std::vector<Band> bands;
  std::vector<Line> lines;
  std::vector<std::pair<double, std::string>> marks;  ///< upright lines with words
  double y_low = 0, y_high = 0;                       ///< equal: as the data need
};
/// One picture as inline SVG, 860 x 260.
std::string svg_chart(const Chart& chart);

/// One row of `svg_shares`: a share with its interval for each of three thirds.
struct ShareRow {
  std::string name;
  std::vector<Share> shares;
};
/// Points with whiskers on 0..100 %, a row each.
std::string svg_shares(const std::string& title, const std::vector<ShareRow>& rows, const std::vector<std::string>& legend);

}  // namespace steadyline
