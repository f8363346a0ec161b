#include "broker/kafka_record.h"

namespace steadyline {
namespace {

std::string_view view(const void* data, std::size_t size) { return {static_cast<const char*>(data), size}; }

std::string_view header(rd_kafka_headers_t* headers, const char* name) {
  const void* value = nullptr;
  std::size_t size = 0;
  return rd_kafka_header_get_last(headers, name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR ? view(value, size) : std::string_view{};
}

}  // namespace

Record to_record(rd_kafka_message_t* message) {
  Record record{.at = {message->partition, message->offset},
                .key = view(message->key, message->key_len),
                .type = {},
                .content_type = {},
                .bytes = view(message->payload, message->len)};
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    record.type = header(headers, "type");
    record.content_type = header(headers, "content-type");
  }
  return record;
}

}  // namespace steadyline
