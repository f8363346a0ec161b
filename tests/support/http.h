#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace steadyline {

/// What came back over one connection: the status (0: no answer within 5 s), the header and the body as sent.
struct HttpAnswer {
  int status = 0;
  std::string header;
  std::string body;
};

/// A plain socket to the loopback address; closes itself. `open` is false when nobody listens.
class LoopbackSocket {
 public:
  explicit LoopbackSocket(std::uint16_t port) : fd_{::socket(AF_INET, SOCK_STREAM, 0)} {
    const timeval patience{5, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    open_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  ~LoopbackSocket() { ::close(fd_); }
  LoopbackSocket(const LoopbackSocket&) = delete;

  bool open() const { return open_; }
  void send(const std::string& bytes) const { (void)!::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  /// Everything until the other side closes or 5 s pass in silence.
  std::string receive_all() const {
    std::string all;
    char block[65536];
    for (ssize_t n = 0; (n = ::recv(fd_, block, sizeof block, 0)) > 0;) all.append(block, static_cast<std::size_t>(n));
    return all;
  }

 private:
  int fd_;
  bool open_ = false;
};

/// One request over a connection of its own.
inline HttpAnswer http_request(std::uint16_t port, const std::string& path, const std::string& method = "GET") {
  const LoopbackSocket socket{port};
  if (!socket.open()) return {};
  socket.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string all = socket.receive_all();
  const auto end = all.find("\r\n\r\n");
  if (all.rfind("HTTP/1.", 0) != 0 || end == std::string::npos) return {};
  return {std::atoi(all.c_str() + 9), all.substr(0, end), all.substr(end + 4)};
}

}  // namespace steadyline
