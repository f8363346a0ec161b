#include "campaigns/campaign_run.h"

#include <fmt/format.h>
#include <future>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "campaigns/campaign_identity.h"
#include "campaigns/run_folder.h"
#include "campaigns/table.h"
#include "core/time_text.h"
#include "twin/effect_watch.h"
#include "twin/label_json.h"
#include "twin/machines/tablets.h"
#include "twin/simulation.h"

namespace steadyline {
namespace {

std::int64_t ms_of(EventTime time) { return time.time_since_epoch().count(); }

/// The tables of one part.
struct Part {
  std::size_t number = 0;
  Table frames, truth, tablets;
};

std::string file_name(std::string_view table, std::size_t number, TableFormat format) {
  return fmt::format("{}-{:04}.{}", table, number, format == TableFormat::hdf5 ? "h5" : "csv");
}

Result<void> write_table(RunFolder& folder, const Table& table, std::size_t number, const CampaignPlan& plan) {
  if (table.rows() == 0) return {};
  const std::string name = file_name(table.name, number, plan.format);
  if (plan.format == TableFormat::csv)
    return folder.add(name, table.rows(), csv_text(table, true, plan.scenario.data_traps ? recorded_spelling : CsvSpelling{}));
  const auto image = hdf5_image(table);
  return image ? folder.add(name, table.rows(), *image) : tl::unexpected(image.error());
}

Result<void> write_part(RunFolder& folder, const Part& part, const CampaignPlan& plan) {
  for (const Table* table : {&part.tablets, &part.truth, &part.frames})
    if (auto written = write_table(folder, *table, part.number, plan); !written) return written;
  return {};
}

class Run {
 public:
  Run(const CampaignPlan& plan, RunFolder folder)
      : plan_{plan}, folder_{std::move(folder)}, simulation_{*plan.line, plan.parameters, plan.scenario} {
    if (plan.affected) watch_.emplace(*plan.line, plan.scenario);
  }

  Result<CampaignOutcome> live(const std::function<void(const CampaignProgress&)>& progress, const std::stop_token& stop) {
    const auto seconds = static_cast<std::size_t>(plan_.scenario.duration_s);
    const std::size_t part_s = std::max<std::size_t>(plan_.part_rows / static_cast<std::size_t>(plan_.readings_per_s), 1);
    std::vector<bool> kept;  // asked before the second thread adds to the folder
    for (std::size_t number = 0; number * part_s < seconds; ++number) kept.push_back(has(number));
    std::size_t again_s = 0;
    for (std::size_t from = 0, number = 0; from < seconds && !stop.stop_requested(); from += part_s, ++number) {
      const std::size_t until = std::min(seconds, from + part_s);
      if (kept[number]) {
        for (std::size_t s = from; s < until; ++s) live_second(nullptr);
        again_s += until - from;
      } else {
        auto part = std::make_shared<Part>(empty_part(number, until - from));
        for (std::size_t s = from; s < until; ++s) live_second(part.get());
        if (auto written = hand_over(std::move(part)); !written) return tl::unexpected(written.error());
      }
      progress({static_cast<double>(until), static_cast<double>(seconds), static_cast<double>(again_s), logged_s_ * values_a_second(), bytes_});
    }
    if (auto written = wait(); !written) return tl::unexpected(written.error());
    if (!simulation_.finished()) return outcome();
    if (auto written = write_labels(); !written) return tl::unexpected(written.error());
    if (auto finished = folder_.finish(); !finished) return tl::unexpected(finished.error());
    return outcome();
  }

 private:
  /// All files of a part; one without a tablet, or wholly in a gap of the log, has no file of them and is made again.
  bool has(std::size_t number) const {
    const auto has_table = [&](const char* table) { return folder_.has(file_name(table, number, plan_.format)); };
    return has_table("frames") && has_table("truth") && (!plan_.tablets || has_table("tablets"));
  }
  std::uint64_t values_a_second() const {
    return static_cast<std::uint64_t>(plan_.readings_per_s) * plan_.line->tags.size();
  }

  Part empty_part(std::size_t number, std::size_t seconds) const {
    Part part{.number = number,
              .frames = {.name = "frames", .columns = {}, .times_ms = {}, .values = {}},
              .truth = {.name = "truth", .columns = truth_columns(), .times_ms = {}, .values = {}},
              .tablets = {.name = "tablets", .columns = tablet_columns(), .times_ms = {}, .values = {}}};
    for (const Tag& tag : plan_.line->tags) part.frames.columns.push_back(tag.path);
    const std::size_t rows = seconds * static_cast<std::size_t>(plan_.readings_per_s);
    part.frames.times_ms.reserve(rows);
    part.frames.values.reserve(rows * part.frames.columns.size());
    return part;
  }

  void live_second(Part* part) {
    if (watch_) watch_->before(simulation_);
    if (!part) {
      simulation_.step();
    } else {
      simulation_.step(readings_);
      keep(*part);
    }
    if (watch_) watch_->after(simulation_);
    logged_s_ += simulation_.logged() ? 1 : 0;
  }

  void keep(Part& part) {
    const std::int64_t now = ms_of(simulation_.time());
    if (simulation_.logged()) keep_frames(part.frames, now);
    const Truth truth = simulation_.truth();
    part.truth.times_ms.push_back(now);
    append_truth(truth, part.truth.values);
    if (plan_.tablets) append_tablets(simulation_, plan_.parameters.press, plan_.scenario.seed, part.tablets.times_ms, part.tablets.values);
  }

  void keep_frames(Table& frames, std::int64_t now) {
    for (int k = plan_.readings_per_s - 1; k > 0; --k) {
      simulation_.readings_before(k, plan_.readings_per_s, between_);
      frames.times_ms.push_back(now - 1000 * k / plan_.readings_per_s);
      frames.values.insert(frames.values.end(), between_.begin(), between_.end());
    }
    frames.times_ms.push_back(now);
    frames.values.insert(frames.values.end(), readings_.begin(), readings_.end());
  }

  /// Packs and writes in a second thread; one part is under way at a time.
  Result<void> hand_over(std::shared_ptr<Part> part) {
    if (auto written = wait(); !written) return written;
    writing_ = std::async(std::launch::async, [this, part = std::move(part)] { return write_part(folder_, *part, plan_); });
    return {};
  }
  Result<void> wait() {
    auto written = writing_.valid() ? writing_.get() : Result<void>{};
    bytes_ = folder_.bytes();
    return written;
  }

  Result<void> write_labels() {
    std::vector<Label> labels = simulation_.labels();
    if (watch_) watch_->mark(labels);
    std::string text;
    for (const Label& label : labels) text += label_json(label, plan_.name, plan_.scenario.seed) + "\n";
    return folder_.add("labels.jsonl", labels.size(), text);
  }

  CampaignOutcome outcome() const {
    const std::uint64_t rows = folder_.rows("frames-");
    return {folder_.complete(), rows, rows * plan_.line->tags.size(), folder_.bytes()};
  }

  const CampaignPlan& plan_;
  RunFolder folder_;
  Simulation simulation_;
  std::optional<EffectWatch> watch_;
  std::vector<double> readings_, between_;
  std::uint64_t logged_s_ = 0;
  std::uint64_t bytes_ = 0;            // in the folder when the second thread was last waited for
  std::future<Result<void>> writing_;  // the only one to touch the folder while it runs
};

}  // namespace

Result<CampaignOutcome> run_campaign(const CampaignPlan& plan, const std::filesystem::path& path,
                                     const std::function<void(const CampaignProgress&)>& progress, const std::stop_token& stop) {
  auto folder = RunFolder::open(path, identity_of(plan));
  if (!folder) return tl::unexpected(folder.error());
  if (folder->complete()) {
    const std::uint64_t rows = folder->rows("frames-");
    return CampaignOutcome{true, rows, rows * plan.line->tags.size(), folder->bytes()};
  }
  return Run{plan, std::move(*folder)}.live(progress, stop);
}

}  // namespace steadyline
