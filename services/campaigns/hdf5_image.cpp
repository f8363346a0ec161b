#include <hdf5.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <type_traits>

#include "campaigns/table.h"

namespace steadyline {
namespace {

constexpr std::size_t memory_step = 16U << 20;  // growth of a file image
constexpr hsize_t chunk_rows = 600;
constexpr hsize_t chunk_columns = 32;  // a reader of one tag unpacks a twentieth of the frames
constexpr unsigned deflate_level = 1;

/// An HDF5 identifier that closes itself.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_{id}, close_{close} {
    if (id < 0) throw std::runtime_error{"the HDF5 library refused a step"};
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { close_(id_); }
  operator hid_t() const { return id_; }  // NOLINT: the C library takes identifiers

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

void need(herr_t done) {
  if (done < 0) throw std::runtime_error{"the HDF5 library refused a step"};
}

void put_text(hid_t object, const char* name, std::string_view text, H5T_cset_t characters = H5T_CSET_UTF8) {
  const Handle type{H5Tcopy(H5T_C_S1), H5Tclose};
  need(H5Tset_size(type, std::max<std::size_t>(text.size(), 1)));
  need(H5Tset_cset(type, characters));
  const Handle space{H5Screate(H5S_SCALAR), H5Sclose};
  const Handle attribute{H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose};
  const std::string bytes = text.empty() ? std::string(1, '\0') : std::string{text};
  need(H5Awrite(attribute, type, bytes.data()));
}

/// Python's None, pickled: PyTables unpickles bytes, and takes Unicode for a text.
void put_none(hid_t object, const char* name) { put_text(object, name, "N.", H5T_CSET_ASCII); }

template <class Number>
void put_number(hid_t object, const char* name, Number number) {
  const hid_t type = std::is_same_v<Number, std::uint8_t> ? H5T_STD_U8LE : H5T_STD_I64LE;
  const Handle space{H5Screate(H5S_SCALAR), H5Sclose};
  const Handle attribute{H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose};
  need(H5Awrite(attribute, type, &number));
}

/// No times of creation in object headers: the same table gives the same bytes.
Handle timeless(hid_t list_class) {
  const hid_t list = H5Pcreate(list_class);
  if (list >= 0) H5Pset_obj_track_times(list, false);
  return {list, H5Pclose};
}

void describe_array(hid_t dataset, std::string_view kind) {
  put_text(dataset, "CLASS", "ARRAY");
  put_text(dataset, "FLAVOR", "numpy");
  put_text(dataset, "TITLE", "");
  put_text(dataset, "VERSION", "2.4");
  put_number(dataset, "transposed", std::uint8_t{1});
  if (kind.empty()) return;
  put_text(dataset, "kind", kind);
  put_none(dataset, "name");
}

void put_names(hid_t group, const char* name, const std::vector<std::string>& names) {
  std::size_t width = 1;
  for (const std::string& text : names) width = std::max(width, text.size());
  std::string bytes(width * names.size(), '\0');
  for (std::size_t i = 0; i < names.size(); ++i) names[i].copy(bytes.data() + i * width, width);
  const Handle type{H5Tcopy(H5T_C_S1), H5Tclose};
  need(H5Tset_size(type, width));
  const hsize_t count = names.size();
  const Handle space{H5Screate_simple(1, &count, nullptr), H5Sclose}, how = timeless(H5P_DATASET_CREATE);
  const Handle dataset{H5Dcreate2(group, name, type, space, H5P_DEFAULT, how, H5P_DEFAULT), H5Dclose};
  need(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()));
  describe_array(dataset, "string");
}

void put_times(hid_t group, const std::vector<std::int64_t>& times_ms) {
  std::vector<std::int64_t> times_ns(times_ms.size());
  std::transform(times_ms.begin(), times_ms.end(), times_ns.begin(), [](std::int64_t ms) { return ms * 1'000'000; });
  const hsize_t count = times_ns.size();
  const Handle space{H5Screate_simple(1, &count, nullptr), H5Sclose}, how = timeless(H5P_DATASET_CREATE);
  const Handle dataset{H5Dcreate2(group, "axis1", H5T_STD_I64LE, space, H5P_DEFAULT, how, H5P_DEFAULT), H5Dclose};
  need(H5Dwrite(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, times_ns.data()));
  describe_array(dataset, "datetime64");
  put_text(dataset, "index_class", "datetime");
  put_none(dataset, "freq");
}

void put_values(hid_t group, const Table& table) {
  const hsize_t shape[2] = {table.rows(), table.columns.size()};
  const hsize_t chunk[2] = {std::min(chunk_rows, shape[0]), std::min(chunk_columns, shape[1])};
  const Handle space{H5Screate_simple(2, shape, nullptr), H5Sclose}, how = timeless(H5P_DATASET_CREATE);
  need(H5Pset_chunk(how, 2, chunk));
  need(H5Pset_shuffle(how));
  need(H5Pset_deflate(how, deflate_level));
  const Handle dataset{H5Dcreate2(group, "block0_values", H5T_IEEE_F64LE, space, H5P_DEFAULT, how, H5P_DEFAULT), H5Dclose};
  need(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, table.values.data()));
  describe_array(dataset, "");
}

void put_table(hid_t file, const Table& table) {
  const Handle how = timeless(H5P_GROUP_CREATE);
  const Handle group{H5Gcreate2(file, table.name.c_str(), H5P_DEFAULT, how, H5P_DEFAULT), H5Gclose};
  put_text(group, "CLASS", "GROUP");
  put_text(group, "TITLE", "");
  put_text(group, "VERSION", "1.0");
  put_text(group, "pandas_type", "frame");
  put_text(group, "pandas_version", "0.15.2");
  put_text(group, "encoding", "UTF-8");
  put_text(group, "errors", "strict");
  for (const char* part : {"axis0_variety", "axis1_variety", "block0_items_variety"}) put_text(group, part, "regular");
  put_number(group, "ndim", std::int64_t{2});
  put_number(group, "nblocks", std::int64_t{1});
  put_names(group, "axis0", table.columns);
  put_names(group, "block0_items", table.columns);
  put_times(group, table.times_ms);
  put_values(group, table);
}

std::string image_of(const Table& table) {
  const Handle access{H5Pcreate(H5P_FILE_ACCESS), H5Pclose}, how = timeless(H5P_FILE_CREATE);
  need(H5Pset_fapl_core(access, memory_step, false));  // in memory: a full disk is then ours to report
  const Handle file{H5Fcreate("steadyline", H5F_ACC_TRUNC, how, access), H5Fclose};
  const Handle root{H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose};
  put_text(root, "CLASS", "GROUP");
  put_text(root, "TITLE", "");
  put_text(root, "VERSION", "1.0");
  put_text(root, "PYTABLES_FORMAT_VERSION", "2.1");
  put_table(file, table);
  need(H5Fflush(file, H5F_SCOPE_GLOBAL));
  const ssize_t size = H5Fget_file_image(file, nullptr, 0);
  if (size < 0) throw std::runtime_error{"the HDF5 library gave no file image"};
  std::string image(static_cast<std::size_t>(size), '\0');
  if (H5Fget_file_image(file, image.data(), image.size()) != size) throw std::runtime_error{"the HDF5 library gave no file image"};
  return image;
}

}  // namespace

Result<std::string> hdf5_image(const Table& table) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // we say it ourselves
  try {
    return image_of(table);
  } catch (const std::exception& trouble) {
    return tl::unexpected(Error{Errc::io, trouble.what(), "HDF5 table " + table.name, "check that there is memory for " +
                                std::to_string(table.values.size() * sizeof(double) / 1'000'000) + " MB, and libhdf5's version"});
  }
}

}  // namespace steadyline
