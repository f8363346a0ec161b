#include "training/forecaster_net.h"

#include <cmath>
#include <limits>

namespace steadyline::networks {

Net begin_net(const torch::Tensor& shift, std::int64_t fans, std::int64_t inputs, std::int64_t hidden) {
  const double reach = 1 / std::sqrt(static_cast<double>(hidden));
  const auto uniform = [&](std::vector<std::int64_t> shape) { return torch::empty(shape).uniform_(-reach, reach); };
  Net net;
  net.w_ih = uniform({4 * hidden, inputs});
  net.w_hh = uniform({4 * hidden, hidden});
  net.b_ih = torch::zeros({4 * hidden});
  net.b_hh = torch::zeros({4 * hidden});
  net.b_ih.slice(0, hidden, 2 * hidden).fill_(1);      // the forget gate begins open (Jozefowicz et al. 2015)
  net.head_h = torch::zeros({shift.size(1), hidden});  // the network begins exactly at the linear forecast
  net.head_b = torch::zeros({shift.size(1)});
  for (torch::Tensor& p : net.all()) p.requires_grad_(true);
  net.shift = shift;
  net.trust = torch::ones({shift.size(0), fans});
  return net;
}

Streams cut(const Sequence& sequence, const torch::Tensor& linear, std::int64_t streams) {
  const auto frames = static_cast<std::int64_t>(sequence.frames());
  const auto inputs = static_cast<std::int64_t>(sequence.inputs), network = static_cast<std::int64_t>(sequence.network);
  const auto fans = static_cast<std::int64_t>(sequence.fans);
  Streams out;
  out.length = (frames + streams - 1) / streams;
  const std::int64_t padded = out.length * streams;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  out.x = torch::zeros({padded, network});
  out.y = torch::full({padded, fans}, nan);
  out.keep = torch::ones({padded, 1});
  out.run = torch::zeros({padded}, torch::kInt64);
  const auto targets = static_cast<std::int64_t>(sequence.targets);
  out.group = torch::zeros({padded, targets}, torch::kUInt8);
  const torch::Tensor faulty = torch::from_blob(const_cast<unsigned char*>(sequence.faulty.data()), {frames, 1}, torch::kUInt8);
  out.group.slice(0, 0, frames)
      .copy_(torch::from_blob(const_cast<unsigned char*>(sequence.group.data()), {frames, targets}, torch::kUInt8));
  out.of_class = out.group.clone();
  out.of_class.slice(0, 0, frames).masked_fill_((out.group.slice(0, 0, frames) == 0).logical_and(faulty > 0), steady_with_fault);
  out.x.slice(0, 0, frames).copy_(torch::from_blob(const_cast<float*>(sequence.features.data()), {frames, inputs}).slice(1, 0, network));
  out.y.slice(0, 0, frames).copy_(torch::from_blob(const_cast<float*>(sequence.futures.data()), {frames, fans}) - linear);
  out.run.slice(0, 0, frames).copy_(torch::from_blob(const_cast<std::int64_t*>(sequence.run.data()), {frames}, torch::kInt64));
  for (std::int64_t i = 0; i < frames; ++i)
    if (sequence.begins(static_cast<std::size_t>(i))) out.keep[i][0] = 0.0F;
  out.x = out.x.reshape({streams, out.length, network});
  out.y = out.y.reshape({streams, out.length, fans});
  out.keep = out.keep.reshape({streams, out.length, 1});
  out.run = out.run.reshape({streams, out.length});
  out.group = out.group.reshape({streams, out.length, targets});
  out.of_class = out.of_class.reshape({streams, out.length, targets});
  return out;
}

torch::Tensor forward(const Net& net, const torch::Tensor& x, const torch::Tensor& keep, const torch::Tensor& group, torch::Tensor& h,
                      torch::Tensor& c) {
  const torch::Tensor gates_x = torch::matmul(x, net.w_ih.t()) + (net.b_ih + net.b_hh);
  const torch::Tensor recurrent = net.w_hh.t();
  std::vector<torch::Tensor> hidden;
  for (std::int64_t t = 0; t < x.size(1); ++t) {
    const torch::Tensor kept = keep.select(1, t);
    const auto gates = torch::addmm(gates_x.select(1, t), h * kept, recurrent).chunk(4, 1);
    c = torch::sigmoid(gates[1]) * (c * kept) + torch::sigmoid(gates[0]) * torch::tanh(gates[2]);
    h = torch::sigmoid(gates[3]) * torch::tanh(c);
    hidden.push_back(h);
  }
  const std::int64_t groups = net.shift.size(0), targets = group.size(2), fans = net.trust.size(1);
  const torch::Tensor of_group = torch::one_hot(group.to(torch::kInt64), groups).to(torch::kFloat32);  // [S][T][targets][groups]
  const auto by_group = [&](const torch::Tensor& table) {
    return torch::einsum("stng,gnk->stnk", {of_group, table.reshape({groups, targets, -1})});
  };
  const torch::Tensor correction =
      (torch::matmul(torch::stack(hidden, 1), net.head_h.t()) + net.head_b).reshape({x.size(0), x.size(1), fans, -1});
  const torch::Tensor trust = by_group(net.trust).reshape({x.size(0), x.size(1), fans, 1});
  return (correction * trust).reshape({x.size(0), x.size(1), -1}) + by_group(net.shift).reshape({x.size(0), x.size(1), -1});
}

std::pair<torch::Tensor, torch::Tensor> pinball(const torch::Tensor& forecast, const torch::Tensor& y, const torch::Tensor& of_class,
                                                const torch::Tensor& quantiles) {
  const std::int64_t fans = y.size(2), targets = of_class.size(2);
  const torch::Tensor known = torch::isnan(y).logical_not();
  const torch::Tensor truth = torch::nan_to_num(y, 0.0).unsqueeze(3);
  const torch::Tensor miss = truth - forecast.reshape({y.size(0), y.size(1), fans, -1});
  const torch::Tensor loss = torch::maximum(quantiles * miss, (quantiles - 1) * miss).sum(3) * known;
  const torch::Tensor classes = torch::one_hot(of_class.to(torch::kInt64), class_count).to(torch::kFloat32);
  const auto by_class = [&](const torch::Tensor& all) {
    const torch::Tensor of_target = all.to(torch::kFloat32).reshape({y.size(0), y.size(1), targets, fans / targets});
    return torch::einsum("stnk,stnc->cnk", {of_target, classes}).reshape({class_count, fans});
  };
  return {by_class(loss), by_class(known)};
}

}  // namespace steadyline::networks
