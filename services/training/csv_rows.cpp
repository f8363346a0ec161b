#include "training/csv_rows.h"

namespace steadyline {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

void split_cells(std::string_view line, char separator, std::vector<std::string>& cells) {
  cells.clear();
  std::string cell;
  bool quoted = false;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i == line.size() || (line[i] == separator && !quoted)) {
      cells.emplace_back(trimmed(cell));
      cell.clear();
    } else if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      cell.push_back(line[++i]);
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else {
      cell.push_back(line[i]);
    }
  }
}

bool take_line(std::string_view& text, std::string_view& line) {
  if (text.empty()) return false;
  const auto end = text.find('\n');
  line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return true;
}

void drop_byte_order_mark(std::string_view& text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (text.substr(0, mark.size()) == mark) text.remove_prefix(mark.size());
}

}  // namespace steadyline
