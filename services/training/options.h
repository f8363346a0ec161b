#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "line/line.h"

namespace steadyline {

/// What the numbers of a column are. A flag is 0 or 1 and nothing else; a totalizer counts up and begins anew at `wrap`.
enum class ColumnKind { value, flag, totalizer };

/// One column of a recording and the tag that its numbers become: value = number * factor + offset, in the tag's unit of measure.
struct DataColumn {
  std::string name;  ///< as in the header row, upper and lower case count
  std::string tag;   ///< tag path of the line description: "compression/main_comp"
  double factor = 1;
  double offset = 0;
  // The rest counts only in a data set of several files (training/joined_reader.h).
  ColumnKind kind = ColumnKind::value;
  double wrap = 0;          ///< of a totalizer, in written numbers
  Band plausible;           ///< where the written numbers lie in production; cells of another column are told by it
  bool never_zero = false;  ///< an exact 0 is no reading
  std::string zero_with;    ///< an exact 0 is a reading only where this column of the same file reads 0 too
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

/// How the rows of one file find their place among those of the others: by their own times; as the n-th row of another file; or by
/// their own times, the last reading holding until the next.
enum class Join { time, row, hold };

/// One kind of file of a data set that comes as a folder.
struct DataFile {
  std::string name;       ///< "feeders1"
  std::string pattern;    ///< of the file names, * for any text: "LiW Feeders 1*.csv"; several files follow each other by name
  Join join = Join::time;
  std::string rows_of;    ///< Join::row: the name of the file whose times it shares
  double hold_s = 3600;   ///< Join::hold: a reading is no longer worth anything after it
  std::string time_column;                ///< empty with Join::row
  std::vector<std::string> time_formats;  ///< tried in order in each row; without %S: the minute alone; without %H %M too: midnight
  bool swapped_dates = false;             ///< some rows have day and month exchanged: their neighbours tell
  double utc_offset_h = 0;
  std::vector<DataColumn> columns;
  std::vector<DroppedColumn> dropped;
  std::vector<RowFilter> filter;
};

/// How a file of recorded rows is read: `config/datasets/*.yaml`. Files are named on the command line; with `files`, their folder.
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
  std::vector<DataFile> files;      ///< of a data set that comes as a folder; time, columns, group and batch column above are unused then
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
  double own_ridge = 10;             ///< the same of what a tag's forecast reads from the tag itself
  double mask_share = 0.01;           ///< of the time each tag is taken away while the forecaster learns from disturbed recordings
  double level_jitter = 2;            ///< sd of the random level shifts taught as harmless, z units: campaigns differ in level
  std::vector<double> horizons_s{10, 30, 60, 120, 300};
  std::vector<double> quantiles{0.05, 0.5, 0.95};
  double fast_span_s = 60;
  double slow_span_s = 600;
  double clip = 8;
  std::vector<double> ladder_s{1, 3, 7, 15, 30, 60, 120, 240, 600};  ///< spans of the EWMAs that the linear forecast reads of its own tag
  std::int64_t autoencoder_hidden = 0;      ///< 0: as many as its inputs
  std::int64_t autoencoder_bottleneck = 0;  ///< 0: a third of its inputs
  int autoencoder_epochs = 40;
  double smooth_frames = 10;          ///< EWMA span of the health error
  double false_alarms_per_24h = 1;    ///< alarm budget of the health score
  double drift_alarms_per_24h = 0.2;  ///< alarm budget of all drift detectors together
  double recorded_drift_alarms_per_24h = 0.5;  ///< likewise where recorded campaigns teach
  SplitOptions split;
};

}  // namespace steadyline
