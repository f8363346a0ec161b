#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace steadyline {

/// Text as HTML: & < > " escaped.
std::string html_text(std::string_view text);

/// A table; cells are HTML already. The first column is a heading of its row.
std::string html_table(const std::vector<std::string>& heads, const std::vector<std::vector<std::string>>& rows);

/// A whole page that needs nothing from elsewhere: style within, no script, no address.
std::string html_page(std::string_view title, std::string_view body);

}  // namespace steadyline
