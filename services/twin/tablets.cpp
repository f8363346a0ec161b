#include "twin/tablets.h"

#include <cmath>

#include "core/philox.h"
#include "twin/noise.h"

namespace steadyline {
namespace {

constexpr double force_per_weight = 4.45;  // d ln(force) / d ln(weight) at a fixed gap
constexpr double force_scatter = 0.01;     // punch lengths
constexpr double reject_band = 0.20;
constexpr double stations = 36;

}  // namespace

std::vector<std::string> tablet_columns() { return {"station", "weight_mg", "force_main_kn", "rejected"}; }

void append_tablets(const Truth& truth, std::uint64_t seed, std::vector<std::int64_t>& times_ms, std::vector<double>& rows) {
  const auto made = static_cast<std::int64_t>(std::floor(truth.tablets)), before = static_cast<std::int64_t>(std::floor(truth.tablets - truth.tablets_now + 1e-9));
  const RandomStream weights{seed, stream_of("tp1", "single weight")}, forces{seed, stream_of("tp1", "single force")};
  const std::int64_t end_ms = truth.time.time_since_epoch().count();
  for (std::int64_t tablet = before; tablet < made; ++tablet) {
    const auto number = static_cast<std::uint64_t>(tablet);
    const double off = truth.weight_mg > 0 ? truth.weight_sd_mg / truth.weight_mg * weights.normal(number) : 0;
    const double force = truth.force_kn * (1 + force_per_weight * off + force_scatter * forces.normal(number));
    times_ms.push_back(end_ms - 1000 + 1000 * (tablet - before + 1) / (made - before));
    rows.push_back(1 + std::fmod(static_cast<double>(tablet), stations));
    rows.push_back(std::floor(truth.weight_mg * (1 + off) * 100 + 0.5) / 100);
    rows.push_back(std::floor(force * 1000 + 0.5) / 1000);
    rows.push_back(std::fabs(force / std::fmax(truth.force_kn, 1e-9) - 1) > reject_band ? 1 : 0);
  }
}

}  // namespace steadyline
