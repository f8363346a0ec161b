#pragma once

#include "evaluation/exam_run.h"

namespace steadyline {

/// The same for a fault of the network (F23, F24), which acts on records: through the feed and the whole pipeline. The run without the
/// fault is lived through from its start when an alarm asks for it.
FaultRow live_through_network(const ExamPlan& plan, const FaultCase& which);

}  // namespace steadyline
