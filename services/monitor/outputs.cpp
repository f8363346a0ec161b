#include "monitor/outputs.h"

#include <algorithm>
#include <iterator>

namespace steadyline {
namespace {

void add(std::map<std::string, std::uint64_t>& to, const std::map<std::string, std::uint64_t>& counts) {
  for (const auto& [name, count] : counts) to[name] += count;
}

}  // namespace

void Outputs::append(Outputs&& later) {
  std::move(later.records.begin(), later.records.end(), std::back_inserter(records));
  for (std::size_t i = 0; i < fates.size(); ++i) fates[i] += later.fates[i];
  add(rejected, later.rejected);
  add(transitions, later.transitions);
  add(frames, later.frames);
  values_set_aside += later.values_set_aside;
  for (const auto& [partition, newest] : later.progress) progress[partition] = newest;
  for (LineStatus& newest : later.status) {
    const auto known = std::find_if(status.begin(), status.end(), [&](const LineStatus& line) { return line.line == newest.line; });
    known == status.end() ? static_cast<void>(status.push_back(std::move(newest))) : static_cast<void>(*known = std::move(newest));
  }
  urgent = urgent || later.urgent;
}

}  // namespace steadyline
