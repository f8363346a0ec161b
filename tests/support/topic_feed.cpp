// Makes the topics of a test and fills the input topic with whatever bytes it likes, good or bad.
//   topic_feed BOOTSTRAP create SUFFIX     the four topics, one partition each, with ".SUFFIX" behind their names
//   topic_feed BOOTSTRAP feed TOPIC        from standard input, one record a line, to partition 0 and in order: KEY TYPE VALUE,
//                                          key and value in base64, "-" for an empty one, value "null" for none at all
// Exit 0, or 1 with the Error on stderr.
#include <array>
#include <iostream>
#include <sstream>
#include <string>

#include "broker/kafka_feed.h"
#include "broker/topics.h"

namespace {

using namespace steadyline;

std::string from_base64(const std::string& text) {
  if (text == "-") return {};
  static const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned group = 0;
  int bits = 0;
  for (const char digit : text) {
    if (digit == '=') break;
    group = (group << 6 | static_cast<unsigned>(digits.find(digit))) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> bits & 0xff);
  }
  return bytes;
}

Result<void> create(BrokerOptions options, const std::string& suffix) {
  for (std::string* const name : {&options.input, &options.alerts, &options.assessments, &options.rejected}) *name += "." + suffix;
  return create_topics(options, 1, Milliseconds{30'000});
}

Result<void> feed(BrokerOptions options, const std::string& topic) {
  options.input = topic;
  options.librdkafka["message.max.bytes"] = "16777216";
  auto out = KafkaFeed::open(options);
  if (!out) return tl::unexpected(out.error());
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words{line};
    std::array<std::string, 3> word;
    for (std::string& each : word) words >> each;
    const std::string bytes = from_base64(word[2]);
    const std::string_view value = word[2] == "null" ? std::string_view{} : std::string_view{bytes};
    if (auto done = (*out)->produce_to(0, from_base64(word[0]), word[1] == "-" ? "" : word[1], value); !done) return done;
  }
  return (*out)->flush(Milliseconds{30'000});
}

}  // namespace

int main(int count, char** arguments) {
  const std::string verb = count == 4 ? arguments[2] : "";
  if (verb != "create" && verb != "feed") {
    std::cerr << "topic_feed: wrong arguments; topic_feed BOOTSTRAP create SUFFIX | feed TOPIC\n";
    return 2;
  }
  BrokerOptions options;
  options.bootstrap_servers = arguments[1];
  const auto done = verb == "create" ? create(options, arguments[3]) : feed(options, arguments[3]);
  if (!done) std::cerr << to_line(done.error()) << '\n';
  return done ? 0 : 1;
}
