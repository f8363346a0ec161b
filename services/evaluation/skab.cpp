#include "evaluation/skab.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "evaluation/health_of_rows.h"
#include "evaluation/process_statistics.h"
#include "evaluation/text_rows.h"
#include "models/json_writer.h"

namespace steadyline {
namespace {

constexpr std::size_t fit_rows = 400;
constexpr double baseline_lambda = 0.1;  // the baseline looks as far back as health's slower span at 400 rows

Matrix first_rows(const Matrix& all, std::size_t count) {
  Matrix some{count, all.columns};
  std::copy_n(all.values.begin(), some.values.size(), some.values.begin());
  return some;
}

Matrix without_column(const Matrix& all, std::size_t column) {
  Matrix some{all.rows, all.columns - 1};
  for (std::size_t i = 0; i < all.rows; ++i)
    for (std::size_t j = 0, k = 0; j < all.columns; ++j)
      if (j != column) some(i, k++) = all(i, j);
  return some;
}

using Statistics = std::vector<std::vector<double>>;  ///< [file][row]

SkabRow count(std::string method, const std::vector<SkabFile>& files, const Statistics& statistics, double level) {
  SkabRow row{std::move(method), {}, std::vector<RowCounts>(files.size())};
  for (std::size_t f = 0; f < files.size(); ++f) {
    for (std::size_t i = fit_rows; i < files[f].rows.rows; ++i) {
      row.files[f].add(statistics[f][i] > level, files[f].anomaly[i]);
      row.counts.add(statistics[f][i] > level, files[f].anomaly[i]);
    }
  }
  return row;
}

std::vector<double> health_of(const Matrix& rows) { return HealthOfRows{first_rows(rows, fit_rows)}.run(rows); }

/// The baseline at the lowest level whose false alarm rate is not above `far`.
SkabRow at_far(const std::vector<SkabFile>& files, const Statistics& statistics, double far) {
  std::vector<double> normal;
  for (std::size_t f = 0; f < files.size(); ++f)
    for (std::size_t i = fit_rows; i < files[f].rows.rows; ++i)
      if (!files[f].anomaly[i]) normal.push_back(statistics[f][i]);
  std::sort(normal.begin(), normal.end());
  const auto allowed = static_cast<std::size_t>(far * static_cast<double>(normal.size()) + 1e-9);
  const double level = normal.empty() || allowed >= normal.size() ? 0 : normal[normal.size() - 1 - allowed];
  return count("PCA T²/Q with EWMA, at health's FAR", files, statistics, level);
}

Result<std::vector<SkabFile>> read_files(const std::filesystem::path& data) {
  std::vector<std::filesystem::path> paths;
  std::error_code trouble;
  const std::filesystem::path root = std::filesystem::is_directory(data / "data", trouble) ? data / "data" : data;
  if (std::filesystem::is_regular_file(root, trouble))
    paths.push_back(root);
  else
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root, trouble))
      if (entry.path().extension() == ".csv" && entry.path().filename().string().find("leaderboard") == std::string::npos)
        paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<SkabFile> files;
  for (const auto& path : paths) {
    auto file = read_skab_file(path);
    if (!file) return tl::unexpected(file.error());
    file->name = path.parent_path().filename().string() + "/" + path.filename().string();
    const bool judged = std::find(file->anomaly.begin(), file->anomaly.end(), true) != file->anomaly.end() && file->rows.rows > fit_rows;
    if (judged) files.push_back(std::move(*file));
  }
  if (files.empty())
    return tl::unexpected(Error{Errc::io, "holds no file with anomalies", data.string(), "fetch waico/SKAB (v0.9) and name its folder"});
  return files;
}

/// The leaderboard's own alarms, scored by the same counts; rows without an alarm in a column are left out of that column.
std::vector<SkabRow> read_published(const std::filesystem::path& data, const std::vector<SkabFile>& files) {
  std::vector<SkabRow> methods;
  std::error_code trouble;
  if (!std::filesystem::is_directory(data, trouble)) return methods;
  for (const auto& entry : std::filesystem::directory_iterator(data, trouble)) {
    if (entry.path().filename().string().rfind("leaderboard_predictions", 0) != 0) continue;
    const auto lines = read_lines(entry.path());
    if (!lines || lines->empty()) continue;
    const auto header = split_line(lines->front(), ',');
    std::map<std::string, std::size_t> place;
    for (std::size_t f = 0; f < files.size(); ++f) place[files[f].name] = f;
    for (std::size_t column = 5; column < header.size(); ++column)
      methods.push_back({header[column], {}, std::vector<RowCounts>(files.size())});
    for (std::size_t i = 1; i < lines->size(); ++i) {
      const auto cells = split_line((*lines)[i], ',');
      const auto found = cells.size() == header.size() ? place.find(cells[1]) : place.end();
      if (found == place.end()) continue;
      for (std::size_t column = 5; column < header.size(); ++column) {
        const double alarm = number_of(cells[column]);
        if (std::isnan(alarm)) continue;
        methods[column - 5].counts.add(alarm > 0.5, number_of(cells[3]) > 0.5);
        methods[column - 5].files[found->second].add(alarm > 0.5, number_of(cells[3]) > 0.5);
      }
    }
  }
  std::erase_if(methods, [](const SkabRow& row) { return row.counts.tp + row.counts.fp + row.counts.tn + row.counts.fn == 0; });
  return methods;
}

std::string line_of(const SkabRow& row) {
  return fmt::format("{:<40} {:5.3f} {:6.1f} {:6.1f}\n", row.method, row.counts.f1(), 100 * row.counts.far(), 100 * row.counts.mar());
}

void put(JsonWriter& out, const SkabRow& row, const std::vector<std::string>& files) {
  const auto counts = [&](const RowCounts& c) {
    out.put("f1", c.f1());
    out.put("far", c.far());
    out.put("mar", c.mar());
    out.put("tp", static_cast<std::int64_t>(c.tp));
    out.put("fp", static_cast<std::int64_t>(c.fp));
    out.put("tn", static_cast<std::int64_t>(c.tn));
    out.put("fn", static_cast<std::int64_t>(c.fn));
  };
  out.open("");
  out.put("method", row.method);
  counts(row.counts);
  out.open_list("files");
  for (std::size_t f = 0; f < row.files.size(); ++f) {
    out.open("");
    out.put("file", files[f]);
    counts(row.files[f]);
    out.close();
  }
  out.close_list();
  out.close();
}

}  // namespace

void RowCounts::add(bool alarm, bool anomaly) { ++(anomaly ? (alarm ? tp : fn) : (alarm ? fp : tn)); }
double RowCounts::f1() const { return tp == 0 ? 0 : 2.0 * static_cast<double>(tp) / static_cast<double>(2 * tp + fp + fn); }
double RowCounts::far() const { return fp == 0 ? 0 : static_cast<double>(fp) / static_cast<double>(fp + tn); }
double RowCounts::mar() const { return fn == 0 ? 0 : static_cast<double>(fn) / static_cast<double>(fn + tp); }

Result<SkabFile> read_skab_file(const std::filesystem::path& path) {
  const auto lines = read_lines(path);
  if (!lines) return tl::unexpected(lines.error());
  SkabFile file;
  if (lines->empty()) return file;
  const auto header = split_line(lines->front(), ';');
  const auto anomaly = static_cast<std::size_t>(std::find(header.begin(), header.end(), "anomaly") - header.begin());
  for (std::size_t c = 1; c < header.size(); ++c)
    if (header[c] != "anomaly" && header[c] != "changepoint") file.channels.push_back(header[c]);
  file.rows = Matrix{lines->size() - 1, file.channels.size()};
  for (std::size_t i = 1; i < lines->size(); ++i) {
    const auto cells = split_line((*lines)[i], ';');
    if (cells.size() != header.size())
      return tl::unexpected(Error{Errc::decode, fmt::format("{} cells instead of {}", cells.size(), header.size()),
                                  fmt::format("{}:{}", path.string(), i + 1), "fetch the file again"});
    for (std::size_t c = 0; c < file.channels.size(); ++c) file.rows(i - 1, c) = number_of(cells[c + 1]);
    file.anomaly.push_back(anomaly < cells.size() && number_of(cells[anomaly]) > 0.5);
  }
  return file;
}

Result<SkabReport> run_skab(const std::filesystem::path& data) {
  const auto start = std::chrono::steady_clock::now();
  const auto files = read_files(data);
  if (!files) return tl::unexpected(files.error());
  SkabReport report;
  Statistics health, baseline, own;
  for (const SkabFile& file : *files) {
    report.files.push_back(file.name);
    health.push_back(health_of(file.rows));
    const Matrix normal = first_rows(file.rows, fit_rows);
    const auto pca = fit_pca(normal, 0.9, baseline_lambda);
    baseline.push_back(run_statistic(*pca, file.rows));
  }
  report.health = count("health, all channels", *files, health, 1);
  report.baseline = at_far(*files, baseline, report.health.counts.far());
  report.baseline_own = count("PCA T²/Q with EWMA, own level", *files, baseline, 1);
  for (std::size_t c = 0; c < files->front().channels.size(); ++c) {
    Statistics some;
    for (const SkabFile& file : *files) some.push_back(health_of(without_column(file.rows, c)));
    report.without.push_back(count("health without " + files->front().channels[c], *files, some, 1));
  }
  report.published = read_published(data, *files);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

std::string SkabReport::table() const {
  std::string text = fmt::format("{:<40} {:>5} {:>6} {:>6}\n", "method", "F1", "FAR %", "MAR %");
  text += line_of(health) + line_of(baseline) + line_of(baseline_own);
  for (const SkabRow& row : without) text += line_of(row);
  for (const SkabRow& row : published) text += line_of(row);
  return text;
}

std::string SkabReport::to_json() const {
  JsonWriter out;
  out.open("");
  out.put("suite", "skab");
  out.put_list("files", files);
  const auto list = [&](std::string_view key, const std::vector<SkabRow>& rows) {
    out.open_list(key);
    for (const SkabRow& row : rows) put(out, row, files);
    out.close_list();
  };
  list("health", {health});
  list("baselines", {baseline, baseline_own});
  list("without", without);
  list("published", published);
  out.close();
  return out.take() + '\n';
}

}  // namespace steadyline
