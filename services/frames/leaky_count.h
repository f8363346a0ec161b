#pragma once

namespace steadyline {

/// How often something happened of late: each time counts one and fades, with the caller's time constant. What happens now and then is no
/// trouble; three times within some 0.6 time constants is, until it has been calm for one. A plain value.
class LeakyCount {
 public:
  /// `raised_at`: 2.3 asks for three times, 2.7 for three close together or four.
  explicit LeakyCount(double raised_at = 2.3) : raised_at_{raised_at} {}

  /// One more; again only `apart_s` after the last one that counted, so that one burst is one event.
  void add(double apart_s) {
    if (since_s_ < apart_s) return;
    since_s_ = 0;
    count_ = count_ + 1 < most ? count_ + 1 : most;
    if (count_ >= raised_at_) raised_ = true;
  }
  /// A period passes; `kept`: exp(-period / time constant).
  void pass(double period_s, double kept) {
    if (count_ == 0) return;
    since_s_ += period_s;
    count_ *= kept;
    if (count_ >= ended_below) return;
    raised_ = false;
    if (count_ < gone_below) *this = LeakyCount{raised_at_};
  }
  bool raised() const { return raised_; }
  double count() const { return count_; }

 private:
  static constexpr double ended_below = 1, gone_below = 0.01, most = 6;
  double raised_at_;
  double count_ = 0;
  double since_s_ = 1e9;
  bool raised_ = false;
};

}  // namespace steadyline
