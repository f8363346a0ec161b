#pragma once

#include "broker/options.h"
#include "core/error.h"

namespace steadyline {

/// Holds `options.librdkafka` against librdkafka's own list: an unknown name, a refused value, or a property on which delivery rests and
/// which therefore belongs to Steadyline. Needs no broker; `steadyline check` calls it. Values (they may be secrets) are not repeated.
Result<void> check_properties(const BrokerOptions& options);

}  // namespace steadyline
