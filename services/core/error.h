#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace steadyline {

enum class Errc { settings, decode, bundle, kafka_retriable, kafka_fatal, io, usage };

/// What went wrong, for programs (`code`) and for the people who have to mend it (the rest).
struct Error {
  Errc code{};
  std::string what;   ///< what is wrong, with the value seen
  std::string where;  ///< file:line, topic[partition]@offset, tensor name
  std::string mend;   ///< what to do about it
};

template <class T>
using Result = tl::expected<T, Error>;

/// For readers of whole files: every fault at once.
template <class T>
using Checked = tl::expected<T, std::vector<Error>>;

/// `where: what; how to mend`, one line without its end.
std::string to_line(const Error& error);

/// A promise of our own code, checked in release too: prints the words with file and line, and aborts.
#define STEADYLINE_ASSERT(condition, words) \
  ((condition) ? static_cast<void>(0) : ::steadyline::broken_promise(#condition, words, __FILE__, __LINE__))
[[noreturn]] void broken_promise(const char* condition, const char* words, const char* file, int line);

}  // namespace steadyline
