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
/// An active limit alarm told again.
std::string still(const Line& line, const Watch& watch, const Evidence& evidence);
/// " 2 more of fd1 exceeded: motor torque, screw speed."; empty when the watch speaks for itself alone.
std::string folded(const Line& line, const Watch& watch);

}  // namespace steadyline::words
