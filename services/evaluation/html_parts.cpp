#include "evaluation/html_parts.h"

namespace steadyline {
namespace {

constexpr std::string_view style =
    "body{font:14px/1.45 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:1100px;margin:2em auto;padding:0 1em}"
    "h1{font-size:1.6em}h2{margin-top:2em;border-bottom:1px solid #ccc;padding-bottom:.2em}"
    "table{border-collapse:collapse;margin:1em 0;font-variant-numeric:tabular-nums}"
    "td,th{padding:.2em .6em;border-bottom:1px solid #e3e3e3;text-align:right;white-space:nowrap}"
    "td:first-child,th:first-child{text-align:left}thead th{border-bottom:2px solid #888}"
    "tbody th{font-weight:normal;white-space:normal;min-width:4em}.met{color:#00612e}.missed{color:#b00020;font-weight:600}.note{color:#555}svg{max-width:100%;height:auto}"
    "figure{margin:1em 0}figcaption{color:#555}code{background:#f2f2f2;padding:0 .25em}.wide{overflow-x:auto}";

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string html_table(const std::vector<std::string>& heads, const std::vector<std::vector<std::string>>& rows) {
  std::string out = "<div class=\"wide\"><table><thead><tr>";
  for (const std::string& head : heads) out += "<th scope=\"col\">" + head + "</th>";
  out += "</tr></thead><tbody>\n";
  for (const auto& row : rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) out += i == 0 ? "<th scope=\"row\">" + row[i] + "</th>" : "<td>" + row[i] + "</td>";
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string html_page(std::string_view title, std::string_view body) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>";
  out += html_text(title);
  out += "</title><style>";
  out += style;
  out += "</style></head><body>\n";
  out += body;
  return out + "</body></html>\n";
}

}  // namespace steadyline
