#include "campaigns/msom_layout.h"

#include <fmt/format.h>
#include <system_error>
#include <utility>

#include "campaigns/msom_contextual.h"
#include "campaigns/msom_machine.h"

namespace steadyline {
namespace {

constexpr std::string_view about =
    "Files in the form of the MSOM challenge's, from a simulated line.\n"
    "Machine files, one row a second: LiW Feeders 1, LiW Feeders 2 (without times: its n-th row belongs to the n-th of LiW Feeders 1),\n"
    "Blenders, Tablet Press. Slow: Humidity and Temperature. Contextual: RM Tablet Properties and Drum Change, RM Content Uniformity,\n"
    "RM Material Properties, Logbook Long Run Days.\n"
    "Times are UTC: dd/mm/yyyy HH:MM:SS in the machine files, yyyy-mm-dd HH:MM:SS in the others.\n"
    "Read by config/datasets/msom.yaml onto config/lines/cdc50.yaml.\n";

}  // namespace

struct MsomWriter::Files {
  Files(const std::filesystem::path& in, const MsomTraps& traps)
      : folder{in}, machine{in, traps}, contextual{in, traps.seed}, seed{traps.seed} {}
  std::filesystem::path folder;
  MsomMachineFiles machine;
  MsomContextualFiles contextual;
  std::uint64_t seed;
  MsomAccount account;
};

MsomWriter::MsomWriter(std::unique_ptr<Files> files) : files_{std::move(files)} {}
MsomWriter::~MsomWriter() = default;
MsomWriter::MsomWriter(MsomWriter&&) noexcept = default;
MsomWriter& MsomWriter::operator=(MsomWriter&&) noexcept = default;

Result<MsomWriter> MsomWriter::open(const std::filesystem::path& folder, const MsomTraps& traps) {
  std::error_code trouble;
  std::filesystem::create_directories(folder, trouble);
  if (trouble)
    return tl::unexpected(Error{Errc::io, "cannot be made: " + trouble.message(), folder.string(), "give a folder that can be written to"});
  if (std::filesystem::exists(folder / "Tablet Press.csv", trouble))
    return tl::unexpected(Error{Errc::usage, "holds such files already", folder.string(), "give another folder, or remove them"});
  return MsomWriter{std::make_unique<Files>(folder, traps)};
}

bool MsomWriter::write(const MsomSecond& second) {
  const bool slow = files_->contextual.write(second);
  return files_->machine.write(second, files_->account.planted) && slow;
}

void MsomWriter::log(EventTime time, const std::string& event, const std::string& entry) { files_->contextual.log(time, event, entry); }

Result<MsomAccount> MsomWriter::finish() {
  MsomAccount& account = files_->account;
  if (auto closed = files_->machine.close(account.rows); !closed) return tl::unexpected(closed.error());
  if (auto closed = files_->contextual.close(account.rows); !closed) return tl::unexpected(closed.error());
  MsomFile readme{files_->folder / "README.txt", about};
  if (account.planted.empty()) readme.row("No trap is set.");
  for (const auto& [trap, count] : account.planted)
    readme.row(fmt::format("Trap {}: {} rows or cells, seed {}.", trap, count, files_->seed));
  if (auto closed = readme.close(); !closed) return tl::unexpected(closed.error());
  return account;
}

}  // namespace steadyline
