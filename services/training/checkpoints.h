#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "training/checkpoint.h"

namespace steadyline {

/// The folder in which a training keeps how far it is, one file for each stage: stopped at any moment, the same training goes on from there
/// and ends in the same bytes.
///
/// Whose     each file names its training (`belongs_to`). Those of another are refused; nothing of theirs is used or overwritten.
/// Damaged   a file whose hash does not fit is told, removed, and what it held is learned anew.
/// No room   is told once; the training goes on, only it cannot be resumed.
/// One       at a time: a folder in use by another training is refused.
/// Threads   one.
class Checkpoints {
 public:
  using Say = std::function<void(const std::string& words)>;
  explicit Checkpoints(std::filesystem::path folder, Say say = {});
  ~Checkpoints();
  Checkpoints(const Checkpoints&) = delete;
  Checkpoints& operator=(const Checkpoints&) = delete;

  /// Part of whose training it is; all parts together must determine the bytes of the bundle.
  void belongs_to(const std::string& name, std::string value) { identity_[name] = std::move(value); }
  /// Makes the folder and looks through what it holds, by what is known of the training so far: may be called again when more is known.
  /// `afresh`: whatever it holds is removed first.
  /// Errors   another training's (usage, names in what it differs), in use (usage), cannot be made (io).
  Result<void> begin(bool afresh = false);

  /// Where the stage stopped; nothing: at its beginning. Tells what it goes on with.
  std::optional<Checkpoint> read(const std::string& stage);
  void write(const std::string& stage, const Checkpoint& checkpoint);
  /// What `read` found, as it told.
  const std::vector<std::string>& resumed() const { return resumed_; }

  /// The training is done: removes its checkpoints, and the folder when nothing else is in it.
  void discard();

 private:
  std::filesystem::path file_of(const std::string& stage) const { return folder_ / (stage + ".checkpoint"); }
  std::vector<std::filesystem::path> files() const;
  void remove_files() const;
  Result<void> lock();
  Result<void> refuse_others(const TrainingIdentity& theirs) const;

  std::filesystem::path folder_;
  Say say_;
  TrainingIdentity identity_;
  std::vector<std::string> resumed_;
  int locked_ = -1;  ///< the open folder
  bool told_no_room_ = false;
};

}  // namespace steadyline
