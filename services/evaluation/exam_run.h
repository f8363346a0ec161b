#pragma once

#include "evaluation/exam_plan.h"
#include "evaluation/exam_row.h"
#include "twin/options.h"

namespace steadyline {

/// How long after a fault's end its alarm still counts: what the powder needs to leave the line (LINE §6.2).
inline constexpr double exam_after_s = 401;
/// Alarms of the run without the fault count as the same within this time.
inline constexpr Milliseconds exam_same_within{60'000};

/// Lives through one fault of the process or of a sensor, second by second, until all is known about it.
///
/// Detection  the first alarm group raised in [on, off + 401 s] whose tag or unit the fault moves and which the run without the fault, the
///            same up to the onset, does not have within a minute.
/// Cost       the run without the fault is lived through only as far as an alarm asks; the monitor stops 30 s after the detection.
/// Threads    several runs at once are fine; the plan must outlive them.
FaultRow live_through(const ExamPlan& plan, const FaultCase& which);

/// The row of a case before it is lived through, and its scenario.
FaultRow empty_row(const ExamPlan& plan, const FaultCase& which, const Scenario& scenario);
Scenario scenario_of(const ExamPlan& plan, const FaultCase& which);

}  // namespace steadyline
