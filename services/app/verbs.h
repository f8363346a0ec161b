#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"

namespace CLI {
class App;
}

namespace steadyline {

inline constexpr int exit_done = 0, exit_trouble = 1, exit_usage = 2;

/// Each adds its verb to the command line; the verb runs while the line is parsed and leaves its exit code in `exit_code`.
void add_demo(CLI::App& app, int& exit_code);
void add_monitor(CLI::App& app, int& exit_code);
void add_simulate(CLI::App& app, int& exit_code);
void add_replay(CLI::App& app, int& exit_code);
void add_train(CLI::App& app, int& exit_code);
void add_evaluate(CLI::App& app, int& exit_code);
void add_backtest(CLI::App& app, int& exit_code);
void add_check(CLI::App& app, int& exit_code);
void add_bundle(CLI::App& app, int& exit_code);
void add_activate(CLI::App& app, int& exit_code);

/// Version, libtorch, BLAS and vector target, one line each.
std::string version_text();

/// Where config/ and models/ lie: $STEADYLINE_HOME, else the folder the program was built from.
std::filesystem::path home();

/// Prints the errors to stderr, one line each, and gives the exit code they mean: 2 for settings, bundle and usage, else 1.
int report(const Error& error);
int report(const std::vector<Error>& errors);

}  // namespace steadyline
