#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "line/line.h"
#include "training/recordings.h"

namespace steadyline {

struct TrimOptions {
  double window_s = 600;
  double settle_s = 120;    ///< after a start nothing is looked at
  double limit = 10;        ///< robust standard deviations of a window from the others beyond which it is left out; its neighbours beyond half
  double share_max = 0.1;   ///< of the windows: of more, the worst go and the rest is told
};

/// A stretch of a recording that is unlike the rest.
struct LeftOut {
  std::string group;
  EventTime from, to;
  std::string tag;       ///< which shows it most
  bool scatter = false;  ///< by its scatter, else by its level
  double distance = 0;   ///< in robust standard deviations of the windows
};
std::string to_line(const LeftOut& stretch);

/// What a search for contaminated stretches found.
struct Contamination {
  std::vector<LeftOut> left_out;  ///< in order of recordings and time; neighbours joined
  std::size_t windows = 0;        ///< looked at
  std::size_t beyond = 0;         ///< of them beyond the limit, or neighbours
  bool too_many = false;          ///< more than share_max were: the data are of two kinds, somebody must look
};

/// Looks for stretches of running production that differ from the rest, all recordings together: of each modelled tag and window its
/// mean and the spread of its steps, against median and MAD of all windows (a first robust pass, as in least trimmed squares, Rousseeuw
/// 1984). A window is worth its farthest number.
Contamination find_contamination(const Line& line, std::span<const Recording> recordings, const TrimOptions& options = {});

/// The recordings without these stretches; what follows one begins cold.
std::vector<Recording> without(std::vector<Recording> recordings, std::span<const LeftOut> left_out);

/// Leaves contaminated stretches out of what teaches and what calibrates, judged together, and writes into `facts` (a bundle's passport) what
/// was left out and why.
void trim(const Line& line, Split& split, std::map<std::string, std::string>& facts, const TrimOptions& options = {});

}  // namespace steadyline
