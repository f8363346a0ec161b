#include <cstdio>
#include <cstdlib>

#include "app/verbs.h"

namespace steadyline {

std::filesystem::path home() {
  const char* const named = std::getenv("STEADYLINE_HOME");
  return named != nullptr && *named != '\0' ? named : STEADYLINE_SOURCE_DIR;
}

int report(const Error& error) {
  std::fprintf(stderr, "%s\n", to_line(error).c_str());
  const bool theirs = error.code == Errc::settings || error.code == Errc::bundle || error.code == Errc::usage || error.code == Errc::decode;
  return theirs ? exit_usage : exit_trouble;
}

int report(const std::vector<Error>& errors) {
  int exit_code = exit_done;
  for (const Error& error : errors) exit_code = std::max(exit_code, report(error));
  return exit_code;
}

}  // namespace steadyline
