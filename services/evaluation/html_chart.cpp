#include "evaluation/html_chart.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

#include "evaluation/html_parts.h"

namespace steadyline {
namespace {

constexpr double width = 860, height = 260, left = 64, right = 12, top = 26, bottom = 40;

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
  void take(double v) {
    if (!std::isfinite(v)) return;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  void settle(double room) {
    if (!(low <= high)) low = 0, high = 1;
    const double span = high > low ? high - low : std::max(1e-9, std::fabs(high) * 0.1);
    low -= room * span;
    high += room * span;
  }
};

/// 1, 2 or 5 times a power of ten, for about `count` ticks.
double tick_step(double span, int count) {
  const double raw = span / count, power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (raw <= factor * power) return factor * power;
  return 10 * power;
}

/// Where numbers lie in the picture.
class Scales {
 public:
  explicit Scales(const Chart& chart) {
    for (const auto& line : chart.lines) take(line.x, line.y);
    for (const auto& band : chart.bands) take(band.x, band.low), take(band.x, band.high);
    x_.settle(0);
    y_.settle(0.05);
    if (chart.y_low < chart.y_high) y_ = {chart.y_low, chart.y_high};
  }
  double x(double v) const { return left + (v - x_.low) / (x_.high - x_.low) * (width - left - right); }
  double y(double v) const {
    return height - bottom - (std::clamp(v, y_.low, y_.high) - y_.low) / (y_.high - y_.low) * (height - top - bottom);
  }
  bool shows(double v) const { return v >= x_.low && v <= x_.high; }

  std::string axes(const Chart& chart) const {
    std::string out;
    const double dx = tick_step(x_.high - x_.low, 8), dy = tick_step(y_.high - y_.low, 5);
    for (double v = std::ceil(y_.low / dy) * dy; v <= y_.high + dy * 1e-9; v += dy)
      out += fmt::format(
          "<line x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#e3e3e3\"/><text x=\"{}\" y=\"{:.1f}\" "
          "text-anchor=\"end\">{:g}</text>",
          left, width - right, y(v), y(v), left - 6, y(v) + 4, std::fabs(v) < dy * 1e-6 ? 0 : v);
    for (double v = std::ceil(x_.low / dx) * dx; v <= x_.high + dx * 1e-9; v += dx)
      out += fmt::format(
          "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{}\" y2=\"{}\" stroke=\"#888\"/><text x=\"{:.1f}\" y=\"{}\" "
          "text-anchor=\"middle\">{:g}</text>",
          x(v), x(v), height - bottom, height - bottom + 4, x(v), height - bottom + 16, std::fabs(v) < dx * 1e-6 ? 0 : v);
    out += fmt::format("<line x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\" stroke=\"#888\"/>", left, width - right, height - bottom,
                       height - bottom);
    out += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>", (left + width - right) / 2, height - 6,
                       html_text(chart.x_label));
    return out + fmt::format("<text x=\"14\" y=\"{}\" text-anchor=\"middle\" transform=\"rotate(-90 14 {})\">{}</text>",
                             (top + height - bottom) / 2, (top + height - bottom) / 2, html_text(chart.y_label));
  }

 private:
  void take(const std::vector<double>& x, const std::vector<double>& y) {
    for (std::size_t i = 0; i < x.size(); ++i)
      if (std::isfinite(y[i])) x_.take(x[i]), y_.take(y[i]);
  }
  Range x_, y_;
};

std::string line_path(const Scales& frame, const Chart::Line& line) {
  std::string path;
  bool broken = true;
  for (std::size_t i = 0; i < line.x.size(); ++i) {
    if (!std::isfinite(line.y[i]) || !frame.shows(line.x[i])) {
      broken = true;
      continue;
    }
    path += fmt::format("{}{:.1f} {:.1f}", broken ? "M" : "L", frame.x(line.x[i]), frame.y(line.y[i]));
    broken = false;
  }
  return fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"/>", path, line.colour);
}

std::string band_path(const Scales& frame, const Chart::Band& band) {
  std::string path;
  for (std::size_t i = 0; i < band.x.size(); ++i)
    path += fmt::format("{}{:.1f} {:.1f}", i == 0 ? "M" : "L", frame.x(band.x[i]), frame.y(band.high[i]));
  for (std::size_t i = band.x.size(); i-- > 0;) path += fmt::format("L{:.1f} {:.1f}", frame.x(band.x[i]), frame.y(band.low[i]));
  return path.empty() ? "" : fmt::format("<path d=\"{}Z\" fill=\"{}\" fill-opacity=\"0.25\" stroke=\"none\"/>", path, band.colour);
}

std::string legend_of(const Chart& chart) {
  std::string out;
  double x = left + 8;
  const auto add = [&](const std::string& name, const std::string& colour) {
    if (name.empty()) return;
    out += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"14\" height=\"4\" fill=\"{}\"/><text x=\"{}\" y=\"{}\">{}</text>", x, top - 4,
                       colour, x + 18, top + 1, html_text(name));
    x += 30 + 6.5 * static_cast<double>(name.size());
  };
  for (const auto& line : chart.lines) add(line.name, line.colour);
  for (const auto& band : chart.bands) add(band.name, band.colour);
  return out;
}

std::string opened(double tall, const std::string& title) {
  return fmt::format(
      "<svg viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" role=\"img\" font-size=\"12\" "
      "font-family=\"system-ui,sans-serif\"><title>{}</title>"
      "<text x=\"{}\" y=\"13\" font-weight=\"600\">{}</text>",
      width, tall, width, tall, html_text(title), left, html_text(title));
}

}  // namespace

std::string svg_chart(const Chart& chart) {
  const Scales frame{chart};
  std::string out = opened(height, chart.title) + frame.axes(chart);
  for (const auto& band : chart.bands) out += band_path(frame, band);
  for (const auto& line : chart.lines) out += line_path(frame, line);
  std::size_t row = 0;
  for (const auto& [x, words] : chart.marks) {
    if (!frame.shows(x)) continue;
    const bool late = frame.x(x) > width * 0.75;
    out += fmt::format(
        "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\" stroke=\"#b00020\" stroke-dasharray=\"4 3\"/>"
        "<text x=\"{3:.1f}\" y=\"{4}\" fill=\"#b00020\" text-anchor=\"{5}\">{6}</text>",
        frame.x(x), top + 6, height - bottom, frame.x(x) + (late ? -4 : 4), top + 18 + 13 * static_cast<double>(row++ % 8),
        late ? "end" : "start", html_text(words));
  }
  return out + legend_of(chart) + "</svg>\n";
}

std::string svg_shares(const std::string& title, const std::vector<ShareRow>& rows, const std::vector<std::string>& legend) {
  constexpr double row_high = 30, names = 150;
  static const std::vector<std::string> colours{"#8ab4e8", "#2f6fc4", "#0b2f66", "#c46a2f"};
  const double tall = 50 + row_high * static_cast<double>(rows.size()) + 24, span = width - names - 20;
  const auto place = [&](double share) { return names + share * span; };
  std::string out = opened(tall, title);
  double x = names;
  for (std::size_t i = 0; i < legend.size(); ++i, x += 120)
    out += fmt::format("<circle cx=\"{}\" cy=\"30\" r=\"4\" fill=\"{}\"/><text x=\"{}\" y=\"34\">{}</text>", x, colours[i % colours.size()],
                       x + 8, html_text(legend[i]));
  for (int percent = 0; percent <= 100; percent += 20)
    out += fmt::format(
        "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"42\" y2=\"{1}\" stroke=\"#e3e3e3\"/><text x=\"{0:.1f}\" y=\"{2}\" "
        "text-anchor=\"middle\">{3} %</text>",
        place(percent / 100.0), tall - 24, tall - 8, percent);
  double y = 50;
  for (const ShareRow& row : rows) {
    out += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", names - 10, y + 14, html_text(row.name));
    for (std::size_t i = 0; i < row.shares.size(); ++i) {
      const Share& share = row.shares[i];
      if (share.of == 0) continue;
      const double at = y + 3 + 8 * static_cast<double>(i);
      out += fmt::format(
          "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" stroke-width=\"2\"/><circle cx=\"{:.1f}\" "
          "cy=\"{:.1f}\" r=\"3.5\" fill=\"{}\"/>",
          place(share.low), place(share.high), at, at, colours[i % colours.size()], place(share.value()), at, colours[i % colours.size()]);
    }
    y += row_high;
  }
  return out + "</svg>\n";
}

}  // namespace steadyline
