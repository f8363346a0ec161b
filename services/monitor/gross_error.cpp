#include "monitor/gross_error.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "monitor/cause.h"
#include "monitor/gains.h"

namespace steadyline {
namespace {

// A wrong reading of the main force is a wrong weight: force goes with its 4.45th power at a fixed gap.
constexpr double weight_of_force = 1 / 4.45;
constexpr double size_of_many = 0.65;  // several relations that fit say more than
constexpr double size_of_one = 0.8;    // one alone
constexpr double one_alone = 0.97;     // of a signature's square in one relation
constexpr double material_gain = 0.1;  // an instrument must explain so much more, in squares, than the material does
constexpr double probe_gain = 0.3;     // one of the content's own probes more: the next one sees the content later
constexpr double own_unit = 0.2;       // in squares, for the unit that raised the alarm
constexpr auto slow = static_cast<std::size_t>(DriftStatistic::slow);

class Maker {
 public:
  Maker(const Line& line, const DriftSpec& spec, std::span<const DriftChannel> channels) : line_{line}, spec_{spec}, channels_{channels} {}

  void add(std::vector<GrossError>& errors, GrossError error, const Gains& gains) const {
    double square = 0;
    for (std::size_t i = 0; i < channels_.size(); ++i) {
      const DriftSignal* const signal = signal_of(spec_, channels_[i]);
      if (signal == nullptr || signal->follows_lots || signal->high.size() <= slow || signal->low.size() <= slow) continue;
      const double limit = (signal->high[slow] - signal->low[slow]) / 2;
      const double share = moved_by(*signal, line_, gains) / limit;
      if (!(limit > 0) || !std::isfinite(share) || share == 0) continue;
      error.signature.emplace_back(i, share);
      square += share * share;
      error.concerned.insert(error.concerned.end(), channels_[i].tags.begin(), channels_[i].tags.end());
    }
    if (!(square > 0)) return;
    for (auto& [channel, share] : error.signature) share /= std::sqrt(square);
    for (const auto& [tag, gain] : gains) error.concerned.push_back(tag);
    errors.push_back(std::move(error));
  }

  std::vector<TagIndex> present(UnitIndex unit, std::initializer_list<std::string_view> names) const {
    std::vector<TagIndex> tags;
    for (const std::string_view name : names)
      if (const auto tag = line_.find_tag(unit, name)) tags.push_back(*tag);
    return tags;
  }

 private:
  const Line& line_;
  const DriftSpec& spec_;
  std::span<const DriftChannel> channels_;
};

struct Fit {
  double along, most;  ///< length of the excesses' part along the signature, with its sign; largest square in it
};

Fit fit_of(const GrossError& error, std::span<const float> excess) {
  double along = 0, most = 0;
  for (const auto& [channel, share] : error.signature) {
    if (channel < excess.size()) along += share * static_cast<double>(excess[channel]);
    most = std::max(most, share * share);
  }
  return {along, most};
}

bool is_material(const FoundError& instrument, const FoundError& material) {
  const auto square = [](double size) { return size * size; };
  const auto& probes = material.error->accused;
  const bool probe = std::find(probes.begin(), probes.end(), instrument.error->accused.front()) != probes.end();
  return square(instrument.size) < square(material.size) + (probe ? probe_gain : material_gain);
}

}  // namespace

GrossErrors::GrossErrors(const Line& line, const DriftSpec& spec, std::span<const DriftChannel> channels) {
  const Maker maker{line, spec, channels};
  std::vector<TagIndex> known;  // readings of instruments that give several
  for (std::uint32_t i = 0; i < line.units.size(); ++i) {
    const UnitIndex unit{i};
    if (const auto weighed = maker.present(unit, {"massflow_pv", "feed_factor"}); weighed.size() == 2) {
      known.insert(known.end(), weighed.begin(), weighed.end());
      maker.add(errors_,
                {.unit = unit,
                 .accused = maker.present(unit, {"feed_factor", "screw_speed_pv", "netweight_pv"}),
                 .concerned = {},
                 .scale = true,
                 .signature = {}},
                {{weighed[0], 1}, {weighed[1], 1}});
    }
    if (const auto force = maker.present(unit, {"force_main_mean", "weight_est"}); force.size() == 2) {
      known.insert(known.end(), force.begin(), force.end());
      maker.add(errors_, {.unit = unit, .accused = maker.present(unit, {"force_main_mean", "fill_pv"}), .concerned = {}, .signature = {}},
                {{force[0], 1}, {force[1], weight_of_force}});
    }
  }
  Gains content;
  std::vector<UnitIndex> from;
  for (const DriftChannel& channel : channels) {
    const DriftSignal* const signal = signal_of(spec, channel);
    if (signal == nullptr || signal->follows_lots) continue;
    bool of_content = false;
    for (const DriftTerm& term : signal->terms) {
      if (term.form != TermForm::share) continue;
      of_content = true;
      if (const auto tag = line.find_tag(term.tags.front()); tag && line.unit(line.tag(*tag).unit).lot_tag) from.push_back(line.tag(*tag).unit);
    }
    for (const DriftTerm& term : signal->terms) {
      const auto tag = term.tags.size() == 1 ? line.find_tag(term.tags.front()) : std::nullopt;
      if (!tag || std::find(known.begin(), known.end(), *tag) != known.end()) continue;
      if (line.tag(*tag).role != Role::measured || line.tag(*tag).tag_class == TagClass::aux || set_point_of_loop(line, *tag))
        continue;  // a loop's is no measurement
      known.push_back(*tag);
      maker.add(errors_, {.unit = line.tag(*tag).unit, .accused = {*tag}, .concerned = {}, .signature = {}}, {{*tag, 1}});
      if (of_content) content.emplace_back(*tag, 1);
    }
  }
  if (content.size() < 2) return;
  GrossError material{.unit = line.tag(content.front().first).unit, .accused = {}, .concerned = {}, .material = true, .from = std::move(from), .signature = {}};
  for (const auto& [tag, gain] : content) material.accused.push_back(tag);
  maker.add(errors_, std::move(material), content);
}

std::optional<FoundError> GrossErrors::find(std::span<const float> excess, std::optional<UnitIndex> unit, std::span<const char> new_lot) const {
  std::optional<FoundError> best, material;
  const auto weight = [&](const FoundError& found) {
    return found.size * found.size + (unit && found.error->unit == *unit ? own_unit : 0);
  };
  const auto came = [&](UnitIndex from) { return from.value >= new_lot.size() || new_lot[from.value] != 0; };
  for (const GrossError& error : errors_) {
    if (!error.from.empty() && std::none_of(error.from.begin(), error.from.end(), came)) continue;
    const Fit fit = fit_of(error, excess);
    const FoundError found{&error, std::fabs(fit.along)};
    if (found.size < (fit.most > one_alone ? size_of_one : size_of_many)) continue;
    auto& place = error.material ? material : best;
    if (!place || weight(found) > weight(*place)) place = found;
  }
  if (!best || !material) return best ? best : material;
  return is_material(*best, *material) ? material : best;
}

const GrossError* GrossErrors::scale_of(UnitIndex unit) const {
  const auto found = std::find_if(errors_.begin(), errors_.end(), [&](const GrossError& error) { return error.unit == unit && error.scale; });
  return found == errors_.end() ? nullptr : &*found;
}

const GrossError* GrossErrors::material() const {
  const auto found = std::find_if(errors_.begin(), errors_.end(), [](const GrossError& error) { return error.material; });
  return found == errors_.end() ? nullptr : &*found;
}

}  // namespace steadyline
