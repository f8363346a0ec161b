#pragma once

#include <map>
#include <string>

namespace steadyline {

struct BrokerOptions {
  std::string bootstrap_servers = "127.0.0.1:9092";
  std::string group = "steadyline";
  std::string input = "steadyline.input";
  std::string alerts = "steadyline.alerts";
  std::string assessments = "steadyline.assessments";
  std::string rejected = "steadyline.rejected";
  double commit_interval_s = 0.25;  ///< outputs gather for so long; an alert closes the interval at once
  std::map<std::string, std::string> librdkafka;  ///< further properties, passed through (security.protocol, sasl.*, ...)
};

}  // namespace steadyline
