#pragma once

namespace steadyline {

/// How often something happened of late: each time counts one and fades with a time constant of 5 min. What happens now and then is no
/// trouble; four times within about 4 min is, until it has been calm for some 5 min. A plain value.
class LeakyCount {
 public:
  static constexpr double fades_s = 300;

  /// One more; again only `apart_s` after the last one that counted, so that one burst is one event.
  void add(double apart_s) {
    if (since_s_ < apart_s) return;
    since_s_ = 0;
    count_ = count_ + 1 < most ? count_ + 1 : most;
    if (count_ >= raised_at) raised_ = true;
  }
  /// A period passes; `kept`: exp(-period / fades_s).
  void pass(double period_s, double kept) {
    if (count_ == 0) return;
    since_s_ += period_s;
    count_ *= kept;
    if (count_ >= ended_below) return;
    raised_ = false;
    if (count_ < gone_below) *this = {};
  }
  bool raised() const { return raised_; }
  double count() const { return count_; }

 private:
  static constexpr double raised_at = 3.2, ended_below = 1, gone_below = 0.01, most = 6;
  double count_ = 0;
  double since_s_ = fades_s;
  bool raised_ = false;
};

}  // namespace steadyline
