#pragma once

namespace CLI {
class App;
}

namespace steadyline {

/// Adds `approve` to the verb `bundle`: the golden profile of a bundle, or another in its place, becomes the approved one.
void add_bundle_approve(CLI::App& bundle_verb, int& exit_code);

}  // namespace steadyline
