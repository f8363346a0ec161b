#include "app/terminal.h"

#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace steadyline {

Terminal::Terminal() : live_{isatty(STDERR_FILENO) == 1} {
  winsize size{};
  if (live_ && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 40) width_ = size.ws_col;
}

void Terminal::erase() {
  if (drawn_ > 0) std::fprintf(stderr, "\033[%zuA\033[J", drawn_);  // up, and clear to the end
  drawn_ = 0;
}

void Terminal::draw(const std::vector<std::string>& lines) {
  if (!live_) return;
  erase();
  for (const auto& line : lines) std::fprintf(stderr, "%s\n", line.c_str());
  drawn_ = lines.size();
  std::fflush(stderr);
}

void Terminal::say(const std::string& line) {
  erase();
  std::fprintf(stderr, "%s\n", line.c_str());
  std::fflush(stderr);
}

}  // namespace steadyline
