#pragma once

#include <vector>

#include "line/line.h"
#include "settings/section.h"

namespace steadyline {

/// A tag as read, with the section that it stands in: rules between keys name its line. Unit and path are not yet set.
struct ReadTag {
  Tag tag;
  Section section;
};

/// The tags of one entry of a `tags` list: one, or with `numbered` a row of them. Checks all rules inside the entry;
/// `period` is the line's. Errors   gathered in the section's reading.
std::vector<ReadTag> read_tag(Section section, Milliseconds period);

}  // namespace steadyline
