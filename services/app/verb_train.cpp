#include <CLI/CLI.hpp>

#include "app/verbs.h"

namespace steadyline {

void add_train(CLI::App&, int&) {}

}  // namespace steadyline
