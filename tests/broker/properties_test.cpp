#include "broker/properties.h"

#include <gtest/gtest.h>

#include "broker/committed_offsets.h"
#include "broker/kafka_connection.h"

namespace steadyline {
namespace {

Error fault_of(const std::string& name, const std::string& value) {
  BrokerOptions options;
  options.librdkafka[name] = value;
  const auto checked = check_properties(options);
  return checked ? Error{} : checked.error();
}

TEST(Properties, PassWhatLibrdkafkaKnows) {
  BrokerOptions options;
  options.librdkafka = {{"security.protocol", "ssl"}, {"session.timeout.ms", "10000"}, {"message.timeout.ms", "0"}};
  EXPECT_TRUE(check_properties(options));
}

TEST(Properties, NameTheNearestWhenUnknown) {
  const Error error = fault_of("sesion.timeout.ms", "10000");
  EXPECT_EQ(error.code, Errc::settings);
  EXPECT_EQ(error.where, "broker.librdkafka.sesion.timeout.ms");
  EXPECT_NE(error.mend.find("the nearest is session.timeout.ms"), std::string::npos) << error.mend;
}

TEST(Properties, RefuseAValueOutOfRangeWithoutRepeatingIt) {
  const Error error = fault_of("session.timeout.ms", "-47");
  EXPECT_NE(error.what.find("refuses the value"), std::string::npos) << error.what;
  EXPECT_EQ(to_line(error).find("-47"), std::string::npos);
}

TEST(Properties, KeepWhatDeliveryRestsOn) {
  for (const char* name : {"enable.auto.commit", "auto.offset.reset", "isolation.level", "enable.idempotence", "group.id", "bootstrap.servers", "partitioner"}) {
    EXPECT_NE(fault_of(name, "true").what.find("set by Steadyline itself"), std::string::npos) << name;
  }
}

TEST(Properties, AreCheckedBeforeAHandleIsMade) {
  BrokerOptions options;
  options.librdkafka["no.such.property"] = "1";
  const auto opened = KafkaConnection::open(options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::settings);
}

TEST(CommittedOffsets, RememberWhereReadingStarts) {
  const Progress progress{.next = 5000, .read_from = 1234, .in_force = {}};
  EXPECT_EQ(to_metadata(progress), "read_from=1234");
  EXPECT_EQ(from_metadata(5000, to_metadata(progress)), progress);
}

TEST(CommittedOffsets, RememberTheBundlesInForce) {
  const std::string champion(64, 'a'), previous(64, 'b');
  Progress progress{.next = 5000, .read_from = 1234, .in_force = {{"cdc1", {.champion = champion, .challenger = {}, .previous = previous}}}};
  const std::string text = to_metadata(progress);
  EXPECT_EQ(text, "read_from=1234;cdc1=aaaaaaaaaaaaaaaa,,bbbbbbbbbbbbbbbb");
  progress.in_force["cdc1"] = {.champion = champion.substr(0, 16), .challenger = {}, .previous = previous.substr(0, 16)};
  EXPECT_EQ(from_metadata(5000, text), progress);
}

TEST(CommittedOffsets, FallBackToTheOffsetItself) {
  for (const char* text : {"", "read_from=", "read_from=x", "read_from=12x", "read_from=-1", "read_from=5001", "somebody else's"}) {
    EXPECT_EQ(from_metadata(5000, text), (Progress{.next = 5000, .read_from = 5000, .in_force = {}})) << text;
  }
}

}  // namespace
}  // namespace steadyline
