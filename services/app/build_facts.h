#pragma once

#include <map>
#include <string>

namespace steadyline {

/// What this program runs on: version, libtorch, blas, vector_target. For --version, the log's first line, metrics and passports.
std::map<std::string, std::string> build_facts();

}  // namespace steadyline
