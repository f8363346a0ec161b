#pragma once

#include <cstdint>
#include <string>

#include "broker/options.h"

namespace steadyline {

/// A consumer group and topics of one run's own: the names with `suffix` behind them.
BrokerOptions named_for_run(BrokerOptions options, const std::string& suffix);

/// Texts that a person can copy: how to look at the metrics and at the alerts with plain tools.
std::string curl_text(std::uint16_t port);
std::string kcat_text(const BrokerOptions& options);

}  // namespace steadyline
