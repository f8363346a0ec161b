#include "twin/procedure/batches.h"

namespace steadyline {

Batches::Batches(const TwinParameters& p, bool in_production)
    : batch_s_{p.procedure.batch_h * 3600},
      batch_kg_{p.procedure.batch_kg},
      sublot_kg_{p.coater.load_kg},
      step_s_{p.press.buffer_s / buffer_steps} {
  if (!in_production) return;
  relaxing_kg_.fill(p.nominal_kg_h() / 3600 * step_s_);
}

void Batches::step(bool running, double good_kg, double waste_kg) {
  good_kg_ += good_kg;
  waste_kg_ += waste_kg;
  in_batch_kg_ += good_kg;
  in_sublot_kg_ += good_kg;
  relaxing_kg_[newest_] += good_kg;
  if (in_sublot_kg_ >= sublot_kg_) {
    in_sublot_kg_ -= sublot_kg_;
    ++sublot_;
  }
  relaxed_kg_ = 0;
  since_step_s_ += 1;
  if (since_step_s_ >= step_s_) {
    since_step_s_ -= step_s_;
    newest_ = (newest_ + 1) % buffer_steps;
    relaxed_kg_ = relaxing_kg_[newest_];
    relaxing_kg_[newest_] = 0;
  }
  if (running) age_s_ += 1;
  if (age_s_ >= batch_s_ || in_batch_kg_ >= batch_kg_) end_batch();
}

void Batches::end_batch() {
  if (age_s_ == 0) return;
  ++batch_;
  age_s_ = in_batch_kg_ = 0;
}

}  // namespace steadyline
