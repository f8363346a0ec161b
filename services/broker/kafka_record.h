#pragma once

#include <librdkafka/rdkafka.h>

#include "frames/record.h"

namespace steadyline {

// Inside services/broker only. Views into the message.
Record to_record(rd_kafka_message_t* message);

}  // namespace steadyline
