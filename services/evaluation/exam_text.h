#pragma once

#include <string>
#include <vector>

#include "evaluation/exam_row.h"

namespace steadyline {

/// Tables for a terminal.
std::string faults_text(const std::vector<FaultRow>& rows);

}  // namespace steadyline
