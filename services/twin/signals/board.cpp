#include "twin/signals/board.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/numeric.h"

namespace steadyline {
namespace {

// Signals without a resolution of their own: five decimals of their unit, finer than any noise here.
constexpr double finest = 1e-5;

/// Steps in one unit of measure: whole where the resolution is a decimal fraction, so that readings have its few decimals.
double steps_of(double resolution) { return resolution < 1 ? std::floor(1 / resolution + 0.5) : 1 / resolution; }

/// To the nearest step, ties to even; |value * steps| < 2^51.
double in_steps(double value, double steps) {
  constexpr double shift = 0x1.8p52;
  return ((value * steps + shift) - shift) / steps;
}

bool scatters(const Noise& noise) { return noise.sd > 0 || noise.share > 0; }

}  // namespace

Board::Board(const Line& line, std::uint64_t seed) : line_{&line}, noise_{seed} {}

SignalId Board::add(std::string_view unit, std::string_view tag) {
  std::string path = std::string{unit} + "/" + std::string{tag};
  const auto id = static_cast<std::uint32_t>(paths_.size());
  const bool fresh = index_.emplace(path, id).second;
  STEADYLINE_ASSERT(fresh, "each signal once");
  const auto known = line_->find_tag(path);
  const Tag none;
  const Tag& read_as = known ? line_->tag(*known) : none;
  const auto noise_of = [&](const Noise& noise, std::string_view cause) {
    return scatters(noise) ? noise_.add(unit, std::string{tag} + " " + std::string{cause}, noise.tau_s).value : no_noise;
  };
  noise_id_.push_back(noise_of(read_as.noise, "noise"));
  wander_id_.push_back(noise_of(read_as.wander, "wander"));
  noise_sd_.push_back(read_as.noise.sd);
  noise_share_.push_back(read_as.noise.share);
  wander_sd_.push_back(read_as.wander.sd);
  wander_share_.push_back(read_as.wander.share);
  steps_.push_back(steps_of(read_as.resolution > 0 ? read_as.resolution : finest));
  value_.push_back(0);
  reading_.push_back(0);
  frozen_.push_back(0);
  measured_.push_back(0);
  faulty_.push_back(0);
  paths_.push_back(std::move(path));
  return SignalId{id};
}

void Board::begin_second() {
  noise_.next();
  std::fill(frozen_.begin(), frozen_.end(), std::uint8_t{0});
  std::fill(measured_.begin(), measured_.end(), std::uint8_t{0});
  for (const auto& [signal, fault] : faults_) faulty_[signal] = 0;
  faults_.clear();
}

SensorFault& Board::sensor(SignalId id) {
  for (auto& [signal, fault] : faults_)
    if (signal == id.value) return fault;
  faulty_[id.value] = 1;
  return faults_.emplace_back(id.value, SensorFault{}).second;
}

template <class Numbers>
double Board::healthy(std::size_t i, const Numbers& numbers) const {
  const double value = value_[i], size = std::fabs(value);
  double reading = value;
  if (noise_id_[i] != no_noise) reading += (noise_sd_[i] + noise_share_[i] * size) * numbers(noise_id_[i]);
  if (wander_id_[i] != no_noise) reading += (wander_sd_[i] + wander_share_[i] * size) * numbers(wander_id_[i]);
  return reading;
}

double Board::measure(SignalId id, double value) {
  value_[id.value] = value;
  read(id.value);
  measured_[id.value] = 1;
  return reading_[id.value];
}

void Board::finish_second() {
  for (std::size_t i = 0; i < value_.size(); ++i)
    if (!measured_[i]) read(i);
}

void Board::read(std::size_t i) {
  if (frozen_[i]) return;
  const auto numbers = [this](std::uint32_t id) { return noise_[NoiseId{id}]; };
  if (!faulty_[i]) {
    reading_[i] = in_steps(healthy(i, numbers), steps_[i]);
    return;
  }
  const SensorFault& fault = sensor(SignalId{static_cast<std::uint32_t>(i)});
  if (fault.stuck || fault.missing) return;
  reading_[i] = in_steps(fault.gain * healthy(i, numbers) + fault.bias, steps_[i]);
}

void Board::between(std::uint64_t k, std::vector<double>& readings) const {
  std::vector<double> drawn;
  noise_.between(k, drawn);
  const auto numbers = [&drawn](std::uint32_t id) { return drawn[id]; };
  readings.resize(value_.size());
  for (std::size_t i = 0; i < readings.size(); ++i)
    readings[i] = frozen_[i] || faulty_[i] ? sent(SignalId{static_cast<std::uint32_t>(i)}) : in_steps(healthy(i, numbers), steps_[i]);
}

double Board::sent(SignalId id) const {
  if (faulty_[id.value])
    for (const auto& [signal, fault] : faults_)
      if (signal == id.value && fault.missing) return std::numeric_limits<double>::quiet_NaN();
  return reading_[id.value];
}

std::optional<SignalId> Board::find(std::string_view path) const {
  const auto found = index_.find(path);
  return found == index_.end() ? std::nullopt : std::optional{SignalId{found->second}};
}

double Board::spread(SignalId id) const {
  const double size = std::fabs(value_[id.value]);
  const double noise = noise_sd_[id.value] + noise_share_[id.value] * size, wander = wander_sd_[id.value] + wander_share_[id.value] * size;
  return numeric::sqrt(noise * noise + wander * wander);
}

}  // namespace steadyline
