#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace steadyline {

/// Without blanks, tabulators and carriage returns at both ends.
std::string_view trimmed(std::string_view text);

/// Splits one line into trimmed cells. A cell in double quotes may hold the separator; doubled quotes inside stand for one.
void split_cells(std::string_view line, char separator, std::vector<std::string>& cells);

/// Takes the next line without its end; false when the text is used up.
bool take_line(std::string_view& text, std::string_view& line);

/// Takes a UTF-8 byte-order mark from the front, where there is one.
void drop_byte_order_mark(std::string_view& text);

}  // namespace steadyline
