#include "app/twin_recording.h"

#include <cmath>

#include "frames/check.h"
#include "twin/simulation.h"

namespace steadyline {

Recording record_twin(const Line& line, const TwinParameters& parameters, const Scenario& scenario, std::string group) {
  Recording recording{.group = std::move(group), .frames = {}};
  Simulation simulation{line, parameters, scenario};
  Checker checker{line};
  while (!simulation.finished()) {
    Frame frame;
    simulation.step(frame.values);
    frame.time = simulation.time();
    frame.cold = recording.frames.empty();
    for (const double value : frame.values) frame.flaws.push_back(std::isnan(value) ? Flaw::null : Flaw::good);
    checker.check(frame);
    recording.frames.push_back(std::move(frame));
  }
  return recording;
}

}  // namespace steadyline
