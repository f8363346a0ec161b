#include "models/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>

#include "models/json_guard.h"

namespace steadyline {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors are little-endian, and so is every processor we run on");

constexpr std::size_t length_bytes = 8;
constexpr std::uint64_t header_max = 1 << 20;
constexpr std::size_t rank_max = 8;

tl::unexpected<Error> refuse(std::string_view tensor, std::string what) {
  const std::string where = tensor.empty() ? "safetensors" : fmt::format("safetensors, tensor {}", tensor);
  return tl::unexpected(Error{Errc::bundle, std::move(what), where, "copy the file again from where it was made"});
}

/// One line of the header: where a tensor's numbers lie in the data part.
struct Extent {
  std::string name;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

std::optional<std::vector<std::uint64_t>> read_sizes(const nlohmann::json& list, std::size_t count_max) {
  if (!list.is_array() || list.size() > count_max) return std::nullopt;
  std::vector<std::uint64_t> sizes;
  for (const nlohmann::json& size : list) {
    if (!size.is_number_unsigned()) return std::nullopt;
    sizes.push_back(size.get<std::uint64_t>());
  }
  return sizes;
}

/// Bytes of a float32 tensor; nothing when a side is 0 or the product is beyond `limit`.
std::optional<std::uint64_t> bytes_of(const std::vector<std::uint64_t>& shape, std::uint64_t limit) {
  std::uint64_t bytes = sizeof(float);
  for (const std::uint64_t side : shape) {
    if (side == 0 || side > limit / bytes) return std::nullopt;
    bytes *= side;
  }
  return bytes;
}

Result<Extent> read_extent(const std::string& name, const nlohmann::json& entry, std::uint64_t data_bytes) {
  if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") || !entry.contains("shape") || !entry.contains("data_offsets"))
    return refuse(name, "its entry is not exactly dtype, shape and data_offsets");
  if (entry["dtype"] != "F32") return refuse(name, fmt::format("its type is {}, only F32 is read", entry["dtype"].dump(-1, ' ', true)));
  const auto shape = read_sizes(entry["shape"], rank_max);
  const auto offsets = read_sizes(entry["data_offsets"], 2);
  if (!shape || !offsets || offsets->size() != 2) return refuse(name, "its shape or data_offsets are not lists of sizes");
  const std::uint64_t begin = (*offsets)[0];
  const std::uint64_t end = (*offsets)[1];
  if (begin > end || end > data_bytes) return refuse(name, fmt::format("its bytes {}..{} are not within the {} of the file", begin, end, data_bytes));
  if (bytes_of(*shape, data_bytes) != end - begin) return refuse(name, fmt::format("its shape does not fill its {} bytes", end - begin));
  return Extent{name, {shape->begin(), shape->end()}, begin, end};
}

Result<Tensor> read_tensor(const Extent& extent, std::string_view data) {
  Tensor tensor{extent.shape, std::vector<float>((extent.end - extent.begin) / sizeof(float))};
  std::memcpy(tensor.values.data(), data.data() + extent.begin, extent.end - extent.begin);
  for (std::size_t i = 0; i < tensor.values.size(); ++i)
    if (!std::isfinite(tensor.values[i])) return refuse(extent.name, fmt::format("its number {} is not finite", i));
  return tensor;
}

Result<std::vector<Extent>> read_header(std::string_view header, std::uint64_t data_bytes) {
  const auto tree = parse_guarded_json(header, "safetensors header");
  if (!tree) return tl::unexpected(tree.error());
  if (!tree->is_object()) return refuse("", "its header is not a JSON object");
  std::vector<Extent> extents;
  for (const auto& [name, entry] : tree->items()) {
    if (name == "__metadata__") continue;
    auto extent = read_extent(name, entry, data_bytes);
    if (!extent) return tl::unexpected(extent.error());
    extents.push_back(std::move(*extent));
  }
  std::ranges::sort(extents, {}, &Extent::begin);
  return extents;
}

}  // namespace

Result<Tensors> parse_safetensors(std::string_view bytes) {
  if (bytes.size() < length_bytes) return refuse("", fmt::format("is cut short after {} bytes", bytes.size()));
  std::uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, bytes.data(), length_bytes);
  if (header_bytes > header_max) return refuse("", fmt::format("its header claims {} bytes, allowed are {}", header_bytes, header_max));
  if (header_bytes > bytes.size() - length_bytes) return refuse("", "is cut short within its header");
  const std::string_view header = bytes.substr(length_bytes, header_bytes);
  const std::string_view data = bytes.substr(length_bytes + header_bytes);
  const auto extents = read_header(header, data.size());
  if (!extents) return tl::unexpected(extents.error());

  Tensors tensors;
  std::uint64_t filled = 0;
  for (const Extent& extent : *extents) {
    if (extent.begin != filled) return refuse(extent.name, fmt::format("begins at byte {}, not at {} where the one before ends", extent.begin, filled));
    auto tensor = read_tensor(extent, data);
    if (!tensor) return tl::unexpected(tensor.error());
    tensors.emplace(extent.name, std::move(*tensor));
    filled = extent.end;
  }
  if (filled != data.size()) return refuse("", fmt::format("has {} bytes of numbers, its header knows {}", data.size(), filled));
  return tensors;
}

std::string write_safetensors(const Tensors& tensors) {
  std::string header = "{";
  std::uint64_t begin = 0;
  for (const auto& [name, tensor] : tensors) {
    const std::uint64_t end = begin + tensor.values.size() * sizeof(float);
    if (header.size() > 1) header += ',';
    header += nlohmann::json(name).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    header += fmt::format(R"(:{{"dtype":"F32","shape":[{}],"data_offsets":[{},{}]}})", fmt::join(tensor.shape, ","), begin, end);
    begin = end;
  }
  header += '}';
  // Padded as the format's own library does, so that the numbers lie on 8-byte boundaries.
  header.append((length_bytes - header.size() % length_bytes) % length_bytes, ' ');

  const std::uint64_t header_bytes = header.size();
  std::string bytes(reinterpret_cast<const char*>(&header_bytes), length_bytes);
  bytes.reserve(length_bytes + header.size() + begin);
  bytes += header;
  for (const auto& [name, tensor] : tensors) bytes.append(reinterpret_cast<const char*>(tensor.values.data()), tensor.values.size() * sizeof(float));
  return bytes;
}

}  // namespace steadyline
