#include "core/whole_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace steadyline {
namespace {

Error trouble(const std::filesystem::path& path, const std::string& what) {
  const std::string said = std::strerror(errno);
  const bool full = errno == ENOSPC || errno == EDQUOT;
  return {Errc::io, what + ": " + said, path.string(),
          full ? "make room and start the same command again: complete files are kept" : "check the folder and its permissions"};
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// The new name, too, must outlive a loss of power. Not every file system can do it: then it is as safe as it gets.
void keep_names(const std::filesystem::path& folder) {
  const int open = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (open < 0) return;
  static_cast<void>(::fsync(open));
  ::close(open);
}

}  // namespace

Result<void> write_or_leave(const std::filesystem::path& path, std::string_view bytes) {
  const std::filesystem::path part = path.string() + ".part";
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return tl::unexpected(trouble(part, "cannot be opened for writing"));
  const bool written = write_all(file, bytes) && ::fsync(file) == 0;
  const Error why = written ? Error{} : trouble(path, "cannot be written");
  if (::close(file) != 0 && written) return tl::unexpected(trouble(path, "cannot be written"));
  if (!written) {
    ::unlink(part.c_str());
    return tl::unexpected(why);
  }
  if (::rename(part.c_str(), path.c_str()) != 0) return tl::unexpected(trouble(path, "cannot be put in its place"));
  keep_names(path.parent_path());
  return {};
}

}  // namespace steadyline
