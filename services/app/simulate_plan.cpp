#include "app/simulate_plan.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "app/duration_text.h"
#include "app/verbs.h"
#include "core/sha256.h"
#include "settings/read_line.h"
#include "settings/read_scenario.h"
#include "settings/read_twin.h"
#include "twin/campaign.h"
#include "twin/exam.h"
#include "twin/faults/fault_catalogue.h"
#include "twin/faults/scenario_check.h"
#include "twin/simulation.h"
#include "twin/tag_choice.h"

namespace steadyline {
namespace {

void gather(std::vector<Error>& faults, std::vector<Error> more) {
  std::move(more.begin(), more.end(), std::back_inserter(faults));
}

std::string sha256_of(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  return sha256_hex(std::string{std::istreambuf_iterator<char>{stream}, {}});
}

Error not_a_campaign(const std::string& name) {
  return {Errc::usage, "\"" + name + "\" is not a campaign", "--campaign", "name one of C0 (15 min), C1 (2 h), C2 (96 h), C3 (120 h), C4 (10 readings a second), C5 (each tablet)"};
}

/// "F01, F02, … F04, F04 (zero), …"
std::string faults_of_exams() {
  std::string list;
  for (const FaultKind& kind : fault_catalogue()) {
    if (!list.empty()) list += ", ";
    list += kind.id;
    if (!kind.variant.empty()) (list += " (") += std::string{kind.variant} + ")";
  }
  return list;
}

Checked<void> add_exam(const ExamChoice& exam, SimulatePlan& plan) {
  std::vector<Error> faults;
  const std::string variant = exam.variant.empty() ? "" : " of variant \"" + exam.variant + "\"";
  if (find_fault_kind(exam.fault, exam.variant) == nullptr)
    faults.push_back({Errc::usage, "there is no fault \"" + exam.fault + "\"" + variant, "--exam-of", "name one of " + faults_of_exams() + ", in brackets the --variant"});
  if (exam.tercile < 0 || exam.tercile > 2)
    faults.push_back({Errc::usage, std::to_string(exam.tercile) + " is no third of the severities", "--tercile", "name one of 0 (low), 1 (middle), 2 (high)"});
  if (exam.commit.empty()) faults.push_back({Errc::usage, "an exam's seed is made of a commit", "--commit", "name the commit that is examined"});
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  plan.scenario = exam_scenario(exam.fault, exam.variant, exam.tercile, exam_seed(exam.commit, exam.fault, exam.index));
  plan.name = "exam " + exam.fault + (exam.variant.empty() ? "" : " " + exam.variant) + ", tercile " + std::to_string(exam.tercile) + ", index " + std::to_string(exam.index) + ", commit " + exam.commit;
  return {};
}

/// What the twin cannot do; without judging the line's tags, where those without a signal are left out.
std::vector<Error> judge(const SimulatePlan& plan, const Scenario& scenario, bool every_tag) {
  return every_tag ? unsimulated(plan.line, plan.parameters, scenario) : check_scenario(plan.line, plan.parameters, scenario);
}

Checked<void> add_scenario(const SimulateChoices& choices, SimulatePlan& plan, bool every_tag, bool& core_only) {
  if (!choices.campaign.empty()) {
    const auto campaign = find_campaign(choices.campaign);
    if (!campaign) return tl::unexpected(std::vector{not_a_campaign(choices.campaign)});
    plan.scenario = campaign_scenario(*campaign, choices.seed.value_or(1), plan.parameters);
    plan.name = choices.campaign;
    plan.readings_per_s = campaign->readings_per_s;
    plan.tablets = campaign->tablets;
    core_only = campaign->core_tags_only;
    return {};
  }
  if (!choices.exam_of.fault.empty()) return add_exam(choices.exam_of, plan);
  auto scenario = read_scenario(choices.scenario, plan.line, [&](const Scenario& read) { return judge(plan, read, every_tag); });
  if (!scenario) return tl::unexpected(std::move(scenario.error()));
  plan.scenario = std::move(*scenario);
  plan.name = std::filesystem::path{choices.scenario}.stem().string();
  if (choices.seed) plan.scenario.seed = *choices.seed;
  return {};
}

}  // namespace

Checked<SimulatePlan> make_simulate_plan(const SimulateChoices& choices, bool every_tag) {
  SimulatePlan plan;
  std::vector<Error> faults;
  auto line = read_line(choices.line);
  auto twin = read_twin(choices.twin);
  if (!line) gather(faults, std::move(line.error()));
  if (!twin) gather(faults, std::move(twin.error()));
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  plan.line = std::move(*line);
  plan.parameters = std::move(*twin);
  plan.parameters_sha256 = sha256_of(choices.twin);

  bool core_only = false;
  if (auto added = add_scenario(choices, plan, every_tag, core_only); !added) return tl::unexpected(std::move(added.error()));
  if (!choices.duration.empty()) {
    const auto seconds = parse_duration_s(choices.duration);
    if (!seconds) return tl::unexpected(std::vector{Error{Errc::usage, "\"" + choices.duration + "\" is not a duration", "--for", "give seconds, minutes or hours, e.g. 2h"}});
    plan.scenario.duration_s = *seconds;
    std::erase_if(plan.scenario.faults, [&](const FaultSpec& spec) { return spec.on_s >= *seconds; });  // a shorter run sees fewer
  }
  if (choices.exam) plan.scenario.exam = true;
  if (auto trouble = judge(plan, plan.scenario, every_tag); !trouble.empty()) return tl::unexpected(std::move(trouble));
  if (choices.tags == "core" || (choices.tags == "campaign" && core_only)) plan.line = core_tags(plan.line, plan.parameters);
  return plan;
}

}  // namespace steadyline
