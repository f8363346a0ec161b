#include "evaluation/tep.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <functional>

#include "evaluation/health_of_rows.h"
#include "evaluation/process_statistics.h"
#include "evaluation/text_rows.h"
#include "models/json_writer.h"

namespace steadyline {
namespace {

constexpr std::size_t onset = 160;  // the fault is in the rows from here on
constexpr double false_alarm_share = 0.01;
constexpr std::size_t persistent = 6;
constexpr std::size_t variables = 52;

Result<Matrix> read_rows(const std::filesystem::path& file) {
  const auto lines = read_lines(file);
  if (!lines) return tl::unexpected(lines.error());
  Matrix rows{lines->size(), lines->empty() ? 0 : split_line(lines->front(), ' ').size()};
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const auto cells = split_line((*lines)[i], ' ');
    if (cells.size() != rows.columns)
      return tl::unexpected(Error{Errc::decode, fmt::format("{} numbers instead of {}", cells.size(), rows.columns),
                                  fmt::format("{}:{}", file.string(), i + 1), "fetch the file again"});
    for (std::size_t j = 0; j < cells.size(); ++j) rows(i, j) = number_of(cells[j]);
  }
  // d00.dat is stored the other way round.
  if (rows.columns != variables && rows.rows == variables) rows = transposed(rows);
  if (rows.columns != variables || rows.rows <= onset)
    return tl::unexpected(Error{Errc::decode, fmt::format("holds {} x {} numbers, not rows of {}", rows.rows, rows.columns, variables),
                                file.string(), "fetch the file again"});
  return rows;
}

using Run = std::function<std::vector<double>(const Matrix&)>;

TepMethod judge(std::string name, const Run& run, const Matrix& normal, const std::vector<Matrix>& faulty) {
  TepMethod method{std::move(name), 0, {}, {}};
  const std::vector<double> calm = run(normal);
  std::vector<double> sorted = calm;
  std::sort(sorted.begin(), sorted.end());
  const double level = sorted[sorted.size() - 1 -
                              static_cast<std::size_t>(false_alarm_share * static_cast<double>(sorted.size()))];  // so many pass, no more
  method.false_alarms =
      static_cast<double>(std::count_if(calm.begin(), calm.end(), [&](double s) { return s > level; })) / static_cast<double>(calm.size());
  for (const Matrix& rows : faulty) {
    const std::vector<double> statistic = run(rows);
    std::size_t missed = 0, above = 0;
    double delay = -1;
    for (std::size_t i = onset; i < statistic.size(); ++i) {
      missed += statistic[i] > level ? 0U : 1U;
      above = statistic[i] > level ? above + 1 : 0;
      if (above == persistent && delay < 0) delay = static_cast<double>(i + 1 - persistent - onset);
    }
    method.missed.push_back(static_cast<double>(missed) / static_cast<double>(statistic.size() - onset));
    method.delay_samples.push_back(delay);
  }
  return method;
}

/// The best of the published dynamic PCA's statistics for each fault; empty where the table is absent.
std::vector<double> read_dpca(const std::filesystem::path& file, const std::vector<int>& faults) {
  const auto lines = read_lines(file);
  std::vector<double> best;
  if (!lines) return best;
  for (const int fault : faults)
    for (const std::string& line : *lines) {
      const auto cells = split_line(line, ',');
      if (cells.size() >= 5 && cells[0] == std::to_string(fault)) best.push_back(std::min(number_of(cells[3]), number_of(cells[4])));
    }
  return best.size() == faults.size() ? best : std::vector<double>{};
}

void put(JsonWriter& out, const TepMethod& method) {
  out.open("");
  out.put("method", method.name);
  out.put("false_alarms", method.false_alarms);
  out.put_list("missed", method.missed);
  out.put_list("delay_samples", method.delay_samples);
  out.close();
}

}  // namespace

Result<TepReport> run_tep(const std::filesystem::path& data) {
  const auto start = std::chrono::steady_clock::now();
  const auto train = read_rows(data / "d00.dat");
  if (!train) return tl::unexpected(train.error());
  const auto normal = read_rows(data / "d00_te.dat");
  if (!normal) return tl::unexpected(normal.error());
  TepReport report;
  std::vector<Matrix> faulty;
  for (int fault = 1; fault <= 21; ++fault) {
    const std::filesystem::path file = data / fmt::format("d{:02}_te.dat", fault);
    if (!std::filesystem::exists(file)) continue;
    auto rows = read_rows(file);
    if (!rows) return tl::unexpected(rows.error());
    report.faults.push_back(fault);
    faulty.push_back(std::move(*rows));
  }
  HealthOfRows health{*train, &*normal};
  report.health = judge(
      "health", [&](const Matrix& rows) { return health.run(rows); }, *normal, faulty);
  const auto add = [&](std::string name, std::unique_ptr<ProcessStatistic> statistic) {
    report.baselines.push_back(judge(
        std::move(name), [&](const Matrix& rows) { return run_statistic(*statistic, rows); }, *normal, faulty));
  };
  add("PCA T²/Q", fit_pca(*train));
  add("PCA T²/Q with EWMA", fit_pca(*train, 0.9, 0.1));
  add("dynamic PCA", fit_pca(*train, 0.9, 1, 2));
  add("CVA", fit_cva(*train));
  report.published_dpca = read_dpca(data / "missed_detection_rates.csv", report.faults);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

std::string TepReport::table() const {
  std::string text = fmt::format("{:<28} {:>6}", "missed detection rate, fault", "FAR");
  for (const int fault : faults) text += fmt::format(" {:>6}", fault);
  const auto line = [&](const std::string& name, const std::string& far, const std::vector<double>& missed) {
    text += fmt::format("\n{:<28} {:>6}", name, far);
    for (const double rate : missed) text += fmt::format(" {:6.4f}", rate);
  };
  line(health.name, fmt::format("{:.4f}", health.false_alarms), health.missed);
  for (const TepMethod& method : baselines) line(method.name, fmt::format("{:.4f}", method.false_alarms), method.missed);
  if (!published_dpca.empty()) line("dynamic PCA, published", "0.01", published_dpca);
  return text + '\n';
}

std::string TepReport::to_json() const {
  JsonWriter out;
  out.open("");
  out.put("suite", "tep");
  out.put_list("faults", std::vector<std::int64_t>(faults.begin(), faults.end()));
  out.open_list("methods");
  put(out, health);
  for (const TepMethod& method : baselines) put(out, method);
  out.close_list();
  out.put_list("published_dpca", published_dpca);
  out.close();
  return out.take() + '\n';
}

}  // namespace steadyline
