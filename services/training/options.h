#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace steadyline {

/// One column of a recording and the tag that its numbers become: value = number * factor + offset, in the tag's unit of measure.
struct DataColumn {
  std::string name;  ///< as in the header row, upper and lower case count
  std::string tag;   ///< tag path of the line description: "compression/main_comp"
  double factor = 1;
  double offset = 0;
};

/// A column that is left out, and why: a column that is neither mapped, dropped, time, group nor batch is an error.
struct DroppedColumn {
  std::string name;
  std::string reason;
};

/// Keeps the rows whose `column` reads exactly `equals`; the others are set aside under the reason "filter".
struct RowFilter {
  std::string column;
  std::string equals;
};

/// How a file of recorded rows is read: `config/datasets/*.yaml`. Files are named on the command line.
struct Dataset {
  std::string name;         ///< "zagar"
  std::string line;         ///< id of the line it describes: "press-zagar"
  std::string source;       ///< where the public original is, its licence and how to cite it
  char separator = ',';
  char decimal = '.';       ///< '.' or ','
  std::string time_column = "time";
  std::string time_format = "%Y-%m-%dT%H:%M:%S";  ///< %Y %m %d %H %M %S (with fraction) and literal characters; or "rfc3339", or "epoch_s", "epoch_ms"
  double utc_offset_h = 0;  ///< of the written times: 1 for CET; ignored by rfc3339 and epoch
  std::vector<DataColumn> columns;
  std::vector<DroppedColumn> dropped;
  std::string group_column;  ///< campaign: the unit of splits, never cut at random; empty: the whole file is one group
  std::string batch_column;  ///< may be empty
  std::vector<RowFilter> filter;
  double gap_s = 60;         ///< a longer silence ends a segment: the models begin anew after it
  std::vector<std::string> blanks;  ///< texts that mean "no reading" beside empty cells and runs of spaces: "NA", "NaN"
};

/// Which groups teach, which set the thresholds and which judge. By name, or, with all lists empty, by time order: the first
/// `train_share` of the groups' frames, then `calibrate_share`, then the rest.
struct SplitOptions {
  std::vector<std::string> train, calibrate, test;
  double train_share = 0.6;
  double calibrate_share = 0.2;
};

struct TrainOptions {
  std::uint64_t seed = 1;
  std::int64_t hidden = 24;           ///< LSTM width
  std::int64_t layers = 1;            ///< LSTM layers; the bundle format knows one
  int epochs = 30;                    ///< at most; training stops early on the calibration group
  int patience = 5;                   ///< epochs without a better calibration loss before it stops
  double learning_rate = 3e-3;
  std::int64_t chunk_frames = 60;     ///< truncated back-propagation length; the state is carried across chunks
  std::int64_t streams = 32;          ///< parallel sequences per step
  double weight_decay = 1e-4;
  double ridge = 10;                  ///< penalty of the linear start of the heads, in frames
  double level_jitter = 2;            ///< sd of the random level shifts taught as harmless, z units: campaigns differ in level
  std::vector<double> horizons_s{10, 30, 60, 120, 300};
  std::vector<double> quantiles{0.05, 0.5, 0.95};
  double fast_span_s = 60;
  double slow_span_s = 600;
  double clip = 8;
  std::int64_t autoencoder_hidden = 0;      ///< 0: as many as its inputs
  std::int64_t autoencoder_bottleneck = 0;  ///< 0: a third of its inputs
  int autoencoder_epochs = 40;
  double smooth_frames = 10;          ///< EWMA span of the health error
  double false_alarms_per_24h = 1;    ///< alarm budget of the health score
  SplitOptions split;
};

}  // namespace steadyline
