#pragma once

#include <string>

#include "line/line.h"
#include "monitor/judge.h"

/// The sentences that operators read. One place, so that they agree with each other.
namespace steadyline::words {

/// A number as people read it: 4 significant digits.
std::string number(double value);
/// "5.01 kg/h".
std::string with_uom(const Tag& tag, double value);
/// "fd1 screw speed"; "fd1"; "cdc1".
std::string subject(const Line& line, const Watch& watch);

std::string raised(const Line& line, const Watch& watch, const Evidence& evidence, const AlarmOptions& options);
std::string escalated(const Line& line, const Watch& watch, const Evidence& evidence);
std::string returned(const Line& line, const Watch& watch, const Evidence& evidence, bool running);
std::string acknowledged(const Line& line, const Watch& watch, const std::string& user);
std::string restarted(const Line& line, const Watch& watch);
std::string followed(const Line& line, const Watch& watch);
/// " It follows fd1." of a member of a group; of a first-out alarm what is suspected, as far as it is known.
std::string follows(const Line& line, const Watch& watch, const AlarmGroup* group);
/// A group told again: what moved first and when, what it is put down to, what follows.
std::string group_told(const Line& line, const Watch& head, const AlarmGroup& group, EventTime since);

}  // namespace steadyline::words
