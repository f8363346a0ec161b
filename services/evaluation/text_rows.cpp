#include "evaluation/text_rows.h"

#include <charconv>
#include <fstream>
#include <limits>
#include <sstream>

namespace steadyline {

std::vector<std::string> split_line(std::string_view line, char separator) {
  std::vector<std::string> parts;
  if (separator == ' ') {
    std::istringstream words{std::string{line}};
    for (std::string word; words >> word;) parts.push_back(word);
    return parts;
  }
  for (std::size_t from = 0; from <= line.size();) {
    const std::size_t end = std::min(line.find(separator, from), line.size());
    parts.emplace_back(line.substr(from, end - from));
    from = end + 1;
  }
  return parts;
}

Result<std::vector<std::string>> read_lines(const std::filesystem::path& file) {
  std::ifstream in{file};
  if (!in)
    return tl::unexpected(Error{Errc::io, "cannot be read", file.string(), "check that the public data were fetched and may be read"});
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

double number_of(std::string_view cell) {
  while (!cell.empty() && cell.front() == ' ') cell.remove_prefix(1);
  while (!cell.empty() && cell.back() == ' ') cell.remove_suffix(1);
  if (!cell.empty() && cell.front() == '+') cell.remove_prefix(1);
  double number = 0;
  const auto [end, trouble] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  return trouble == std::errc{} && end == cell.data() + cell.size() && !cell.empty() ? number : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace steadyline
