#pragma once

#include <librdkafka/rdkafka.h>

#include "broker/options.h"
#include "core/error.h"
#include "core/units.h"

namespace steadyline {

// Inside services/broker only: check_topics on a handle that exists. A consumer's, because a producer's question may create a topic.
Result<int> check_topics_on(rd_kafka_t* consumer, const BrokerOptions& options, Milliseconds timeout);

}  // namespace steadyline
