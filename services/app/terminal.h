#pragma once

#include <string>
#include <vector>

namespace steadyline {

/// Redraws a few lines in place on a terminal; where stderr or stdout is no terminal, prints nothing but what `say` is given.
class Terminal {
 public:
  Terminal();
  bool live() const { return live_; }
  std::size_t width() const { return width_; }
  /// Replaces the picture drawn before by this one (only on a terminal).
  void draw(const std::vector<std::string>& lines);
  /// A line that stays, above the picture.
  void say(const std::string& line);

 private:
  void erase();
  bool live_ = false;
  std::size_t width_ = 160;
  std::size_t drawn_ = 0;
};

}  // namespace steadyline
