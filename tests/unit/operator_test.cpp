#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include "operator/server.h"
#include "support/http.h"

namespace steadyline {
namespace {

using testing::HasSubstr;

struct OperatorServerTest : testing::Test {
  std::atomic<bool> alive{true};
  std::string why_not;
  std::unique_ptr<OperatorServer> server = start(0).value();

  Result<std::unique_ptr<OperatorServer>> start(std::uint16_t port) {
    return OperatorServer::start({"127.0.0.1", port}, {[] { return std::string(300000, 'x') + "\nsteadyline_up 1\n"; }, [this] { return alive.load(); }, [this] { return why_not; }});
  }
};

TEST_F(OperatorServerTest, ServesTheMetricsTextWhole) {
  const HttpAnswer answer = http_request(server->port(), "/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.header, HasSubstr("text/plain; version=0.0.4"));
  EXPECT_EQ(answer.body.size(), 300017u);
  EXPECT_THAT(answer.body, testing::EndsWith("steadyline_up 1\n"));
}

TEST_F(OperatorServerTest, HealthFollowsTheHeartbeat) {
  EXPECT_EQ(http_request(server->port(), "/healthz").status, 200);
  alive = false;
  const HttpAnswer answer = http_request(server->port(), "/healthz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("working loop"));
}

TEST_F(OperatorServerTest, NotReadySaysWhy) {
  EXPECT_EQ(http_request(server->port(), "/readyz").status, 200);
  why_not = "the broker 127.0.0.1:9092 is away";
  const HttpAnswer answer = http_request(server->port(), "/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("the broker 127.0.0.1:9092 is away"));
}

TEST_F(OperatorServerTest, HeadTellsTheLengthWithoutTheBody) {
  const HttpAnswer answer = http_request(server->port(), "/metrics", "HEAD");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.header, HasSubstr("Content-Length: 300017"));
  EXPECT_EQ(answer.body, "");
}

TEST_F(OperatorServerTest, OtherPagesAndMethodsAreRefused) {
  EXPECT_EQ(http_request(server->port(), "/").status, 404);
  EXPECT_EQ(http_request(server->port(), "/metrics/../healthz").status, 404);
  EXPECT_EQ(http_request(server->port(), "/metrics?a=b").status, 200);
  for (const char* const method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    const HttpAnswer answer = http_request(server->port(), "/metrics", method);
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_THAT(answer.header, HasSubstr("GET, HEAD")) << method;
  }
}

TEST_F(OperatorServerTest, SurvivesWhatIsNotHttp) {
  for (const std::string& bytes : {std::string{"\0\xff\x16\x03\x01", 5}, std::string{"GET\r\n\r\n"}, "GET /" + std::string(100000, 'a') + " HTTP/1.1\r\n\r\n",
                                   std::string{"GET /metrics HTTP/9.9\r\nContent-Length: -4\r\n\r\n"}}) {
    const LoopbackSocket socket{server->port()};
    socket.send(bytes);
  }
  EXPECT_EQ(http_request(server->port(), "/healthz").status, 200);
}

TEST_F(OperatorServerTest, StopsQuicklyWithOpenConnectionsAndFreesThePort) {
  const std::uint16_t port = server->port();
  const LoopbackSocket idle{port}, halfway{port};
  halfway.send("GET /metrics HTTP/1.1\r\n");
  const auto before = std::chrono::steady_clock::now();
  server.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{1});
  EXPECT_EQ(http_request(port, "/healthz").status, 0);
  EXPECT_TRUE(start(port).has_value());
}

TEST_F(OperatorServerTest, APortInUseIsNamed) {
  const auto second = start(server->port());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Errc::io);
  EXPECT_THAT(to_line(second.error()), HasSubstr("127.0.0.1:" + std::to_string(server->port())));
  EXPECT_THAT(to_line(second.error()), HasSubstr("ss -ltnp"));
}

TEST_F(OperatorServerTest, AnAddressThatIsNoneIsRefused) {
  const auto bad = OperatorServer::start({"localhost-ish", 0}, {});
  ASSERT_FALSE(bad.has_value());
  EXPECT_THAT(to_line(bad.error()), HasSubstr("not an IP address"));
}

}  // namespace
}  // namespace steadyline
