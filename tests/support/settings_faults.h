#pragma once

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <vector>

#include "core/error.h"

namespace steadyline::test {

inline const std::filesystem::path root = STEADYLINE_SOURCE_DIR;

inline std::string file_text(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

inline std::string all_of(const std::vector<Error>& errors) {
  std::string lines;
  for (const Error& error : errors) lines += to_line(error) + "\n";
  return lines;
}

/// The faults of a file that was refused, a line each.
template <class T>
std::string faults_of(const Checked<T>& read) {
  return read ? "no fault" : all_of(read.error());
}

/// A file with mistakes.
struct Broken {
  std::string text;
  std::vector<std::string> words;  ///< each must stand in the faults
};

inline void expect_faults(const Broken& broken, const std::string& faults) {
  for (const std::string& word : broken.words) EXPECT_THAT(faults, testing::HasSubstr(word)) << broken.text.substr(0, 2000);
}

}  // namespace steadyline::test
