#pragma once

#include <memory>
#include <vector>

#include "monitor/desk.h"
#include "monitor/line_state.h"
#include "monitor/pipeline.h"

namespace steadyline {

/// All lines of the monitor: their descriptions, models and states. Gives each message to the line it belongs to.
class Lines {
 public:
  Lines(std::vector<Pipeline::Setup> setups, const MonitorOptions& options);

  std::span<const Line> descriptions() const { return descriptions_; }
  Models& models() { return models_; }

  /// Takes one decoded record: appends the steps that it causes and tells the desk the fates that it decides.
  void take(Message&& message, const Record& record, Steps& steps, Desk& desk);
  /// A further bundle that an activation may name.
  void offer(LineIndex line, const std::shared_ptr<const Bundle>& bundle);
  /// Lines begin with these bundles instead of the settings' own; the hashes of those that are not at hand.
  std::vector<std::string> bring_back(const BundlesInForce& in_force);
  /// Forgets what is known of a partition's lines: the settings' own bundles are theirs again.
  void forget(std::int32_t partition);
  /// The same for a partition that has come; its log names the bundles of the lines that were brought back since the last one.
  void assign(std::int32_t partition);

  /// How far the log of a partition is used up by its lines, when its records up to `last_seen` were taken.
  Progress progress_of(std::int32_t partition, std::int64_t last_seen) const;
  std::vector<LineStatus> status() const;  ///< of the lines seen

 private:
  void take_sample(Sample&& sample, const Record& record, Steps& steps, Desk& desk);
  void take_tick(EventTime time, const Record& record, Steps& steps, Desk& desk);
  void take_command(Command&& command, const Record& record, Steps& steps, Desk& desk);
  void take_activate(const Activate& activate, const Record& record, Steps& steps, Desk& desk);
  const LoadedModels* find(LineIndex line, std::string_view sha256) const;
  std::int64_t read_from(std::int32_t partition, std::int64_t next) const;
  void pass_on(LineState& line, const Record& record, Steps& steps, Desk& desk);
  std::unique_ptr<LineState> fresh(std::uint32_t index) const;

  std::vector<Line> descriptions_;
  MonitorOptions options_;
  Models models_;
  std::vector<std::vector<const LoadedModels*>> at_hand_;  // by line
  std::vector<LineState::InForce> own_;                    // by line: the settings' own
  std::vector<LineState::InForce> begins_with_;            // by line: those that its partition's log had put in force
  std::vector<std::unique_ptr<LineState>> states_;  // by line
  std::vector<std::uint32_t> brought_back_;         // lines whose partition is about to come
  Aligner::Closed closed_;                          // scratch of one record
};

}  // namespace steadyline
