#include "core/error.h"

#include <cstdio>
#include <cstdlib>

namespace steadyline {

std::string to_line(const Error& error) {
  std::string line;
  if (!error.where.empty()) line += error.where + ": ";
  line += error.what;
  if (!error.mend.empty()) line += "; " + error.mend;
  return line;
}

void broken_promise(const char* condition, const char* words, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken promise: %s (%s); this is a defect of Steadyline, please report it with this line\n", file, line, words,
               condition);
  std::fflush(stderr);
  std::abort();
}

}  // namespace steadyline
