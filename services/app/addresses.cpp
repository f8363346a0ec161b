#include "app/addresses.h"

#include <fmt/format.h>

namespace steadyline {

BrokerOptions named_for_run(BrokerOptions options, const std::string& suffix) {
  for (std::string* name : {&options.group, &options.input, &options.alerts, &options.assessments, &options.rejected})
    *name += "." + suffix;
  return options;
}

std::string curl_text(std::uint16_t port) { return fmt::format("curl http://127.0.0.1:{}/metrics", port); }

std::string kcat_text(const BrokerOptions& options) {
  return fmt::format("kcat -C -b {} -t {} -o beginning", options.bootstrap_servers, options.alerts);
}

}  // namespace steadyline
