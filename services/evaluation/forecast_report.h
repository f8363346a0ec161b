#pragma once

#include <string>

#include "evaluation/forecast_exam.h"

namespace steadyline {

std::string to_json(const ForecastExam& exam);  ///< one object
std::string to_text(const ForecastExam& exam);  ///< windows and horizons in lines
/// Tables and the picture of the intervals' coverage, as parts of a page.
std::string to_html(const ForecastExam& exam);

}  // namespace steadyline
