#include "operator/server.h"

#include <fmt/format.h>
#include <restinio/all.hpp>

#include <thread>

namespace steadyline {
namespace {

namespace asio = restinio::asio_ns;
using Tcp = asio::ip::tcp;

struct Reply {
  restinio::http_status_line_t status;
  const char* type;
  std::string body;
};

constexpr const char* plain = "text/plain; charset=utf-8";
constexpr const char* prometheus_text = "text/plain; version=0.0.4; charset=utf-8";

Reply answer(const OperatorSources& sources, std::string_view path) {
  if (path == "/metrics") return {restinio::status_ok(), prometheus_text, sources.metrics()};
  if (path == "/healthz") {
    if (sources.healthy()) return {restinio::status_ok(), plain, "alive\n"};
    return {restinio::status_service_unavailable(), plain, "the working loop has not turned for too long; a restart resumes where it stopped\n"};
  }
  if (path == "/readyz") {
    const std::string why = sources.not_ready();
    if (why.empty()) return {restinio::status_ok(), plain, "ready\n"};
    return {restinio::status_service_unavailable(), plain, why + "\n"};
  }
  return {restinio::status_not_found(), plain, "no such page; known here: /metrics, /healthz, /readyz\n"};
}

struct Traits : restinio::single_thread_traits_t<restinio::asio_timer_manager_t, restinio::null_logger_t> {
  static constexpr bool use_connection_count_limiter = true;
};
using Http = restinio::http_server_t<Traits>;

/// The server and its one thread. RESTinio's objects are touched by that thread alone from `run` until it has ended.
class Server final : public OperatorServer {
 public:
  Server(const OperatorOptions& options, OperatorSources sources)
      : sources_{std::move(sources)}, http_{restinio::external_io_context(io_), [&](auto& settings) { configure(settings, options); }} {}

  ~Server() override {
    // No answer is worth a wait at the end: pending connections are dropped with the context.
    asio::post(io_, [this] {
      http_.close_sync();
      io_.stop();
    });
    if (thread_.joinable()) thread_.join();
  }

  void run() {
    http_.open_sync();
    thread_ = std::thread{[this] { io_.run(); }};
  }

  std::uint16_t port() const override { return port_; }

 private:
  template <class Settings>
  void configure(Settings& settings, const OperatorOptions& options) {
    settings.port(options.port)
        .address(asio::ip::make_address(options.address))
        .separate_accept_and_create_connect(false)
        .read_next_http_message_timelimit(std::chrono::seconds{30})
        .write_http_response_timelimit(std::chrono::seconds{10})
        .handle_request_timeout(std::chrono::seconds{10})
        .buffer_size(4096)
        .max_pipelined_requests(4)
        .max_parallel_connections(64)
        .concurrent_accepts_count(1)
        .incoming_http_msg_limits(restinio::incoming_http_msg_limits_t{}.max_body_size(4096).max_url_size(2048).max_field_count(64))
        .acceptor_post_bind_hook([this](Tcp::acceptor& acceptor) { port_ = acceptor.local_endpoint().port(); })
        .request_handler([this](auto request) { return handle(std::move(request)); });
  }

  restinio::request_handling_status_t handle(restinio::request_handle_t request) {
    const auto& header = request->header();
    const bool head = header.method() == restinio::http_method_head();
    const bool allowed = head || header.method() == restinio::http_method_get();
    const Reply reply = allowed ? answer(sources_, header.path()) : Reply{restinio::status_method_not_allowed(), plain, "only GET and HEAD are known here\n"};
    auto response = request->create_response<restinio::user_controlled_output_t>(reply.status);
    response.append_header(restinio::http_field::content_type, reply.type);
    response.append_header(restinio::http_field::cache_control, "no-store");
    if (!allowed) response.append_header(restinio::http_field::allow, "GET, HEAD");
    response.set_content_length(reply.body.size());  // HEAD tells the length of the body that GET would bring
    if (!head) response.set_body(reply.body);
    return response.done();
  }

  const OperatorSources sources_;
  asio::io_context io_{1};
  std::uint16_t port_ = 0;
  Http http_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<OperatorServer>> OperatorServer::start(const OperatorOptions& options, OperatorSources sources) {
  const std::string where = fmt::format("http {}:{}", options.address, options.port);
  std::error_code fault;
  asio::ip::make_address(options.address, fault);
  if (fault) {
    return tl::unexpected(Error{Errc::usage, fmt::format("\"{}\" is not an IP address", options.address), where, "write one such as 127.0.0.1, 0.0.0.0 or ::1 as http.address"});
  }
  try {
    auto server = std::make_unique<Server>(options, std::move(sources));
    server->run();
    return server;
  } catch (const std::exception& cannot) {
    return tl::unexpected(Error{Errc::io, fmt::format("cannot listen: {}", cannot.what()), where,
                                fmt::format("another program, perhaps a second monitor, may hold port {}; `ss -ltnp` names it; or set http.port, 0 takes any free one", options.port)});
  }
}

}  // namespace steadyline
