#pragma once

#include <string>
#include <vector>

namespace steadyline {

/// One curve; thinned to what the picture can show, keeping each stretch's extremes. NaN breaks it.
struct Curve {
  std::string name;
  std::vector<double> x, y;
  bool reference = false;  ///< drawn thin and grey, behind the others
};

/// One set of axes. `marks`: vertical lines with a word, or without.
struct Panel {
  std::string title;  ///< with the unit of measure
  std::vector<Curve> curves;
  struct Mark {
    double x;
    std::string word;
  };
  std::vector<Mark> marks;
  double height = 92;  ///< of the axes, pixels
};

/// Panels below each other with one x axis, as an SVG picture that needs nothing else. The same bytes for the same numbers.
std::string svg_picture(const std::string& title, const std::string& x_words, const std::vector<Panel>& panels);

}  // namespace steadyline
