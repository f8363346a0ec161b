#pragma once

#include <cstdint>
#include <torch/torch.h>
#include <utility>
#include <vector>

#include "models/bundle.h"
#include "training/sequences.h"

namespace steadyline::networks {

/// Parameters of the network that corrects the linear forecast.
struct Net {
  torch::Tensor w_ih, w_hh, b_ih, b_hh, head_h, head_b;
  torch::Tensor shift;  // [groups][outputs], of the linear forecast; fixed
  torch::Tensor trust;  // [groups][fans], share of the correction that is taken; 1 while learning

  std::vector<torch::Tensor> all() const { return {w_ih, w_hh, b_ih, b_hh, head_h, head_b}; }
};
/// Random recurrent weights, of libtorch's own random state; heads of zeros.
Net begin_net(const torch::Tensor& shift, std::int64_t fans, std::int64_t inputs, std::int64_t hidden);

/// Classes of frames: the groups of contexts, and the steady group in recordings with a fault.
inline constexpr std::int64_t steady_with_fault = ForecasterSpec::groups, class_count = ForecasterSpec::groups + 1;

/// A sequence cut into parallel streams: [streams][length] with padding at the very end.
struct Streams {
  torch::Tensor x, y, keep, run;  // [S][L][inputs], [S][L][fans] beyond the linear forecast, with NaN, [S][L][1], [S][L]
  torch::Tensor group, of_class;  // [S][L][targets], of contexts; the same with `steady_with_fault`
  std::int64_t length = 0;
};
/// `linear`: forecasts of the sequence, [frames][fans]: what is left of the futures is the network's.
Streams cut(const Sequence& sequence, const torch::Tensor& linear, std::int64_t streams);

/// Forecasts beyond the linear ones of `x` [S][T][inputs]; state h, c [S][H] is carried and, where keep is 0, begun anew.
torch::Tensor forward(const Net& net, const torch::Tensor& x, const torch::Tensor& keep, const torch::Tensor& group, torch::Tensor& h,
                      torch::Tensor& c);

/// Pinball loss summed over known futures by class of frames: [classes][fans], and how many were known: [classes][fans].
std::pair<torch::Tensor, torch::Tensor> pinball(const torch::Tensor& forecast, const torch::Tensor& y, const torch::Tensor& of_class,
                                                const torch::Tensor& quantiles);

}  // namespace steadyline::networks
