#include "campaigns/msom_file.h"

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

#include "core/numeric.h"

namespace steadyline {
namespace {

struct Date {
  int year;
  unsigned month, day;
  int hour, minute, second;
};

Date date_of(EventTime time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const auto seconds_of_day = static_cast<int>(duration_cast<seconds>(time - day).count());
  return {int{date.year()},      unsigned{date.month()},   unsigned{date.day()},
          seconds_of_day / 3600, seconds_of_day / 60 % 60, seconds_of_day % 60};
}

}  // namespace

MsomFile::MsomFile(const std::filesystem::path& path, std::string_view header)
    : path_{path}, stream_{path, std::ios::binary | std::ios::trunc} {
  row(header);
  rows_ = 0;
}

void MsomFile::row(std::string_view text) {
  if (failed_) return;
  errno = 0;
  stream_ << text << '\n';
  ++rows_;
  if (stream_) return;
  failed_ = true;
  trouble_ = errno;
}

Result<void> MsomFile::close() {
  errno = 0;
  stream_.close();
  if (!stream_ && !failed_) {
    failed_ = true;
    trouble_ = errno;
  }
  if (!failed_) return {};
  return tl::unexpected(Error{Errc::io,
                              fmt::format("cannot be written: {}", trouble_ != 0 ? std::strerror(trouble_) : "the system does not say why"),
                              path_.string(), "free space or give another folder, and run again"});
}

std::string plain_time(EventTime time) {
  const Date d = date_of(time);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", d.year, d.month, d.day, d.hour, d.minute, d.second);
}

void append_cell(std::string& row, double number) {
  row += ',';
  if (std::isfinite(number)) numeric::append_number(row, std::round(number * 1e5) / 1e5);
}

MsomClock::MsomClock(const MsomTraps& traps, std::uint64_t stream)
    : swapped_{traps.seed, stream, traps.swapped_dates, 120, 600},
      coarse_{traps.seed, stream + 1, traps.coarse_times * 60, 2, 6},  // asked once a minute
      bare_midnights_{traps.bare_midnights} {}

std::string MsomClock::text(EventTime time, MsomPlanted& planted) {
  const Date d = date_of(time);
  const bool swapped = swapped_.next() && d.day != d.month;
  if (d.second == 0) in_coarse_ = coarse_.next();
  if (swapped) ++planted["swapped_dates"];
  std::string text =
      swapped ? fmt::format("{:02}/{:02}/{:04}", d.month, d.day, d.year) : fmt::format("{:02}/{:02}/{:04}", d.day, d.month, d.year);
  if (in_coarse_) {
    ++planted["coarse_times"];
    return text + fmt::format(" {:02}:{:02}", d.hour, d.minute);
  }
  if (bare_midnights_ && d.hour == 0 && d.minute == 0 && d.second == 0) {
    ++planted["bare_midnights"];
    return text;
  }
  return text + fmt::format(" {:02}:{:02}:{:02}", d.hour, d.minute, d.second);
}

std::string MsomRows::text(const std::string& time, std::span<const double> cells, MsomPlanted& planted) {
  enum Way { cut_short, cell_too_many, no_time };
  const bool corrupt = corrupt_.next();
  const int way = corrupt ? corrupt_.pick(time.empty() ? 2 : 3) : -1;
  if (corrupt) ++planted["corrupt_rows"];
  std::string row = way == no_time ? "#VALUE!" : time;
  const std::size_t written = way == cut_short ? cells.size() / 2 : cells.size();
  for (std::size_t i = 0; i < written; ++i) append_cell(row, cells[i]);
  if (way == cell_too_many) row += ",0";
  if (time.empty()) row.erase(0, 1);  // the comma before the first cell
  return row;
}

}  // namespace steadyline
