#pragma once

#include <string>

#include "models/bundle.h"
#include "training/course.h"

namespace steadyline {

/// How a bundle was trained, as one self-contained page: learning curves, what was kept, what was left out or weighed less, where the time
/// went, the passport's facts. `program`: version and libraries, `ended`: when; both for people. It holds times, so it is no part of the
/// bundle's bytes.
std::string to_html(const TrainingCourse& course, const Bundle& bundle, const std::string& program, const std::string& ended);

}  // namespace steadyline
