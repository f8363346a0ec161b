// Prints a topic from its beginning to its end, one record a line: partition, offset, key, type, value, separated by tabs. Tests that
// watch the program from outside read it. Exit 0, or 1 with the Error on stderr.
//   topic_dump BOOTSTRAP TOPIC [TIMEOUT_SECONDS]
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "broker/topic_reader.h"

int main(int count, char** arguments) {
  using namespace steadyline;
  if (count < 3) {
    std::cerr << "topic_dump: two arguments are needed; topic_dump BOOTSTRAP TOPIC [TIMEOUT_SECONDS]\n";
    return 2;
  }
  BrokerOptions options;
  options.bootstrap_servers = arguments[1];
  const auto timeout = std::chrono::seconds{count > 3 ? std::atoi(arguments[3]) : 60};
  std::ios::sync_with_stdio(false);
  const auto print = [](const Record& record) {
    std::cout << record.at.partition << '\t' << record.at.offset << '\t' << record.key << '\t' << record.type << '\t' << record.bytes << '\n';
  };
  auto reader = TopicReader::open(options, arguments[2]);
  const auto read = reader ? (*reader)->read_to_end(print, timeout) : tl::unexpected(reader.error());
  std::cout.flush();
  if (!read) std::cerr << to_line(read.error()) << '\n';
  return read ? 0 : 1;
}
