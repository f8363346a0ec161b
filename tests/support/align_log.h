#pragma once

#include <cstring>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include "frames/align.h"
#include "support/sample_line.h"

/// Logs of samples and ticks for the aligner, and what it makes of them.
namespace steadyline::test {

using Entry = std::variant<Sample, Tick>;

inline EventTime time_of(const Entry& entry) {
  return std::visit([](const auto& one) { return one.time; }, entry);
}

/// A frame as bytes: equal texts are equal bits.
inline std::string bytes_of(const Frame& frame) {
  std::string out;
  const auto add = [&](const auto& value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); };
  add(frame.time);
  out += frame.cold ? 'C' : '-';
  for (const double value : frame.values) add(value);
  for (const Flaw flaw : frame.flaws) add(flaw);
  return out;
}

struct Outcome {
  std::vector<Frame> frames;
  std::vector<std::size_t> closed_by;  ///< place in the log of the record that closed the frame
  std::map<std::int64_t, Fate> fates;  ///< by offset
  bool decided_twice = false;

  std::vector<std::string> bytes(std::size_t closed_from = 0) const {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      if (closed_by[i] >= closed_from) out.push_back(bytes_of(frames[i]));
    }
    return out;
  }
  std::vector<std::size_t> counts() const {
    std::vector<std::size_t> out(fate_count);
    for (const auto& [offset, fate] : fates) ++out[static_cast<std::size_t>(fate)];
    return out;
  }
};

/// An aligner and all that it has said. Offsets are places in the log.
class LogRun {
 public:
  LogRun(const Line& line, AlignmentOptions options, std::size_t from = 0) : aligner{line, options}, next_{from} {}

  void take(const Entry& entry) {
    Aligner::Closed closed;
    if (const auto* one = std::get_if<Sample>(&entry)) {
      aligner.take(Sample{*one}, Position{0, static_cast<std::int64_t>(next_)}, closed);
    } else {
      aligner.tick(std::get<Tick>(entry).time, closed);
    }
    for (Frame& frame : closed.frames) {
      outcome.frames.push_back(std::move(frame));
      outcome.closed_by.push_back(next_);
    }
    for (const Fated& fated : closed.fates) outcome.decided_twice |= !outcome.fates.emplace(fated.at.offset, fated.fate).second;
    ++next_;
  }

  Aligner aligner;
  Outcome outcome;

 private:
  std::size_t next_;
};

inline Outcome outcome_of(const Line& line, AlignmentOptions options, const std::vector<Entry>& log, std::size_t from = 0) {
  LogRun run(line, options, from);
  for (std::size_t i = from; i < log.size(); ++i) run.take(log[i]);
  return std::move(run.outcome);
}

/// Ticks that close everything, one per period, after the log's newest time.
inline void add_closing_ticks(std::vector<Entry>& log, const Line& line, const AlignmentOptions& options) {
  EventTime newest{};
  for (const Entry& entry : log) newest = std::max(newest, time_of(entry));
  for (int i = 1; i <= closing_ticks(line, options); ++i) log.push_back(Tick{newest + i * line.period});
}

}  // namespace steadyline::test
