#include "broker/properties.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace steadyline {
namespace {

struct Reserved {
  std::string_view name, mend;
};

constexpr std::array reserved{
    Reserved{"bootstrap.servers", "set broker.bootstrap_servers"},
    Reserved{"metadata.broker.list", "set broker.bootstrap_servers"},
    Reserved{"group.id", "set broker.group"},
    Reserved{"enable.auto.commit", "remove it: offsets are committed after their outputs"},
    Reserved{"enable.auto.offset.store", "remove it: offsets are committed after their outputs"},
    Reserved{"auto.offset.reset", "remove it: a restart reads from where the committed offset says"},
    Reserved{"isolation.level", "remove it: only committed records are read"},
    Reserved{"enable.idempotence", "remove it: outputs are always written idempotently"},
    Reserved{"partition.assignment.strategy", "remove it: partitions are assigned by range"},
    Reserved{"partitioner", "remove it: keys are spread by murmur2_random, as Java clients do"},
};

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string nearest_property(rd_kafka_conf_t* configuration, std::string_view name) {
  std::size_t count = 0;
  const char** dump = rd_kafka_conf_dump(configuration, &count);
  std::string best;
  for (std::size_t i = 0; i + 1 < count; i += 2) {
    if (best.empty() || distance(name, dump[i]) < distance(name, best)) best = dump[i];
  }
  rd_kafka_conf_dump_free(dump, count);
  return best;
}

}  // namespace

Result<void> check_properties(const BrokerOptions& options) {
  const std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> scratch{rd_kafka_conf_new(), rd_kafka_conf_destroy};
  for (const auto& [name, value] : options.librdkafka) {
    const std::string where = "broker.librdkafka." + name;
    const auto owned = std::find_if(reserved.begin(), reserved.end(), [&](const Reserved& r) { return r.name == name; });
    if (owned != reserved.end()) return tl::unexpected(Error{Errc::settings, "this property is set by Steadyline itself", where, std::string{owned->mend}});
    char words[512];
    switch (rd_kafka_conf_set(scratch.get(), name.c_str(), value.c_str(), words, sizeof words)) {
      case RD_KAFKA_CONF_OK: break;
      case RD_KAFKA_CONF_UNKNOWN:
        return tl::unexpected(Error{Errc::settings, fmt::format("librdkafka {} has no such property", rd_kafka_version_str()), where,
                                    fmt::format("correct the name (the nearest is {}) or remove it", nearest_property(scratch.get(), name))});
      case RD_KAFKA_CONF_INVALID:
        return tl::unexpected(Error{Errc::settings, fmt::format("librdkafka {} refuses the value", rd_kafka_version_str()), where,
                                    "see the property's range in librdkafka's CONFIGURATION.md"});
    }
  }
  return {};
}

}  // namespace steadyline
