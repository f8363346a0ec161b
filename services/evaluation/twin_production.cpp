#include "evaluation/twin_production.h"

#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "evaluation/exam_normal.h"
#include "frames/check.h"
#include "twin/exam.h"
#include "twin/simulation.h"

namespace steadyline {

Production twin_production(Line line, TwinParameters parameters, Scenario scenario, std::size_t runs) {
  const auto seeded = [scenario = std::move(scenario)](std::size_t run) {
    Scenario own = scenario;
    own.seed += run;
    return own;
  };
  return twin_production(std::move(line), std::move(parameters), seeded, runs);
}

Production teaching_days(Line line, TwinParameters parameters, std::size_t first, std::size_t days) {
  const auto day = [first](std::size_t run) {
    constexpr double lot_share = 0.25;  // of a lot's size: what lots do to a line is learned from tens of them
    Scenario scenario = normal_scenario(exam_seed("teaching", "normal", first + run), first + run);
    scenario.lot_size_share = lot_share;
    return scenario;
  };
  return twin_production(std::move(line), std::move(parameters), day, days);
}

Production twin_production(Line line, TwinParameters parameters, std::function<Scenario(std::size_t)> scenario_of, std::size_t runs) {
  const auto kept = std::make_shared<const Line>(std::move(line));
  return [kept, parameters = std::move(parameters), scenario_of = std::move(scenario_of), runs](const FrameVisitor& visit) {
    Frame frame;
    for (std::size_t run = 0; run < runs; ++run) {
      Simulation simulation{*kept, parameters, scenario_of(run)};
      Checker checker{*kept};
      ContextTracker context{*kept};
      for (bool cold = true; !simulation.finished(); cold = false) {
        simulation.step(frame.values);
        frame.time = simulation.time();
        frame.cold = cold;
        frame.flaws.assign(frame.values.size(), Flaw::good);
        for (std::size_t i = 0; i < frame.values.size(); ++i)
          if (std::isnan(frame.values[i])) frame.flaws[i] = Flaw::null;
        checker.check(frame);
        visit(run, frame, context.take(frame));
      }
    }
  };
}

Production chained(std::vector<Production> parts) {
  return [parts = std::move(parts)](const FrameVisitor& visit) {
    std::size_t first = 0;
    for (const Production& part : parts) {
      std::size_t runs = 0;
      part([&](std::size_t run, const Frame& frame, const Context& context) {
        runs = run + 1;
        visit(first + run, frame, context);
      });
      first += runs;
    }
  };
}

Line watched_part(const Line& line) {
  const auto path_of = [&](const std::optional<TagIndex>& tag) { return tag ? line.tag(*tag).path : std::string{}; };
  std::set<std::string> context{path_of(line.running_tag), path_of(line.state_tag), path_of(line.mode_tag), path_of(line.recipe_tag)};
  for (const Unit& unit : line.units)
    for (const auto& tag : {unit.mode_tag, unit.lot_tag, unit.phase_tag}) context.insert(path_of(tag));
  for (const Unit& unit : line.units) {
    context.insert(path_of(unit.maturity_tag));
    for (const TagIndex tag : unit.aligned_by) context.insert(line.tag(tag).path);
  }
  Line part = line;
  std::erase_if(part.tags, [&](const Tag& tag) {
    return !tag.modelled && !tag.control.bounded() && !tag.hard.bounded() && tag.role != Role::setpoint && !context.contains(tag.path);
  });
  const auto again = [&](std::optional<TagIndex>& tag) { tag = tag ? part.find_tag(path_of(tag)) : std::nullopt; };
  for (auto* tag : {&part.running_tag, &part.state_tag, &part.mode_tag, &part.recipe_tag}) again(*tag);
  for (Unit& unit : part.units) {
    for (auto* tag : {&unit.mode_tag, &unit.lot_tag, &unit.phase_tag, &unit.maturity_tag}) again(*tag);
    for (TagIndex& tag : unit.aligned_by) tag = part.find_tag(line.tag(tag).path).value();
  }
  return part;
}

}  // namespace steadyline
