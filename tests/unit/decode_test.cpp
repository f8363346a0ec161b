// What becomes of the bytes of one record: the message, or the reason word.
#include "frames/decode.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/time_text.h"
#include "frames/encode.h"
#include "support/sample_line.h"

namespace steadyline::test {
namespace {

class DecoderTest : public testing::Test {
 protected:
  Result<Message> decode(std::string_view bytes, std::string_view type = "", std::string_view content_type = "") {
    return decoder.decode({Position{3, 17}, "", type, content_type, bytes});
  }
  std::string reason(std::string_view bytes, std::string_view type = "", std::string_view content_type = "") {
    const auto message = decode(bytes, type, content_type);
    return message ? "none" : std::string{reason_of(message.error())};
  }
  Sample read(std::string_view bytes) {
    auto message = decode(bytes);
    EXPECT_TRUE(message) << bytes << (message ? "" : message.error().what);
    return message ? std::get<Sample>(*message) : Sample{};
  }
  /// A sample of fd1 with the given values.
  static std::string with(std::string_view values, std::string_view more = "") {
    return R"({"line":"small","unit":"fd1","time":"2026-11-20T08:00:01.250Z","seq":17,"values":)" + std::string{values} + std::string{more} + "}";
  }

  std::vector<Line> lines{small_line()};
  Decoder decoder{lines};
};

TEST_F(DecoderTest, ReadsASample) {
  const Sample sample = read(with(R"({"level":4.2,"flow":5.01})"));
  EXPECT_EQ(sample.source, SourceIndex{fd1});
  EXPECT_EQ(to_rfc3339(sample.time), "2026-11-20T08:00:01.250Z");
  EXPECT_EQ(sample.seq, 17);
  ASSERT_EQ(sample.values.size(), 2u);
  EXPECT_EQ(sample.values[0].tag, TagIndex{flow});
  EXPECT_EQ(sample.values[0].value, 5.01);
  EXPECT_EQ(sample.values[0].opc, 192);
  EXPECT_EQ(sample.values[1].value, 4.2);
  EXPECT_FALSE(sample.historical);
}

TEST_F(DecoderTest, ReadsAWholeFrameMillisecondsAndIntegers) {
  const Sample sample = read(R"({"line":"small","unit":"*","time":1800000000000,"values":{"tp1/force":12,"fd1/flow":-3e0}})");
  EXPECT_EQ(sample.source, SourceIndex{whole});
  EXPECT_EQ(sample.time, start);
  ASSERT_EQ(sample.values.size(), 2u);
  EXPECT_EQ(sample.values[0].value, -3);
  EXPECT_EQ(sample.values[1].tag, TagIndex{force});
}

TEST_F(DecoderTest, ANullIsABadReadingAndQualityGoesToItsTag) {
  const Sample sample = read(with(R"({"level":null,"flow":5})", R"(,"quality":{"flow":64,"level":192,"spare":0},"historical":true)"));
  EXPECT_EQ(sample.values[0].opc, 64);
  EXPECT_TRUE(std::isnan(sample.values[1].value));
  EXPECT_EQ(sample.values[1].opc, 0);
  EXPECT_TRUE(sample.historical);
}

TEST_F(DecoderTest, KeepsTheKnownTagsAndListsTheOthers) {
  const Sample sample = read(with(R"({"spare":"text","flow":5})"));
  EXPECT_EQ(sample.values.size(), 1u);
  EXPECT_EQ(sample.unknown_tags, std::vector<std::string>{"spare"});
}

TEST_F(DecoderTest, ContentDoesNotDependOnSpelling) {
  const auto content = read(with(R"({"level":0,"flow":5})")).content;
  EXPECT_EQ(content, read(with(R"({ "fl\u006fw" : 5.0, "level" : -0.0 })")).content);
  EXPECT_EQ(content, read(with(R"({"level":0,"flow":5,"spare":1})")).content);
  EXPECT_NE(content, read(with(R"({"level":0,"flow":5.000001})")).content);
  EXPECT_NE(content, read(with(R"({"level":5,"flow":0})")).content);
}

TEST_F(DecoderTest, EveryFaultHasItsWord) {
  const std::string deep = with("{\"flow\":5,\"x\":" + std::string(17, '[') + "1" + std::string(17, ']') + "}");
  const std::pair<std::string, std::string> faults[] = {
      {"", "empty"},
      {" \n", "empty"},
      {"{", "malformed"},
      {"{} {}", "malformed"},
      {"NaN", "malformed"},
      {with(R"({"flow":NaN})"), "malformed"},
      {deep, "malformed"},
      {"[]", "schema"},
      {"17", "schema"},
      {"\xEF\xBB\xBF{}", "encoding"},
      {with("{\"flow\":5,\"\xFF\":1}"), "encoding"},
      {with("{\"fl\xC0\xAFow\":5}"), "encoding"},
      {std::string(Decoder::max_record_bytes + 1, ' '), "too_large"},
      {R"({"unit":"fd1","time":1800000000000,"values":{"flow":5}})", "schema"},
      {R"({"line":7,"unit":"fd1","time":1800000000000,"values":{"flow":5}})", "schema"},
      {R"({"line":"other","unit":"fd1","time":1800000000000,"values":{"flow":5}})", "unknown_line"},
      {R"({"line":"small","unit":"fd9","time":1800000000000,"values":{"flow":5}})", "unknown_unit"},
      {with(R"({"spare":5})"), "unknown_tag"},
      {with(R"({})"), "unknown_tag"},
      {with(R"({"tp1/force":5})"), "unknown_tag"},
      {R"({"line":"small","unit":"fd1","values":{"flow":5}})", "time"},
      {R"({"line":"small","unit":"fd1","time":"yesterday","values":{"flow":5}})", "time"},
      {R"({"line":"small","unit":"fd1","time":1.8e12,"values":{"flow":5}})", "time"},
      {R"({"line":"small","unit":"fd1","time":"1999-12-31T23:59:59.999Z","values":{"flow":5}})", "time"},
      {R"({"line":"small","unit":"fd1","time":-9223372036854775808,"values":{"flow":5}})", "time"},
      {R"({"line":"small","unit":"fd1","time":4133980800000,"values":{"flow":5}})", "time"},
      {with(R"({"flow":"5"})"), "value"},
      {with(R"({"flow":true})"), "value"},
      {with(R"({"flow":[5]})"), "value"},
      {with(R"({"flow":1e300})"), "value"},
      {with(R"({"flow":-1.1e15})"), "value"},
      {with(R"({"flow":1e999})"), "value"},
      {with(R"({"flow":5,"flow":6})"), "schema"},
      {with(R"({"flow":5})", R"(,"seq":18)"), "schema"},
      {with(R"({"flow":5})", R"(,"quality":{"flow":300})"), "schema"},
      {with(R"({"flow":5})", R"(,"quality":[])"), "schema"},
      {with(R"({"flow":5})", R"(,"historical":1)"), "schema"},
      {with("5"), "schema"},
      {R"({"line":"small","unit":"fd1","time":1800000000000})", "schema"},
  };
  for (const auto& [bytes, word] : faults) EXPECT_EQ(reason(bytes), word) << bytes.substr(0, 200);
  EXPECT_EQ(reason("{}", "birth"), "unknown_type");
  EXPECT_EQ(reason("{}", "", "application/x-protobuf"), "content_type");
}

TEST_F(DecoderTest, SixteenLevelsAreReadAndSeventeenRefused) {
  const auto nested = [](int levels) { return with("{\"flow\":5,\"x\":" + std::string(levels - 2, '[') + "1" + std::string(levels - 2, ']') + "}"); };
  EXPECT_EQ(reason(nested(16)), "none");
  EXPECT_EQ(reason(nested(17)), "malformed");
  EXPECT_EQ(reason(nested(100'000)), "malformed");
}

TEST_F(DecoderTest, AFaultNamesThePlaceAndLeavesTheDecoderUsable) {
  const auto broken = decode("{");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().where, "input partition 3 offset 17");
  EXPECT_EQ(read(with(R"({"flow":5})")).values[0].value, 5);
}

TEST_F(DecoderTest, ReadsTheOtherKinds) {
  EXPECT_EQ(std::get<Tick>(*decode(R"({"time":1800000000000})", "tick")).time, start);
  const auto command = std::get<Command>(*decode(R"({"line":"small","kind":"acknowledge","request":"r1","alarm":"a1","user":"ana"})", "command"));
  EXPECT_EQ(command.kind + command.request + command.alarm + command.user, "acknowledger1a1ana");
  const auto event = std::get<Event>(*decode(R"({"line":"small","kind":"lot_change","time":1800000000000,"text":"lot 7"})", "event"));
  EXPECT_EQ(event.kind + event.text, "lot_changelot 7");
  const auto activate = std::get<Activate>(
      *decode(R"({"line":"small","bundle":"0123456789ab","as":"challenger","user":"ana","reason":"new lots"})", "activate"));
  EXPECT_EQ(activate.bundle, "0123456789ab");
  EXPECT_TRUE(activate.challenger);
  EXPECT_EQ(activate.line.value, 0u);
  EXPECT_EQ(activate.user, "ana");
  EXPECT_EQ(activate.reason, "new lots");
  EXPECT_EQ(reason(R"({"line":"small","kind":"acknowledge","request":"r1","alarm":"a1"})", "command"), "schema");
  EXPECT_EQ(reason("{}", "tick"), "time");
  EXPECT_EQ(reason(R"({"line":"l","bundle":"0123456789ab","as":"champion","user":"ana","reason":"r"})", "activate"), "unknown_line");
  EXPECT_EQ(reason(R"({"line":"small","bundle":"0123456789ab","as":"king","user":"ana","reason":"r"})", "activate"), "schema");
  EXPECT_EQ(reason(R"({"line":"small","as":"champion","user":"ana","reason":"r"})", "activate"), "schema");
}

TEST_F(DecoderTest, ASetPointNamesATagOfTheLineAndANumber) {
  std::string bytes;
  encode_set_point(bytes, lines[0], "fd1/flow", 4.95, "r2", "an\"a");
  EXPECT_EQ(bytes, R"({"line":"small","kind":"set-point","tag":"fd1/flow","value":4.95,"request":"r2","user":"an\"a"})");
  const auto command = std::get<Command>(*decode(bytes, "command"));
  EXPECT_EQ(command.kind + " " + command.tag + " " + command.request + " " + command.user, "set-point fd1/flow r2 an\"a");
  EXPECT_EQ(command.value, 4.95);
  const auto why = [this](const std::string& members) {
    return reason(R"({"line":"small","kind":"set-point","request":"r","user":"u")" + members + "}", "command");
  };
  EXPECT_EQ(why(R"(,"tag":"fd1/flow","value":5)"), "none");
  EXPECT_EQ(why(R"(,"value":5)"), "schema");
  EXPECT_EQ(why(R"(,"tag":"fd1/flow")"), "schema");
  EXPECT_EQ(why(R"(,"tag":"flow","value":5)"), "unknown_tag");
  EXPECT_EQ(why(R"(,"tag":"fd9/flow","value":5)"), "unknown_tag");
  EXPECT_EQ(why(R"(,"tag":"fd1/flow","value":null)"), "value");
  EXPECT_EQ(why(R"(,"tag":"fd1/flow","value":"5")"), "value");
  EXPECT_EQ(why(R"(,"tag":"fd1/flow","value":1e16)"), "value");
  EXPECT_EQ(why(R"(,"tag":"fd1/flow","value":5,"value":6)"), "schema");
}

TEST_F(DecoderTest, ReadsBackWhatEncodeWrites) {
  std::vector<SampleValue> values{{TagIndex{flow}, 0.1, 192}, {TagIndex{level}, std::nan(""), 0}};
  std::string bytes;
  encode_sample(bytes, lines[0], UnitIndex{fd1}, at(1.5), 7, values);
  EXPECT_EQ(bytes, R"({"line":"small","unit":"fd1","time":"2027-01-15T08:00:01.500Z","seq":7,"values":{"flow":0.1,"level":null}})");
  EXPECT_EQ(read(bytes).content, sample(fd1, at(1.5), {{flow, 0.1}, {level, std::nan("")}}, 7).content);
  values[0].opc = 64;
  values.push_back({TagIndex{force}, 1e-7, 192});
  bytes.clear();
  encode_frame(bytes, lines[0], at(0), -1, values);
  const Sample frame = read(bytes);
  EXPECT_EQ(frame.values[0].opc, 64);
  EXPECT_EQ(frame.values[2].value, 1e-7);
  bytes.clear();
  encode_tick(bytes, at(2));
  EXPECT_EQ(std::get<Tick>(*decode(bytes, "tick")).time, at(2));
}

}  // namespace
}  // namespace steadyline::test
