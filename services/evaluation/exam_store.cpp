#include "evaluation/exam_store.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>

namespace steadyline {
namespace {

Error cannot(const char* what, const std::filesystem::path& file) {
  return {Errc::io, what, file.string(), "give a folder that can be written to"};
}

/// The whole lines of a file; what was written last and not to its end is left out.
std::vector<std::string> whole_lines(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);)
    if (!in.eof() && nlohmann::json::accept(line)) lines.push_back(std::move(line));
  return lines;
}

}  // namespace

Result<ExamStore> ExamStore::open(const std::filesystem::path& path, const std::string& identity) {
  ExamStore store;
  if (path.empty()) return store;
  store.path_ = path;
  std::error_code fault;
  std::filesystem::create_directories(path.parent_path(), fault);
  store.rows_ = whole_lines(path);
  if (!store.rows_.empty() && store.rows_.front() != identity)
    return tl::unexpected(Error{Errc::usage, "holds another exam: " + store.rows_.front() + " is not " + identity, path.string(),
                                "name another folder with --out, or remove the file"});
  if (!store.rows_.empty()) store.rows_.erase(store.rows_.begin());
  // Written anew, so that a line cut short is gone.
  store.file_ = std::make_unique<std::ofstream>(path, std::ios::trunc);
  *store.file_ << identity << '\n';
  for (const std::string& row : store.rows_) *store.file_ << row << '\n';
  if (!store.file_->flush()) return tl::unexpected(cannot("cannot be written", path));
  return store;
}

Result<void> ExamStore::add(const std::string& row) {
  if (!file_) return {};
  const std::lock_guard lock{*writing_};
  *file_ << row << '\n';
  if (!file_->flush()) return tl::unexpected(cannot("cannot be written", path_));
  return {};
}

}  // namespace steadyline
