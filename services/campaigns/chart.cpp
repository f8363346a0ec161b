#include "campaigns/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <limits>
#include <optional>

namespace steadyline {
namespace {

constexpr double left = 66, width = 700, gap = 30, top = 40, bottom = 42, right = 14;
constexpr std::size_t stretches = 230;  // of a curve; each keeps its least and its greatest value
constexpr std::array<const char*, 4> colours{"#1f77b4", "#d62728", "#2ca02c", "#9467bd"};

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
  void take(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  double span() const { return high - low; }
};

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

/// 1, 2 or 5 times a power of ten, so that about `count` steps fill the span.
double tick_step(double span, int count) {
  double power = 1;
  while (power * 10 <= span / count) power *= 10;
  while (power > span / count) power /= 10;
  for (const double factor : {1.0, 2.0, 5.0})
    if (span / (power * factor) <= count) return power * factor;
  return power * 10;
}

struct Axis {
  Range range;
  double from, to;  // pixels
  double at(double value) const { return from + (value - range.low) / range.span() * (to - from); }
};

Range padded(Range range) {
  if (!(range.high >= range.low)) return {0, 1};
  const double pad = std::max(range.span() * 0.06, std::max(std::fabs(range.high) * 1e-3, 1e-9));
  return {range.low - pad, range.high + pad};
}

/// The path in tenths of a pixel, each point relative to the one before: two thirds of the bytes of absolute ones.
class Path {
 public:
  void put(double x, double y) {
    const auto to_x = static_cast<long>(std::floor(x + 0.5)), to_y = static_cast<long>(std::floor(y * 10 + 0.5));
    if (!open_)
      text_ += fmt::format("M{},{}", to_x, tenths(to_y));
    else if (to_x != x_ || to_y != y_)
      text_ += fmt::format("{}{}{}{}", begun_ ? (to_x < x_ ? "" : " ") : "l", to_x - x_, to_y < y_ ? "" : ",", tenths(to_y - y_));
    begun_ = open_ && (begun_ || to_x != x_ || to_y != y_);
    open_ = true;
    x_ = to_x;
    y_ = to_y;
  }
  void lift() { open_ = begun_ = false; }
  std::string text() const { return text_; }

 private:
  static std::string tenths(long value) {
    const long size = std::labs(value);
    return fmt::format("{}{}{}", value < 0 ? "-" : "", size / 10, size % 10 == 0 ? "" : fmt::format(".{}", size % 10));
  }
  std::string text_;
  bool open_ = false;   // a point has been put since the last lift
  bool begun_ = false;  // and a line drawn from it
  long x_ = 0, y_ = 0;
};

std::string points_of(const Curve& curve, const Axis& x, const Axis& y) {
  Path path;
  const std::size_t step = std::max<std::size_t>(1, curve.x.size() / stretches);
  for (std::size_t from = 0; from < curve.x.size(); from += step) {
    std::optional<std::size_t> least, greatest;
    bool gap = false;
    for (std::size_t i = from; i < std::min(curve.x.size(), from + step); ++i) {
      gap |= !std::isfinite(curve.y[i]);
      if (!std::isfinite(curve.y[i])) continue;
      if (!least || curve.y[i] < curve.y[*least]) least = i;
      if (!greatest || curve.y[i] >= curve.y[*greatest]) greatest = i;
    }
    if (gap) path.lift();
    if (!least) continue;
    const auto [first, second] = std::minmax(*least, *greatest);
    path.put(x.at(curve.x[first]), y.at(curve.y[first]));
    if (second != first) path.put(x.at(curve.x[second]), y.at(curve.y[second]));
  }
  return path.text();
}

/// A word that would run into the one before goes a line lower, one beyond the right edge to the left of its line.
void draw_marks(std::string& svg, const Panel& panel, const Axis& x, double y0) {
  double taken_until = 0, lower = 0;
  for (const Panel::Mark& mark : panel.marks) {
    if (!(mark.x >= x.range.low && mark.x <= x.range.high)) continue;
    const double at = x.at(mark.x), long_as = 5.6 * static_cast<double>(mark.word.size());
    svg += fmt::format("<path d='M{:.0f},{:.0f}v{:.0f}' class='m'/>", at, y0, panel.height);
    if (mark.word.empty()) continue;
    lower = at < taken_until ? lower + 12 : 0;
    taken_until = std::max(taken_until, at + long_as);
    const bool turned = at + 3 + long_as > left + width;
    svg += fmt::format("<text x='{:.0f}' y='{:.0f}' class='w'{}>{}</text>\n", turned ? at - 3 : at + 3, y0 + 11 + lower,
                       turned ? " text-anchor='end'" : "", escaped(mark.word));
  }
}

void draw_panel(std::string& svg, const Panel& panel, Axis x, double y0) {
  Range values;
  for (const Curve& curve : panel.curves)
    for (const double v : curve.y) values.take(v);
  const Axis y{padded(values), y0 + panel.height, y0};
  svg +=
      fmt::format("<text x='{:.0f}' y='{:.0f}' class='t'>{}</text><rect x='{:.0f}' y='{:.0f}' width='{:.0f}' height='{:.0f}' class='b'/>\n",
                  left, y0 - 5, escaped(panel.title), left, y0, width, panel.height);
  const double step = tick_step(y.range.span(), 5);
  for (double tick = std::ceil(y.range.low / step) * step; tick <= y.range.high; tick += step)
    svg += fmt::format(
        "<path d='M{0:.0f},{1:.1f}h{2:.0f}' class='g'/><text x='{3:.0f}' y='{4:.1f}' class='n' text-anchor='end'>{5:.6g}</text>\n", left,
        y.at(tick), width, left - 5, y.at(tick) + 3.5, std::fabs(tick) < step * 1e-6 ? 0.0 : tick);
  double name_x = left + width;
  std::size_t colour = 0;
  std::string front;
  for (const Curve& curve : panel.curves) {
    const char* const drawn = curve.reference ? "#999" : colours[colour++ % colours.size()];
    (curve.reference ? svg : front) += fmt::format("<path d='{}' class='c' stroke='{}' stroke-width='{}'/>\n", points_of(curve, x, y),
                                                   drawn, curve.reference ? "0.8" : "1.2");
    if (curve.name.empty()) continue;
    front += fmt::format("<text x='{:.0f}' y='{:.0f}' text-anchor='end' class='n' style='fill:{}'>{}</text>\n", name_x, y0 - 5, drawn,
                         escaped(curve.name));
    name_x -= 6.0 * static_cast<double>(curve.name.size()) + 14;
  }
  svg += front;
  draw_marks(svg, panel, x, y0);
}

}  // namespace

std::string svg_picture(const std::string& title, const std::string& x_words, const std::vector<Panel>& panels) {
  Range moments;
  for (const Panel& panel : panels)
    for (const Curve& curve : panel.curves)
      for (const double v : curve.x) moments.take(v);
  if (!(moments.high > moments.low)) moments = {0, 1};
  const Axis x{moments, left, left + width};
  double height = top + bottom - gap;
  for (const Panel& panel : panels) height += panel.height + gap;
  std::string svg = fmt::format(
      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {0:.0f} {1:.0f}' width='{0:.0f}' height='{1:.0f}' font-family='sans-serif'>\n",
      left + width + right, height);
  svg +=
      "<style>.t{font-size:11px;fill:#333}.n,.w{font-size:10px;fill:#666}.w{fill:#b04000;stroke:white;stroke-width:3px;paint-order:stroke}."
      "b,.c{fill:none}.b{stroke:#bbb}.c{stroke-linejoin:round}.g{stroke:#eee}.m{stroke:#b04000;stroke-dasharray:3 "
      "3}.h{font-size:13px;font-weight:bold}</style>\n";
  svg += fmt::format("<rect width='100%' height='100%' fill='white'/><text x='{:.0f}' y='17' class='h'>{}</text>\n", left, escaped(title));
  double y0 = top;
  for (const Panel& panel : panels) {
    draw_panel(svg, panel, x, y0);
    y0 += panel.height + gap;
  }
  const double axis_y = y0 - gap;
  const double step = tick_step(x.range.span(), 8);
  for (double tick = std::ceil(x.range.low / step) * step; tick <= x.range.high; tick += step)
    svg += fmt::format("<text x='{:.0f}' y='{:.0f}' class='n' text-anchor='middle'>{:.6g}</text>\n", x.at(tick), axis_y + 14,
                       std::fabs(tick) < step * 1e-6 ? 0.0 : tick);
  svg += fmt::format("<text x='{:.0f}' y='{:.0f}' class='n' text-anchor='middle'>{}</text>\n</svg>\n", left + width / 2, axis_y + 30,
                     escaped(x_words));
  return svg;
}

}  // namespace steadyline
