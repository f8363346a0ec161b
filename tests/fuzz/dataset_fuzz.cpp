#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>

#include "training/dataset_reader.h"

/// Whatever the bytes of a recorded file, rows read = rows used + rows set aside, or an Error says where and why.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace steadyline;
  static const Line line = [] {
    Line made;
    made.id = "press";
    made.units = {{"tp1", "press", 0}};
    for (const char* name : {"speed", "force"}) {
      Tag tag;
      tag.name = name;
      tag.path = std::string{"tp1/"} + name;
      made.tags.push_back(tag);
    }
    return made;
  }();
  Dataset dataset;
  dataset.name = "fuzz";
  dataset.line = "press";
  dataset.separator = size > 0 && bytes[0] % 2 == 0 ? ';' : ',';
  dataset.decimal = size > 1 && bytes[1] % 2 == 0 ? '.' : ',';
  if (dataset.decimal == dataset.separator) dataset.decimal = '.';
  dataset.time_format = "%Y-%m-%d %H:%M:%S";
  dataset.group_column = "campaign";
  dataset.columns = {{"speed", "tp1/speed"}, {"force", "tp1/force"}};
  dataset.dropped = {{"note", "words"}};
  const auto table = parse_dataset(line, dataset, {reinterpret_cast<const char*>(bytes), size}, "fuzz.csv");
  if (!table) {
    STEADYLINE_ASSERT(!table.error().where.empty() && !table.error().what.empty(), "an Error says where and what");
    return 0;
  }
  const auto aside = std::accumulate(table->set_aside.begin(), table->set_aside.end(), std::size_t{0},
                                     [](std::size_t sum, const auto& reason) { return sum + reason.second; });
  STEADYLINE_ASSERT(table->rows_read == table->rows.size() + aside, "every row is used or set aside");
  return 0;
}
