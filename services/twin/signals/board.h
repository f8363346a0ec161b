#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "line/line.h"
#include "twin/signals/noise.h"

namespace steadyline {

using SignalId = Strong<struct SignalIdTag, std::uint32_t>;

/// What a fault does to one instrument in one second.
struct SensorFault {
  double gain = 1, bias = 0;  ///< reading = gain * healthy reading + bias
  bool stuck = false;         ///< repeats its last reading
  bool missing = false;       ///< no reading (NaN); a loop goes on with the last one
};

/// All signals of the twin: what is true and what the instruments read, this second. Units keep ids, never pointers, so a whole plant is copied by value.
///
/// Noise    comes from the line description: a signal whose tag says `noise` and `wander` is read with them; without a tag it is read as it is.
/// Use      once: add(); each second: begin_second(), then every unit calls set() or measure() for its signals, then finish_second().
/// Threads  one at a time.
class Board {
 public:
  Board(const Line& line, std::uint64_t seed);

  /// A signal "fd1/massflow_pv"; each path once.
  SignalId add(std::string_view unit, std::string_view tag);
  /// A disturbance of the process itself (sd 1): multiply it by its size where it acts.
  NoiseId add_noise(std::string_view unit, std::string_view cause, double tau_s = 0) { return noise_.add(unit, cause, tau_s); }
  double noise(NoiseId id) const { return noise_[id]; }
  std::uint64_t seed() const { return noise_.seed(); }

  void reseed(std::uint64_t seed) { noise_.reseed(seed); }  ///< of the noises alone: lots and vibrations stay as they would come

  void begin_second();  ///< draws all noises; all sensors are healthy again
  /// The true value; its reading is made in finish_second().
  void set(SignalId id, double value) { value_[id.value] = value; }
  /// The true value, read at once: what a control loop sees in this second.
  double measure(SignalId id, double value);
  /// The reading stays as it was, as recorded machines show it at standstill; call it each second of standstill.
  void freeze(SignalId id) { frozen_[id.value] = 1; }
  SensorFault& sensor(SignalId id);  ///< for this second only; before the unit measures
  void finish_second();
  /// What the instruments read in the k-th part (k > 0) of this second: the same true values, white noise drawn afresh. `readings`: one a signal, as `sent`.
  void between(std::uint64_t k, std::vector<double>& readings) const;

  double value(SignalId id) const { return value_[id.value]; }      ///< true
  double reading(SignalId id) const { return reading_[id.value]; }  ///< of this second, once measured or finished; before: of the last one; never NaN
  double sent(SignalId id) const;                                   ///< the reading as it leaves the machine; NaN: a bad one
  std::optional<SignalId> find(std::string_view path) const;
  std::size_t size() const { return value_.size(); }
  const std::string& path(SignalId id) const { return paths_[id.value]; }
  /// Stationary sd of noise and wander at the present value: what "one standard deviation" of this signal means.
  double spread(SignalId id) const;

 private:
  static constexpr std::uint32_t no_noise = 0xFFFFFFFF;
  /// Of true value and noises, numbers of sd 1.
  template <class Numbers>
  double healthy(std::size_t i, const Numbers& numbers) const;
  void read(std::size_t i);

  const Line* line_;
  NoiseBank noise_;
  std::vector<std::string> paths_;
  std::map<std::string, std::uint32_t, std::less<>> index_;
  std::vector<double> value_, reading_;
  // One entry a signal: noise and wander with their sizes.
  std::vector<std::uint32_t> noise_id_, wander_id_;
  std::vector<double> noise_sd_, noise_share_, wander_sd_, wander_share_, steps_;
  std::vector<std::uint8_t> frozen_, measured_, faulty_;
  std::vector<std::pair<std::uint32_t, SensorFault>> faults_;  // by signal, this second's; a handful at most
};

}  // namespace steadyline
