#pragma once

#include "broker/broker_log.h"
#include "broker/options.h"
#include "core/error.h"
#include "core/units.h"

namespace steadyline {

/// Looks whether input, alerts, assessments and rejected exist and have equally many partitions; returns how many.
/// Errors  kafka_retriable: the broker does not answer within `timeout`; kafka_fatal: a topic is missing or has another partition count, with
///         the `kafka-topics.sh` command that mends it. Creates nothing, also on brokers that create topics on demand.
Result<int> check_topics(const BrokerOptions& options, Milliseconds timeout, const BrokerLog& log = log_to_stderr());

/// Refuses the demo's embedded broker: it keeps 5 MiB a partition and forgets what lies before, so a fast feed would lose records there.
/// Errors  usage: it is the embedded one; kafka_retriable: the broker does not answer within `timeout`.
Result<void> refuse_embedded(const BrokerOptions& options, Milliseconds timeout, const BrokerLog& log = log_to_stderr());

/// Creates the four topics (those that exist stay as they are) and waits until the broker lists them. For demo and tests.
Result<void> create_topics(const BrokerOptions& options, int partitions, Milliseconds timeout, const BrokerLog& log = log_to_stderr());

}  // namespace steadyline
