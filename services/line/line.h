#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/units.h"

namespace steadyline {

/// Closed interval; an absent side is infinite. `contains(NaN)` is false.
struct Band {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool contains(double v) const { return v >= low && v <= high; }
  bool bounded() const;  ///< at least one side is finite
  friend bool operator==(const Band&, const Band&) = default;
};

enum class TagClass { cpp, cma, cqa, aux };
enum class Role { measured, setpoint, derived };
enum class Clock { period, on_change };  ///< DESIGN §6: an on_change tag goes stale only with its source

/// How a reading scatters around its true value: stationary standard deviation `sd + share * |value|`, AR(1) with correlation time `tau_s` (0: white).
struct Noise {
  double sd = 0;     ///< in the tag's `uom`
  double share = 0;  ///< of the value
  double tau_s = 0;
  friend bool operator==(const Noise&, const Noise&) = default;
};

/// One signal of a unit, as the line description gives it. Values are in `uom`.
struct Tag {
  UnitIndex unit;
  std::string name;   ///< "massflow_pv"
  std::string path;   ///< "fd1/massflow_pv": unit/tag, unique in the line
  std::string uom;
  std::string description;
  TagClass tag_class = TagClass::aux;
  Role role = Role::measured;
  Clock clock = Clock::period;
  Band range;    ///< what the instrument can deliver; outside is a bad reading
  Band control;  ///< colours the display; alarms on the 60 s mean with group delay
  Band hard;     ///< action, reject or interlock
  bool limits_on_mean = true;          ///< limits act on the 60 s mean (noisy tags) or on each value
  std::optional<double> stuck_after_s; ///< identical readings for so long while running are a frozen sensor
  std::optional<double> spike;         ///< a jump larger than this (in uom) that comes back within 3 frames is a spike
  bool automatic = false;              ///< a set-point that a controller moves, not the operator
  bool modelled = false;               ///< input of forecaster and health model
  bool forecast = false;               ///< predicted, and watched for a coming breach of `hard`
  Noise noise;                         ///< of the instrument, from one reading to the next
  Noise wander;                        ///< slow, beside `noise`
  double resolution = 0;               ///< step of the readings as sent; 0: as fine as numbers go
  std::map<int, std::string> codes;    ///< enumerations: integer code -> word
};

struct Unit {
  std::string id;  ///< "fd1"
  std::string description;
  double to_product_s = 0;  ///< mean residence time from this unit to the tablet, s
  // What tells in which context the unit runs (frames/context.h); each may be absent.
  std::optional<TagIndex> mode_tag;   ///< of a feeder: 0 off, 1 gravimetric, 2 volumetric, 3 refill
  std::optional<TagIndex> lot_tag;    ///< identifier of the material lot that it takes
  std::optional<TagIndex> phase_tag;  ///< of a batch-wise unit: the code of its phase, 0 at rest
  // Along what its golden profile runs (models/golden.h).
  std::optional<TagIndex> maturity_tag;    ///< of a batch-wise unit: grows with the batch, e.g. what was sprayed
  std::vector<std::int64_t> maturity_phases;  ///< codes of the phases whose profile runs along it
  std::vector<std::int64_t> aligned_phases;   ///< codes of the phases that time warping aligns
  std::vector<TagIndex> aligned_by;           ///< by the shape of these tags
};

/// A soft sensor of one quality attribute as the line description gives it: what it is estimated from and what its laboratory results are.
struct SoftSensorDescription {
  std::string name;                ///< "weight"
  std::string uom;
  std::string result;              ///< unit/tag that shows its at-line results; empty: they come as records alone
  double late_s = 0;               ///< from sample to result, where the result comes as a tag
  std::vector<std::string> from;   ///< unit/tag; learned against the results
  std::vector<double> spans_s;     ///< each of `from` is smoothed over each of these
  std::string share_of;            ///< instead of `from`: the mass flow of the ingredient …
  std::vector<std::string> share_among;  ///< … among all flows
  std::vector<std::string> probes;       ///< unit/tag of instruments that read the same quantity upstream
  std::string scatter_tag;         ///< standard deviation within a sample; empty: none
  double tablets = 10;             ///< of a sample
  double scatter = 0;              ///< of a result about its material; meaningful without scatter_tag
  double max_step = 0;             ///< a result moves the offset by no more
  double max_offset = 0;           ///< the offset in all
  friend bool operator==(const SoftSensorDescription&, const SoftSensorDescription&) = default;
};

/// How a relation between tags is held: content at a probe against the feeders' shares; what leaves against what enters; one tag against
/// others, by weights given or learned.
enum class RelationKind : std::uint8_t { potency, mass, pair };

/// A relation between tags as the line description gives it: what the drift detectors watch beside single tags (docs/model.md, Drift).
struct RelationDescription {
  std::string name;  ///< "nir1 against feeders", unique
  RelationKind kind = RelationKind::pair;
  std::string unit;                  ///< id of the unit that it speaks of
  std::vector<std::string> of;       ///< what is held against `from`; of a mass balance: factors, e.g. rate and weight
  std::vector<std::string> from;     ///< potency: mass flows, the ingredient's first; mass: all mass flows; pair: the others
  std::vector<double> weights;       ///< of a pair, one for each of `from`; empty: learned
  std::vector<std::string> accuses;  ///< in what order; empty: `of`, then `from`
  double way_s = 0;                  ///< mean residence time from `from` to `of`
  std::int64_t tanks = 1;            ///< as so many equal tanks
  bool log = false;                  ///< between logarithms: shares instead of units
  bool follows_lots = false;         ///< a new lot of the unit moves it
  friend bool operator==(const RelationDescription&, const RelationDescription&) = default;
};

/// One production line: what `config/lines/*.yaml` describes. A plain value; made and checked by settings/read_line.
struct Line {
  std::string id;    ///< "cdc1"
  std::string site;  ///< "site1/osd"
  Milliseconds period{1000};
  std::vector<Unit> units;
  std::vector<Tag> tags;            ///< grouped by unit, in the order of the file
  std::optional<TagIndex> running_tag;  ///< the line produces while this tag is above `running_above`
  double running_above = 0;
  std::optional<TagIndex> state_tag;   ///< PackML state of the line, OPC 30050's numbers
  std::optional<TagIndex> mode_tag;    ///< PackML unit mode of the line: 1 production, 2 maintenance, 3 manual
  std::optional<TagIndex> recipe_tag;  ///< identifier of the recipe
  std::vector<SoftSensorDescription> soft_sensors;
  std::vector<RelationDescription> relations;
  std::vector<std::string> no_level;    ///< names of tags that rise and fall by design or with the weather: drift detectors leave them out
  std::string sha256;               ///< of the file's bytes

  std::optional<UnitIndex> find_unit(std::string_view id) const;
  std::optional<TagIndex> find_tag(UnitIndex unit, std::string_view name) const;
  std::optional<TagIndex> find_tag(std::string_view path) const;  ///< "fd1/massflow_pv"
  const Tag& tag(TagIndex i) const { return tags[i.value]; }
  const Unit& unit(UnitIndex i) const { return units[i.value]; }
};

}  // namespace steadyline
