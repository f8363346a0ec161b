#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "frames/frame.h"
#include "line/line.h"

namespace steadyline {

/// How a term is made of its tags: the first; their sum; the first's share of the sum of all; their product.
enum class TermForm : std::uint8_t { tag, sum, share, product };

/// One addend of a residual: weight * f(tags), felt after the material's way. A plain value, part of drift.json.
struct DriftTerm {
  TermForm form = TermForm::tag;
  std::vector<std::string> tags;  ///< paths
  bool log = false;               ///< natural logarithm: shares instead of units; no value where it is not positive
  double weight = 1;
  double way_s = 0;        ///< mean residence time on the way to where the others are measured
  std::int64_t tanks = 1;  ///< as so many equal tanks in series (Levenspiel 1972)
};

/// Terms of one signal, ready to run: value = sum of weight * term.
///
/// Threads  constant after construction.
class Relation {
 public:
  /// `complete()` is false when the line lacks one of the tags.
  Relation(const std::vector<DriftTerm>& terms, const Line& line);
  bool complete() const { return complete_; }
  /// Numbers that the tanks keep from one frame to the next.
  std::size_t memory() const { return memory_; }
  /// NaN where a term has no value or a tag that is not usable. `tanks`: memory() numbers; NaN: still empty, filled by what comes first.
  double value(const Frame& frame, std::span<double> tanks) const;
  /// The terms one by one before their weights, each NaN where it has none: for learning the weights.
  void terms(const Frame& frame, std::span<double> tanks, std::span<double> values) const;
  std::size_t size() const { return terms_.size(); }
  double weight(std::size_t term) const { return terms_[term].weight; }

 private:
  struct Term {
    TermForm form;
    bool log;
    double weight;
    double approach;           ///< of one tank in one period; 0: no way
    std::size_t first, tanks;  ///< place in the memory
    std::vector<TagIndex> tags;
  };
  static double reading(const Term& term, const Frame& frame);
  std::vector<Term> terms_;
  std::size_t memory_ = 0;
  bool complete_ = true;
};

}  // namespace steadyline
