#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "monitor/encode.h"
#include "support/feeding_line.h"

namespace steadyline {
namespace {

using namespace std::chrono_literals;

Alert golden_alert() {
  Alert alert;
  alert.id = "0123456789abcdef";
  alert.seq = 1;
  alert.line = "cdc1";
  alert.unit = "fd1";
  alert.tag = "screw_speed_pv";
  alert.kind = AlarmKind::forecast_breach;
  alert.state = AlarmState::unacknowledged;
  alert.priority = Priority::medium;
  alert.time = EventTime{1'763'625'601'000ms};
  alert.value = 212.5;
  alert.limit = 300;
  alert.time_to_limit = TimeToLimit{95, 60.5, std::nullopt};
  alert.contributions = {{"fd1/screw_speed_pv", 0.625}};
  alert.group = alert.id;
  alert.causes = {{"fd1/feed_factor", 0.75}};
  alert.verdict = "process";
  alert.bundle = "ab";
  alert.text = "fd1 \"screw\"\n\xff";
  return alert;
}

TEST(AlertJson, HasGoldenBytes) {
  std::string out;
  append_alert(out, golden_alert());
  EXPECT_EQ(out,
            R"({"id":"0123456789abcdef","seq":1,"line":"cdc1","unit":"fd1","tag":"screw_speed_pv","kind":"forecast_breach",)"
            R"("state":"unacknowledged","priority":"medium","time":"2025-11-20T08:00:01.000Z","value":212.5,"limit":300,)"
            R"("time_to_limit_s":95,"time_to_limit_s_low":60.5,"time_to_limit_s_high":null,)"
            R"("contributions":[{"tag":"fd1/screw_speed_pv","share":0.625}],"group":"0123456789abcdef",)"
            R"("causes":[{"tag":"fd1/feed_factor","share":0.75}],"verdict":"process","bundle":"ab","text":"fd1 \"screw\"\u000a\ufffd"})");
  EXPECT_TRUE(nlohmann::json::accept(out));
}

FrameStep golden_step() {
  FrameStep step{.line = nullptr, .frame = {}, .settled = true};
  step.frame.time = EventTime{1'763'625'601'000ms};
  step.frame.running = true;
  step.frame.values.assign(7, 1.0);
  step.frame.flaws = {Flaw::good, Flaw::stale, Flaw::stale, Flaw::good, Flaw::spike, Flaw::good, Flaw::good};
  step.assessment.verdict = Verdict::inside;
  step.assessment.health.score = 97.25;
  step.assessment.trend = {.state = TrendState::down, .change = -12.504, .over_s = 7200, .batch_began = EventTime{1'763'600'000'000ms}};
  step.assessment.worst[0] = {.target = 0, .horizon_s = 120, .value = 250, .limit = 300, .share = 0.75, .probability = 0.125};
  step.assessment.worst_count = 1;
  step.assessment.fan = {1, 2, 3, 4, 5, 6};
  return step;
}

Bundle golden_bundle() {
  Bundle bundle;
  bundle.features.tags = {TagIndex{1}};
  bundle.forecaster.targets = {0};
  bundle.forecaster.horizons_s = {60, 120};
  bundle.forecaster.quantiles = {0.05, 0.5, 0.95};
  return bundle;
}

TEST(AssessmentJson, HasGoldenBytes) {
  const Line line = feeding_line();
  const Bundle bundle = golden_bundle();
  std::string out;
  append_assessment(out, line, &bundle, golden_step(), 2, true);
  EXPECT_EQ(out,
            R"({"line":"cdc1","time":"2025-11-20T08:00:01.000Z","running":true,"verdict":"inside","health":97.25,)"
            R"("trend":{"state":"down","change":-12.5,"over_s":7200,"batch_began":"2025-11-20T00:53:20.000Z"},)"
            R"("worst":[{"tag":"fd1/screw_speed_pv","horizon_s":120,"value":250,"limit":300,"share":0.75,"probability":0.125}],)"
            R"("flaws":{"spike":1,"stale":2},"alarms":2,)"
            R"("fan":{"horizons_s":[60,120],"quantiles":[0.05,0.5,0.95],"tags":{"fd1/screw_speed_pv":[[1,2,3],[4,5,6]]}}})");
}

TEST(AssessmentJson, SaysNothingOfHealthWithoutAVerdict) {
  const Line line = feeding_line();
  FrameStep step = golden_step();
  step.assessment = {};
  step.frame.cold = true;
  std::string out;
  append_assessment(out, line, nullptr, step, 0, true);
  EXPECT_EQ(out, R"({"line":"cdc1","time":"2025-11-20T08:00:01.000Z","running":true,"cold":true,"verdict":"none","health":null,)"
                 R"("flaws":{"spike":1,"stale":2},"alarms":0})");
}

TEST(AssessmentJson, OutsideTheTrainedSpaceSaysSoAndGivesNoScore) {
  const Line line = feeding_line();
  const Bundle bundle = golden_bundle();
  FrameStep step = golden_step();
  step.assessment = {};
  step.assessment.verdict = Verdict::outside;
  step.assessment.health.score = 0;
  std::string out;
  append_assessment(out, line, &bundle, step, 0, true);
  EXPECT_EQ(out, R"({"line":"cdc1","time":"2025-11-20T08:00:01.000Z","running":true,"verdict":"outside","health":null,"worst":[],)"
                 R"("flaws":{"spike":1,"stale":2},"alarms":0})");
  step.assessment.verdict = Verdict::unlike;
  out.clear();
  append_assessment(out, line, &bundle, step, 0, true);
  EXPECT_NE(out.find(R"("verdict":"unlike","health":0,"trend":{"state":"unknown","batch_began":"1970-01-01T00:00:00.000Z"},)"), std::string::npos) << out;
}

TEST(RejectedJson, KeepsTheFirstBytesAndTheDigestOfAll) {
  const std::string bytes(100'000, 'x');
  std::string out;
  append_rejected(out, {{3, 17}, "key", "malformed", "not JSON: \xc3\x28", bytes});
  const auto json = nlohmann::json::parse(out);
  EXPECT_EQ(json["position"]["offset"], 17);
  EXPECT_EQ(json["length"], 100'000);
  EXPECT_EQ(json["bytes"].get<std::string>().size(), (65536 + 2) / 3 * 4);
  EXPECT_EQ(json["sha256"].get<std::string>().size(), 64U);
  EXPECT_EQ(json["what"], "not JSON: \xef\xbf\xbd(");
}

TEST(Base64, AgreesWithRfc4648) {
  for (const auto& [bytes, text] : std::vector<std::pair<std::string, std::string>>{
           {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}}) {
    std::string out;
    append_base64(out, bytes);
    EXPECT_EQ(out, text);
  }
}

}  // namespace
}  // namespace steadyline
