#pragma once

#include <cstddef>
#include <vector>

#include "settings/section.h"
#include "twin/options.h"

namespace steadyline {

/// One number of a section that fills a struct of numbers: key, place, allowed, meaning with its unit.
template <class Parameters>
struct Row {
  const char* key;
  double Parameters::*place;
  Limits limits;
  const char* meaning;
};

/// Reads every row; none may be left out.
template <class Parameters, std::size_t count>
void read_rows(Section& section, const Row<Parameters> (&rows)[count], Parameters& parameters) {
  for (const Row<Parameters>& row : rows) parameters.*row.place = section.number(row.key, row.limits, row.meaning);
}

/// Notes a fault of `key` unless `low` < `high`.
void check_ascending(Section& section, const char* key, double low, double high, const char* than);

// The sections of a twin's file, each closed (unknown keys are faults).
void read_feeders(std::vector<Section> sections, Section& top, TwinParameters& twin);
void read_feeding(Section section, FeedingParameters& feeding);
void read_blender(Section section, BlenderParameters& blender);
void read_path(Section section, PathParameters& path);
void read_press(Section section, PressParameters& press);
void read_coater(Section section, CoaterParameters& coater);
void read_room(Section section, RoomParameters& room);
void read_procedure(Section section, ProcedureParameters& procedure);
/// One entry of `auxiliary`: one recipe for each unit that its tag names.
std::vector<AuxiliaryParameters> read_auxiliary(Section section);

}  // namespace steadyline
