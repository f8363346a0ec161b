#include "twin/procedure/settling.h"

#include <cmath>

namespace steadyline {

void MinuteMean::add(double reading) {
  if (count_ == last_.size())
    sum_ -= last_[next_];
  else
    ++count_;
  last_[next_] = reading;
  sum_ += reading;
  next_ = (next_ + 1) % last_.size();
  if (next_ != 0) return;
  sum_ = 0;  // once a minute anew: differences of rounding do not gather
  for (std::size_t i = 0; i < count_; ++i) sum_ += last_[i];
}

void Settling::begin() { since_begin_s_ = since_move_s_ = inside_s_ = 0; }

void Settling::step(bool set_points_move, double nir, double force) {
  since_begin_s_ += 1;
  since_move_s_ = set_points_move ? 0 : since_move_s_ + 1;
  const bool washed = since_begin_s_ >= own_.equilibrate_s && since_move_s_ >= own_.settled_after_move_s;
  const bool inside = std::fabs(nir - 1) <= own_.nir_band && std::fabs(force - 1) <= own_.force_band;
  inside_s_ = washed && inside ? inside_s_ + 1 : 0;
}

}  // namespace steadyline
