#include "models/drift.h"

namespace steadyline {

std::string write_drift(const DriftSpec&) { return {}; }
Checked<DriftSpec> read_drift(std::string_view, std::string_view) { return DriftSpec{}; }

DriftModel::DriftModel(const DriftSpec&, const Line&) {}
void DriftModel::step(const Frame&, const Context&, DriftState&, DriftReading&) const {}

}  // namespace steadyline
