// How real the twin's press is: its figures beside those of recorded presses, and the realism score beside its two controls.
// realism [DATA] [HOURS] [SEED]: DATA is the folder of recordings (default $STEADYLINE_DATA or ../shared/data), HOURS of the twin per
// judged batch.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <string>

#include "evaluation/realism_data.h"
#include "evaluation/realism_study.h"
#include "settings/read_dataset.h"
#include "settings/read_line.h"
#include "settings/read_twin.h"

namespace {

using namespace steadyline;
namespace fs = std::filesystem;

const fs::path source{STEADYLINE_SOURCE_DIR};

int refuse(const std::vector<Error>& errors) {
  for (const Error& e : errors) std::fputs((to_line(e) + "\n").c_str(), stderr);
  return 2;
}

void print_stops(const PressStops& s) {
  fmt::print("  stops per running hour {:6.2f}   duration p10/p50/p90 {:.0f} / {:.0f} / {:.0f} s   (1.4-2.6; 20 / 115-200 / 730-2,300)\n",
             s.per_h(), s.quantile_s(0.1), s.quantile_s(0.5), s.quantile_s(0.9));
}

void print(const TwinFigures& t) {
  fmt::print("Twin (config/twin/cdc1.yaml)\n");
  fmt::print("  force/weight elasticity {:.2f} (4.3-4.7)   SREL / weight RSD {:.2f} (3.8-4.8)\n", t.elasticity, t.srel_ratio);
  fmt::print(
      "  force {:.2f} kN, white noise {:.4f}; Allan deviation at 6/30/180 of 1 sample {:.3f} / {:.3f} / {:.3f} (0.39 / 0.16 / 0.08 "
      "+-0.03)\n",
      t.loop.mean[0], t.loop.white[0] / t.loop.mean[0], t.loop.allan_6, t.loop.allan_30, t.loop.allan_180);
  fmt::print("  fill moves per hour {:.0f} of {:.3f} mm (120-230, 0.02-0.03)\n", t.loop.moves_per_h, t.loop.move_mm);
  print_stops(t.stops);
}

void print(const ProductFigures& p) {
  fmt::print("Recorded, product {}: {} batches; {} running rows, set aside {} settling, {} stale, {} incomplete\n", p.product, p.batches,
             p.rows, p.settling, p.stale, p.incomplete);
  fmt::print(
      "  force {:.2f} kN, white noise {:.4f}; Allan {:.3f} / {:.3f} / {:.3f}; fill moves {:.0f} /h of {:.3f} mm   (medians over batches)\n",
      p.force_kn, p.force_noise, p.allan_6, p.allan_30, p.allan_180, p.moves_per_h, p.move_mm);
  print_stops(p.stops);
}

void print(const char* what, const RealismScore& s) {
  fmt::print("  {:<34} AUC {:.3f} [{:.3f}, {:.3f}]   logistic {:.3f}   windows {} / {}\n", what, s.auc, s.low, s.high, s.logistic_auc,
             s.first_windows, s.other_windows);
}

void print_features(const ScoreTriple& s) {
  fmt::print("Single features: AUC against twin, Gaussian copy, other recorded batches\n");
  for (std::size_t f = 0; f < window_features; ++f)
    fmt::print("  {:<22} {:.2f}  {:.2f}  {:.2f}\n", window_feature_names()[f], s.twin.alone[f], s.gaussian.alone[f], s.recorded.alone[f]);
}

void print_ratio(const fs::path& folder) {
  const auto srel = read_column(folder / "Process.csv", "batch", "SREL_production_mean"),
             rsd = read_column(folder / "Laboratory.csv", "batch", "tbl_rsd_weight");
  if (!srel || !rsd) return;
  const auto r = ratios(*srel, *rsd);
  fmt::print("Recorded, batch tables: SREL / weight RSD median {:.2f}, quartiles {:.2f}-{:.2f}, {} batches\n", quantile(r, 0.5),
             quantile(r, 0.25), quantile(r, 0.75), r.size());
}

}  // namespace

int main(int argc, char** argv) {
  const char* const variable = std::getenv("STEADYLINE_DATA");
  const fs::path data = argc > 1 ? fs::path{argv[1]} : variable != nullptr ? fs::path{variable} : source / "../shared/data";
  StudyOptions options;
  if (argc > 2) options.hours = std::strtod(argv[2], nullptr);
  if (argc > 3) options.seed = std::strtoull(argv[3], nullptr, 10);
  if (!(options.hours >= 1) || options.seed == 0)
    return refuse(
        {{Errc::usage, "HOURS below 1, or no SEED", "realism", "realism [DATA] [HOURS] [SEED], such as realism ../shared/data 4 1"}});
  const auto line = read_line(source / "config/lines/cdc1.yaml");
  if (!line) return refuse(line.error());
  const auto parameters = read_twin(source / "config/twin/cdc1.yaml");
  if (!parameters) return refuse(parameters.error());
  const TwinDescription twin{*line, *parameters};
  fmt::print("seed {}\n", options.seed);
  print(twin_figures(twin, 24, 192, options.seed));

  const fs::path folder = data / "zagar_tablet";
  if (!fs::exists(folder)) {
    fmt::print(
        "{} is absent: the recordings of Zagar & Mihelic (doi 10.1038/s41597-022-01203-x) are not part of the repository; nothing to "
        "compare with\n",
        folder.string());
    return 0;
  }
  const auto press_line = read_line(source / "config/lines/press-zagar.yaml");
  const auto dataset = read_dataset(source / "config/datasets/zagar.yaml");
  if (!press_line) return refuse(press_line.error());
  if (!dataset) return refuse(dataset.error());
  print_ratio(folder);
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder / "Process"))
    if (entry.path().extension() == ".csv") files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<std::vector<PressBatch>> products;
  for (const fs::path& file : files) {
    std::vector<std::string> notes;
    auto batches = read_press_batches(*press_line, *dataset, file, file.stem().string(), notes);
    if (!batches) {
      refuse({batches.error()});
      continue;
    }
    for (const std::string& note : notes) fmt::print("{}\n", note);
    print(product_figures(file.stem().string(), *batches));
    products.push_back(std::move(*batches));
  }
  const Study study = study_realism(twin, products, options);
  for (const std::string& product : study.left_out)
    fmt::print("Product {}: fewer than four batches with an hour of running: not judged\n", product);
  const char* const names[] = {"all features of one tag (levels, scale, lag 1, Allan, fill moves)", "the same without levels",
                               "the same with levels and correlations between tags"};
  for (std::size_t i = 0; i < study.by_features.size(); ++i) {
    const ScoreTriple& s = study.by_features[i];
    fmt::print("Realism, {}\n", names[i]);
    print("recorded against twin", s.twin);
    print("control: against Gaussian noise", s.gaussian);
    print("control: against recorded", s.recorded);
    fmt::print("  {}\n", s.credible() ? "nearer to real against real" : "NEARER TO GAUSSIAN NOISE");
  }
  if (!study.by_features.empty()) print_features(study.by_features.back());
  for (const PressFit& f : study.fits)
    fmt::print(
        "fit: force {:.2f} kN noise {:.4f} mean of {:.1f} s; loop {:.1f} s gain {:.2f} deadband {:.4f}; fill {:.2f} mm by {:.2f}; weight "
        "wander {:.4f} "
        "({:.0f} s, mixed {:.0f} s), slow {:.4f}; SREL {:.2f} {:.2f} {:.2f} ({:.0f} s); ejection {:.0f} {:.1f} {:.1f} ({:.0f} s); misfit "
        "{:.2f}\n",
        f.force_kn, f.force_noise, f.force_mean_s, f.loop_s, f.loop_gain, f.deadband, f.fill_mm, f.fill_quantum_mm, f.weight_wander,
        f.weight_wander_tau_s, f.weight_mixing_s, f.slow_wander, f.srel_pct, f.srel.white, f.srel.wander, f.srel.wander_tau_s, f.ejection_n,
        f.ejection.white, f.ejection.wander, f.ejection.wander_tau_s, f.misfit);
}
