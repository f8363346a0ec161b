#pragma once

#include <span>
#include <string>
#include <vector>

#include "frames/frame.h"
#include "line/line.h"
#include "training/dataset_reader.h"
#include "training/options.h"

namespace steadyline {

/// One campaign as the models see it: checked frames in time order; a cold one begins each segment. Made from recorded rows here,
/// from the twin by its caller: training knows no other form of data.
struct Recording {
  std::string group;
  std::vector<Frame> frames;
  bool faulty = false;  ///< a fault was at work in it: teaches the forecaster alone
};

/// Turns rows into frames as the live line would: the frame of t holds the newest row in (t - period, t], silence up to the data
/// set's gap_s gives frames with missing values, longer silence and a new group begin cold; the live line's checker judges quality.
std::vector<Recording> to_recordings(const Line& line, const Dataset& dataset, std::span<const DataRow> rows);

/// Recordings by use. `test` may be empty.
struct Split {
  std::vector<Recording> train, calibrate, test;
};
/// Errors   a group that does not exist or is named twice; nothing to train or calibrate on.
Result<Split> split_recordings(std::vector<Recording> recordings, const SplitOptions& options);

/// SHA-256 over times, groups, values and flaws of all frames: names the data that a bundle was made from.
std::string fingerprint(std::span<const Recording> recordings);

}  // namespace steadyline
