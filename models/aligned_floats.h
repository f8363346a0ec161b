#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace steadyline {

/// A block of floats that begins on a cache line, zero at first. Owned; can be moved, not copied.
class AlignedFloats {
 public:
  AlignedFloats() = default;
  explicit AlignedFloats(std::size_t size)
      : floats_{static_cast<float*>(::operator new(size * sizeof(float), alignment))}, size_{size} {
    std::fill_n(floats_.get(), size, 0.0F);
  }
  float* data() { return floats_.get(); }
  const float* data() const { return floats_.get(); }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::align_val_t alignment{64};
  struct Free {
    void operator()(float* floats) const { ::operator delete(floats, alignment); }
  };
  std::unique_ptr<float, Free> floats_;
  std::size_t size_ = 0;
};

}  // namespace steadyline
