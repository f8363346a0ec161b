#include "app/write_report.h"

#include <fstream>

namespace steadyline {

Result<void> write_report(const EvaluationReport& report, const std::filesystem::path& folder) {
  if (folder.empty()) return {};
  std::error_code fault;
  std::filesystem::create_directories(folder, fault);
  for (const auto& [name, text] : {std::pair{"report.json", to_json(report)}, std::pair{"report.md", to_markdown(report)}}) {
    std::ofstream file{folder / name, std::ios::binary};
    file << text;
    file.close();
    if (!file)
      return tl::unexpected(
          Error{Errc::io, "cannot be written", (folder / name).string(), "check the folder's rights and the disk's room"});
  }
  return {};
}

}  // namespace steadyline
