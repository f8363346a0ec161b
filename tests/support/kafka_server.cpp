#include "support/kafka_server.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

namespace steadyline {
namespace {

struct Ran {
  int status = -1;
  std::string words;
};

Ran run_script(const std::string& arguments) {
  const std::string command = "'" STEADYLINE_SOURCE_DIR "/deploy/kafka/kafka' " + arguments + " 2>&1";
  Ran ran;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (!pipe) return ran;
  std::array<char, 1024> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe)) ran.words += buffer.data();
  const int status = ::pclose(pipe);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

}  // namespace

Result<KafkaServer> KafkaServer::start() {
  std::string folder = (std::filesystem::temp_directory_path() / "steadyline-kafka-XXXXXX").string();
  if (!::mkdtemp(folder.data())) return tl::unexpected(Error{Errc::io, "no temporary folder", folder, "look at TMPDIR"});
  KafkaServer server{folder};
  const Ran ran = run_script("start --dir " + folder + " --while " + std::to_string(::getpid()));
  if (ran.status != 0) return tl::unexpected(Error{ran.status == 2 ? Errc::usage : Errc::io, ran.words, "deploy/kafka/kafka", "install default-jre-headless and maven"});
  const auto begin = ran.words.find("bootstrap=") + 10;
  server.bootstrap_ = ran.words.substr(begin, ran.words.find(' ', begin) - begin);
  return server;
}

KafkaServer::KafkaServer(KafkaServer&& other) noexcept : folder_{std::exchange(other.folder_, {})}, bootstrap_{std::move(other.bootstrap_)} {}

KafkaServer::~KafkaServer() {
  if (folder_.empty()) return;
  stop(true);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

bool KafkaServer::stop(bool now) { return run_script("stop --dir " + folder_ + (now ? " --now" : "")).status == 0; }

bool KafkaServer::resume() { return run_script("start --dir " + folder_ + " --while " + std::to_string(::getpid())).status == 0; }

}  // namespace steadyline
