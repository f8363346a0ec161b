#pragma once

#include <string>
#include <utility>
#include <vector>

#include "frames/digest.h"
#include "frames/message.h"
#include "line/line.h"

/// A line of three units and five tags, and samples for it, without files or JSON.
namespace steadyline::test {

using namespace std::chrono_literals;

inline const EventTime start{Milliseconds{1'800'000'000'000}};
inline EventTime at(double seconds) { return start + Milliseconds{static_cast<std::int64_t>(seconds * 1000 + (seconds < 0 ? -0.5 : 0.5))}; }

/// fd1: flow, level · bl1: speed, recipe (on_change) · tp1: force.
inline Line small_line(Milliseconds period = 1s) {
  Line line;
  line.id = "small";
  line.period = period;
  line.units = {{"fd1", "", 0}, {"bl1", "", 0}, {"tp1", "", 0}};
  const auto add = [&](std::uint32_t unit, std::string name, Clock clock) {
    Tag tag;
    tag.unit = UnitIndex{unit};
    tag.name = name;
    tag.path = line.units[unit].id + "/" + name;
    tag.clock = clock;
    line.tags.push_back(std::move(tag));
  };
  add(0, "flow", Clock::period);
  add(0, "level", Clock::period);
  add(1, "speed", Clock::period);
  add(1, "recipe", Clock::on_change);
  add(2, "force", Clock::period);
  return line;
}

inline constexpr std::uint32_t fd1 = 0, bl1 = 1, tp1 = 2, whole = 3;
inline constexpr std::uint32_t flow = 0, level = 1, speed = 2, recipe = 3, force = 4;

inline Sample sample(std::uint32_t source, EventTime time, std::vector<std::pair<std::uint32_t, double>> values, std::int64_t seq = 0) {
  Sample result;
  result.source = SourceIndex{source};
  result.time = time;
  result.seq = seq;
  for (const auto& [tag, value] : values) result.values.push_back({TagIndex{tag}, value, static_cast<std::uint8_t>(value == value ? 192 : 0)});
  result.content = digest_of(result);
  return result;
}

}  // namespace steadyline::test
