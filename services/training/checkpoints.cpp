#include "training/checkpoints.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <sys/file.h>
#include <unistd.h>

#include "core/whole_file.h"

namespace steadyline {
namespace {

namespace fs = std::filesystem;

std::optional<CheckpointFile> read_file(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return parse_checkpoint(std::string{std::istreambuf_iterator<char>{in}, {}});
}

}  // namespace

Checkpoints::Checkpoints(fs::path folder, Say say) : folder_{std::move(folder)}, say_{say ? std::move(say) : [](const std::string&) {}} {}

Checkpoints::~Checkpoints() {
  if (locked_ < 0) return;
  std::error_code trouble;
  fs::remove(folder_, trouble);  // a training that ended before its first checkpoint leaves nothing
  ::close(locked_);
}

std::vector<fs::path> Checkpoints::files() const {
  std::vector<fs::path> found;
  std::error_code trouble;
  for (const auto& entry : fs::directory_iterator{folder_, trouble})
    if (entry.path().extension() == ".checkpoint") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

Result<void> Checkpoints::lock() {
  if (locked_ >= 0) return {};
  std::error_code trouble;
  fs::create_directories(folder_, trouble);
  if (trouble)
    return tl::unexpected(
        Error{Errc::io, "cannot be made: " + trouble.message(), folder_.string(), "name an --out beside which a folder can be made"});
  locked_ = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  // Some file systems know no locks: there nobody keeps two trainings apart.
  if (locked_ >= 0 && ::flock(locked_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    ::close(locked_);
    locked_ = -1;
    return tl::unexpected(Error{Errc::usage, "is in use by another training", folder_.string(), "wait for its end, or name another --out"});
  }
  return {};
}

Result<void> Checkpoints::refuse_others(const TrainingIdentity& theirs) const {
  std::string differing;
  for (const auto& [name, value] : identity_)
    if (const auto found = theirs.find(name); found != theirs.end() && found->second != value)
      differing += (differing.empty() ? "" : ", ") + name;
  if (differing.empty()) return {};
  return tl::unexpected(Error{Errc::usage, "holds an unfinished training that differs in: " + differing, folder_.string(),
                              "give the command that began it to go on with it, name another --out, or discard it with --afresh"});
}

Result<void> Checkpoints::begin(bool afresh) {
  if (auto alone = lock(); !alone) return alone;
  if (afresh) remove_files();
  for (const fs::path& path : files()) {
    if (const auto file = read_file(path)) {
      if (auto own = refuse_others(file->identity); !own) return own;
      continue;
    }
    say_(path.string() + ": is damaged; what it held is learned anew");
    std::error_code trouble;
    fs::remove(path, trouble);
  }
  return {};
}

std::optional<Checkpoint> Checkpoints::read(const std::string& stage) {
  const fs::path path = file_of(stage);
  std::error_code trouble;
  if (!fs::exists(path, trouble)) return std::nullopt;
  auto file = read_file(path);
  if (!file || file->identity != identity_) {
    say_(path.string() + (file ? ": is of another training" : ": is damaged") + "; what it held is learned anew");
    return std::nullopt;
  }
  resumed_.push_back(file->checkpoint.words);
  say_(fmt::format("goes on from {}: {}", path.string(), file->checkpoint.words));
  return std::move(file->checkpoint);
}

void Checkpoints::write(const std::string& stage, const Checkpoint& checkpoint) {
  const auto written = write_or_leave(file_of(stage), write_checkpoint({identity_, checkpoint}));
  if (written || told_no_room_) return;
  told_no_room_ = true;
  say_(fmt::format("{}: {}; the training goes on, but if it is stopped it cannot go on from here", written.error().where,
                   written.error().what));
}

void Checkpoints::remove_files() const {
  std::error_code trouble;
  std::vector<fs::path> all = files();
  for (const auto& entry : fs::directory_iterator{folder_, trouble})
    if (entry.path().string().ends_with(".checkpoint.part")) all.push_back(entry.path());  // writing it broke off
  for (const fs::path& path : all) fs::remove(path, trouble);
}

void Checkpoints::discard() {
  remove_files();
  std::error_code trouble;
  fs::remove(folder_, trouble);  // only when it is empty
}

}  // namespace steadyline
