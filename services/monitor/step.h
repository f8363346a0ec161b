#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "frames/context.h"
#include "frames/frame.h"
#include "frames/message.h"
#include "frames/record.h"
#include "frames/trouble.h"
#include "monitor/assessment.h"

namespace steadyline {

struct LineState;
struct LoadedModels;

/// A frame on its way through the monitor.
struct FrameStep {
  LineState* line;
  Frame frame;
  const LoadedModels* models = nullptr;      ///< in force for this frame; null: no bundle
  const LoadedModels* challenger = nullptr;  ///< beside them, to compare with; null: none
  bool began = false;    ///< the first running frame since a cold start or a standstill: models and means begin anew
  bool settled = false;  ///< it runs and has run for warm_up_s: models and limits may raise alarms
  bool trained = true;   ///< it makes the product, at the rates, that health was trained on, and all material is of that
  Context context{};     ///< set by the check, as began, settled and trained are
  Assessment assessment{};  ///< by the models in force
  Assessment second{};      ///< by the challenger
  std::vector<DataTrouble> troubles{};  ///< that stand: of units and line when the frame closed; the check adds those of the tags
  std::vector<AtLineResult> results{};  ///< of quality attributes, come as records since the frame before
};

/// A command on its way to the alarms of its line.
struct CommandStep {
  LineState* line;
  Command command;
};

/// A record that could not be used. `bytes` are absent when they are gone (a future sample whose wait has ended).
struct RejectionStep {
  Position at;
  std::string_view key;
  std::string reason;
  std::string what;
  std::optional<std::string_view> bytes;
};

/// What a record brought. Steps keep the order of the log, so any split of the log gives the same outputs.
struct Step {
  Position cause;
  std::variant<FrameStep, CommandStep, RejectionStep> what;
};
using Steps = std::vector<Step>;

}  // namespace steadyline
