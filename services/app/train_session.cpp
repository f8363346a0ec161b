#include "app/train_session.h"

#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

#include "app/verbs.h"
#include "core/sha256.h"
#include "core/time_text.h"
#include "core/whole_file.h"
#include "evaluation/training_page.h"
#include "training/options_text.h"

namespace steadyline {
namespace {

namespace fs = std::filesystem;

/// "DIR/" names DIR, "." its whole path: something can be written behind it.
fs::path folder_of(const fs::path& out) {
  const fs::path named = out.has_filename() ? out : out.parent_path();
  return named.filename() == "." || named.filename() == ".." ? fs::weakly_canonical(named) : named;
}

fs::path part_of(fs::path out) { return out += ".part"; }

std::string hash_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return sha256_hex(std::string{std::istreambuf_iterator<char>{in}, {}});
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (c == '\n') c = ' ';
  return text;
}

}  // namespace

TrainSession::TrainSession(const fs::path& out, Terminal& terminal)
    : out_{folder_of(out)}, terminal_{terminal}, checkpoints_{part_of(out_), [&terminal](const std::string& words) {
                                                                terminal.say(words);
                                                              }} {}

Result<void> TrainSession::begin(const TrainOptions& options, const std::vector<fs::path>& files, const std::string& words, bool afresh) {
  std::string hashes = words;
  for (const fs::path& file : files) hashes += fmt::format(" {}", hash_of(file));
  checkpoints_.belongs_to("program", hash_of("/proc/self/exe"));  // another build may compute otherwise
  checkpoints_.belongs_to("options", to_text(options));
  checkpoints_.belongs_to("twin and scenarios", sha256_hex(hashes));
  auto begun = checkpoints_.begin(afresh);
  if (begun) terminal_.say(fmt::format("checkpoints: {}; stopped, the same command resumes", part_of(out_).string()));
  return begun;
}

int TrainSession::end(Result<Bundle> bundle) {
  if (!bundle) return report(bundle.error());
  if (const auto saved = save_bundle(*bundle, out_); !saved) return report(saved.error());
  course_.resumed = checkpoints_.resumed();
  const auto now = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
  const fs::path page = out_ / "training.html";
  if (const auto written = write_or_leave(page, to_html(course_, *bundle, one_line(version_text()), to_rfc3339(now))); !written)
    return report(written.error());
  checkpoints_.discard();
  terminal_.say("report: " + page.string());
  std::printf("%s  %s\n", bundle->sha256.c_str(), out_.string().c_str());
  return exit_done;
}

}  // namespace steadyline
