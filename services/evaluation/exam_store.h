#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/error.h"

namespace steadyline {

/// The finished runs of an exam, one line of JSON each, in a file that an exam which was stopped goes on with. Its first line says what is
/// examined: bundle, commit, settings; rows of another exam are refused.
///
/// Errors   a file of another exam (usage), a file that cannot be read or written (io).
/// Threads  `add` from any.
class ExamStore {
 public:
  /// `identity`: one line of JSON. An empty path keeps nothing. A last line cut short by a stop is dropped.
  static Result<ExamStore> open(const std::filesystem::path& file, const std::string& identity);

  const std::vector<std::string>& rows() const { return rows_; }  ///< of earlier, in the order of the file
  Result<void> add(const std::string& row);

 private:
  std::filesystem::path path_;
  std::vector<std::string> rows_;
  std::unique_ptr<std::ofstream> file_;
  std::unique_ptr<std::mutex> writing_ = std::make_unique<std::mutex>();
};

}  // namespace steadyline
