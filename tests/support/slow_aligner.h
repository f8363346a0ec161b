#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "support/align_log.h"

/// The obvious twin of the aligner, for logs without jumps, late and waiting samples: collect everything, sort, cut into frames.
namespace steadyline::test {

inline EventTime frame_end(EventTime time, Milliseconds period) {
  const auto ms = time.time_since_epoch().count(), p = period.count();
  return EventTime{Milliseconds{ms % p == 0 ? ms : (ms / p + 1) * p}};
}

/// `last`: time of the last frame.
inline Outcome slow_align(const Line& line, const AlignmentOptions& options, const std::vector<Entry>& log, EventTime last) {
  struct Placed {
    const Sample* sample;
    std::int64_t offset;
  };
  std::vector<Placed> all;
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (const auto* sample = std::get_if<Sample>(&log[i])) all.push_back({sample, static_cast<std::int64_t>(i)});
  }
  Outcome outcome;
  if (all.empty()) return outcome;
  std::sort(all.begin(), all.end(), [](const Placed& a, const Placed& b) {
    if (a.sample->time != b.sample->time) return a.sample->time < b.sample->time;
    if (a.sample->content != b.sample->content) return a.sample->content < b.sample->content;
    return a.offset > b.offset;  // of identical ones the first to come is the last written, and so the one that is used
  });
  const std::size_t tags = line.tags.size();
  const double stale_s = std::max(options.stale_after_s, 2e-3 * static_cast<double>(line.period.count()));
  std::vector<double> value(tags, std::numeric_limits<double>::quiet_NaN());
  std::vector<Flaw> flaw(tags, Flaw::missing);
  std::vector<EventTime> read(tags), heard(line.units.size());
  std::size_t next = 0;
  bool cold = true;
  for (EventTime end = frame_end(all[0].sample->time, line.period); end <= last; end += line.period, cold = false) {
    std::vector<std::int64_t> writer(tags, -1);
    const std::size_t from = next;
    for (; next < all.size() && all[next].sample->time <= end; ++next) {
      const Sample& sample = *all[next].sample;
      for (std::size_t u = 0; u < heard.size(); ++u) {
        if (sample.source.value == u || sample.source.value == heard.size()) heard[u] = end;
      }
      for (const SampleValue& v : sample.values) {
        writer[v.tag.value] = static_cast<std::int64_t>(next);
        read[v.tag.value] = end;
      }
    }
    Frame frame{end, cold, false, {}, {}};
    for (std::size_t t = 0; t < tags; ++t) {
      if (writer[t] >= 0) {
        for (const SampleValue& v : all[static_cast<std::size_t>(writer[t])].sample->values) {
          if (v.tag.value != t) continue;
          flaw[t] = std::isnan(v.value) || v.opc < 64 ? Flaw::null : v.opc < 192 ? Flaw::uncertain : Flaw::good;
          if (flaw[t] != Flaw::null) value[t] = v.value;
        }
        frame.flaws.push_back(flaw[t]);
      } else {
        const bool change = line.tags[t].clock == Clock::on_change;
        const EventTime since = change ? heard[line.tags[t].unit.value] : read[t];
        const bool stale = static_cast<double>((end - since).count()) > 1000 * stale_s;
        frame.flaws.push_back(read[t] == EventTime{} ? Flaw::missing : stale ? Flaw::stale : change ? flaw[t] : Flaw::missing);
      }
      frame.values.push_back(value[t]);
    }
    for (std::size_t i = from; i < next; ++i) {
      Fate fate = Fate::superseded;
      for (std::size_t j = from; j < next; ++j) {
        if (j != i && all[j].sample->content == all[i].sample->content && all[j].offset < all[i].offset) fate = Fate::duplicate;
      }
      if (std::find(writer.begin(), writer.end(), static_cast<std::int64_t>(i)) != writer.end()) fate = Fate::used;
      outcome.fates[all[i].offset] = fate;
    }
    outcome.frames.push_back(std::move(frame));
    outcome.closed_by.push_back(0);
  }
  return outcome;
}

}  // namespace steadyline::test
