#include "models/drift.h"

#include <cmath>
#include <gtest/gtest.h>

#include "settings/read_line.h"

namespace steadyline {
namespace {

Line two_tags() {
  Line line;
  line.id = "l";
  line.units.push_back({});
  line.units[0].id = "u";
  for (const char* name : {"a", "b"}) {
    Tag tag;
    tag.name = name;
    tag.path = std::string{"u/"} + name;
    line.tags.push_back(tag);
  }
  return line;
}

DriftSignal signal_of(std::vector<DriftTerm> terms, bool relation) {
  DriftSignal signal;
  signal.name = "s";
  signal.unit = "u";
  signal.tags = {"u/a"};
  signal.relation = relation;
  signal.terms = std::move(terms);
  signal.low.assign(drift_contexts * drift_statistics, 0);
  signal.high = signal.low;
  return signal;
}

DriftTerm term_of(std::vector<std::string> tags, TermForm form = TermForm::tag, double weight = 1) {
  DriftTerm term;
  term.tags = std::move(tags);
  term.form = form;
  term.weight = weight;
  return term;
}

DriftSpec one_tag(DriftStatistic statistic, double limit) {
  DriftSpec spec;
  spec.signals.push_back(signal_of({term_of({"u/a"})}, false));
  for (std::size_t context = 0; context < drift_contexts; ++context) {
    spec.signals[0].high[context * drift_statistics + static_cast<std::size_t>(statistic)] = limit;
    spec.signals[0].low[context * drift_statistics + static_cast<std::size_t>(statistic)] = -limit;
  }
  return spec;
}

/// Runs one line by hand: time passes, the line is settled.
struct Bank {
  explicit Bank(DriftSpec spec) : model{at_once(std::move(spec)), line} {
    context.units.resize(1);
    context.activity = Activity::steady;
    frame.cold = true;
    frame.running = true;
  }
  static DriftSpec at_once(DriftSpec spec) {
    spec.settle_s = 0;
    return spec;
  }
  float step(double a, double b = 1, Flaw flaw = Flaw::good) {
    frame.values = {a, b};
    frame.flaws = {flaw, Flaw::good};
    model.step(frame, context, state, reading);
    frame.cold = false;
    return reading.excess.at(0);
  }
  Line line = two_tags();
  DriftModel model;
  Context context;
  Frame frame;
  DriftState state;
  DriftReading reading;
};

TEST(Drift, SaysNothingBeforeItsAnchorStandsAndThenSeesAChangeInItsDirection) {
  Bank run{one_tag(DriftStatistic::middle, 1)};
  for (int t = 0; t < 1700; ++t) ASSERT_EQ(run.step(t == 1000 ? 5 : 10), 0) << t;
  for (int t = 0; t < 200; ++t) run.step(10);
  EXPECT_NEAR(run.step(10), 0, 0.1F);
  for (int t = 0; t < 300; ++t) run.step(12);
  EXPECT_GT(run.reading.excess[0], 1.5F);
  for (int t = 0; t < 600; ++t) run.step(8);
  EXPECT_LT(run.reading.excess[0], -1.5F);
}

TEST(Drift, AnAnchorIsNotDrawnAlongByARamp) {
  Bank run{one_tag(DriftStatistic::slow, 1)};
  for (int t = 0; t < 2000; ++t) run.step(10);
  for (int t = 0; t < 40000; ++t) run.step(10 + t * 1e-4);
  EXPECT_NEAR(run.reading.excess[0], 4 - 600 * 1e-4, 0.05);
}

TEST(Drift, TheMeanOfAMinuteIsToldInItsOwnUnitWhileTheLineRuns) {
  Bank run{one_tag(DriftStatistic::middle, 1)};
  run.step(10);
  EXPECT_TRUE(std::isnan(run.reading.minute[0])) << "one value is no mean";
  for (int t = 0; t < 2000; ++t) run.step(10);
  for (int t = 0; t < 60; ++t) run.step(9);
  EXPECT_NEAR(run.reading.minute[0], 9 + std::exp(-1.0), 0.01);
}

TEST(Drift, AnchorsLastThroughStopsButNotThroughMoves) {
  Bank run{one_tag(DriftStatistic::middle, 1)};
  for (int t = 0; t < 2000; ++t) run.step(10);
  run.context.activity = Activity::stopped;
  for (int t = 0; t < 100; ++t) EXPECT_EQ(run.step(0), 0);
  run.context.activity = Activity::steady;
  for (int t = 0; t < 300; ++t) run.step(12);
  EXPECT_NEAR(run.reading.excess[0], 2, 0.05);
  run.context.units[0].moved_s = 0;
  EXPECT_EQ(run.step(12), 0);
  for (int t = 0; t < 2000; ++t) run.step(12);
  EXPECT_NEAR(run.reading.excess[0], 0, 0.05);
}

TEST(Drift, OscillationShowsInTheScatterAlone) {
  DriftSpec spec = one_tag(DriftStatistic::scatter, 0.5);
  spec.signals[0].spread = 0.1;
  Bank run{spec};
  for (int t = 0; t < 1000; ++t) run.step(10 + (t % 2 == 0 ? 0.1 : -0.1));
  EXPECT_LT(std::fabs(run.reading.excess[0]), 0.3F);
  for (int t = 0; t < 400; ++t) run.step(10 + (t % 10 < 5 ? 1 : -1));
  EXPECT_GT(run.reading.excess[0], 1);
}

TEST(Drift, ALotIsHeldAgainstTheMeanOfThoseBeforeItForAsLongAsItLasts) {
  DriftSpec spec = one_tag(DriftStatistic::lots, 1);
  spec.signals[0].follows_lots = true;
  Bank run{spec};
  const auto lot = [&run](double level) {
    for (int t = 0; t < 8000; ++t) {
      run.context.units[0].lot_s = t;
      run.step(level);
    }
    return run.reading.excess[0];
  };
  run.context.units[0].lot_s = lot_tail_s;
  for (int t = 0; t < 4000; ++t) EXPECT_EQ(run.step(10), 0) << "there was none before it";
  EXPECT_NEAR(lot(12), 2 * std::sqrt(1.0 / 2), 0.01) << "one lot says little of where its kind lies";
  EXPECT_NEAR(lot(11), 0, 0.01) << "between the two before it";
  EXPECT_NEAR(lot(8), -3 * std::sqrt(3.0 / 4), 0.01);
  run.context.units[0].moved_s = 0;
  run.step(8);
  run.context.units[0].moved_s = 1e9;
  for (int t = 0; t < 4000; ++t) run.step(8);
  EXPECT_EQ(run.reading.excess[0], 0) << "another operating point";
}

TEST(Drift, ANewLotIsHeldAgainstTheOldAnchorUnderItsOwnLimits) {
  DriftSpec spec = one_tag(DriftStatistic::middle, 1);
  spec.signals[0].follows_lots = true;
  for (const DriftContext context : {DriftContext::after_lot, DriftContext::both})
    spec.signals[0].high[static_cast<std::size_t>(context) * drift_statistics + static_cast<std::size_t>(DriftStatistic::middle)] = 4;
  Bank run{spec};
  for (int t = 0; t < 2000; ++t) run.step(10);
  for (int t = 0; t < 3000; ++t) {
    run.context.units[0].lot_s = t;
    run.step(12);
  }
  EXPECT_NEAR(run.reading.excess[0], 0.5, 0.02) << "wider while the lot comes";
  run.context.units[0].lot_s = lot_tail_s;
  run.step(12);
  EXPECT_NEAR(run.reading.excess[0], 0.5, 0.02) << "and while the next anchor is laid";
  for (int t = 0; t < 2000; ++t) run.step(12);
  EXPECT_NEAR(run.reading.excess[0], 0, 0.02) << "the lot is the new state";
}

TEST(Drift, UnusableReadingsGiveNoVerdictAfterHalfAMinute) {
  Bank run{one_tag(DriftStatistic::middle, 1)};
  for (int t = 0; t < 2000; ++t) run.step(10);
  for (int t = 0; t < 200; ++t) run.step(13);
  EXPECT_GT(run.reading.excess[0], 2);
  for (int t = 0; t < 40; ++t) run.step(13, 1, Flaw::stuck);
  EXPECT_EQ(run.reading.excess[0], 0);
}

TEST(Drift, ARelationIsTheWeightedSumOfItsTermsAndItsTanksSmooth) {
  const Line line = two_tags();
  DriftTerm share = term_of({"u/a", "u/b"}, TermForm::share, -100);
  share.way_s = 10;
  const Relation relation{{term_of({"u/a", "u/b"}, TermForm::product), share}, line};
  ASSERT_TRUE(relation.complete());
  std::vector<double> tanks(relation.memory(), std::nan(""));
  Frame frame;
  frame.values = {1, 3};
  frame.flaws = {Flaw::good, Flaw::good};
  EXPECT_DOUBLE_EQ(relation.value(frame, tanks), 3 - 25) << "empty tanks take what comes first";
  frame.values = {2, 2};
  EXPECT_NEAR(relation.value(frame, tanks), 4 - 100 * (0.25 + 0.25 * (1 - std::exp(-0.1))), 1e-12);
  frame.flaws[1] = Flaw::null;
  EXPECT_TRUE(std::isnan(relation.value(frame, tanks)));
  EXPECT_FALSE((Relation{{term_of({"u/c"})}, line}.complete()));
}

TEST(Drift, WhatIsWrittenReadsBackTheSame) {
  DriftSpec spec = one_tag(DriftStatistic::jump, 0.25);
  spec.signals[0].terms.push_back(term_of({"u/a", "u/b"}, TermForm::share, -1.5));
  spec.signals[0].terms.back().log = true;
  spec.signals[0].terms.back().way_s = 118;
  spec.signals[0].terms.back().tanks = 7;
  spec.signals[0].phase = 3;
  const std::string text = write_drift(spec);
  const auto read = read_drift(text, "drift.json");
  ASSERT_TRUE(read) << to_line(read.error().front());
  EXPECT_EQ(write_drift(*read), text);
  EXPECT_EQ(read->signals[0].terms[1].tanks, 7);
}

TEST(Drift, EveryFaultOfAFileIsNamed) {
  DriftSpec spec = one_tag(DriftStatistic::jump, 0.25);
  spec.signals[0].high[0] = -1;
  spec.signals[0].tags.clear();
  spec.signals[0].terms[0].tanks = 1000;
  const auto read = read_drift(write_drift(spec), "drift.json");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().size(), 3U);
  EXPECT_FALSE(read_drift("{}", "drift.json"));
  EXPECT_FALSE(read_drift("[", "drift.json"));
}

constexpr std::string_view described = R"(
line: {id: l, site: s}
units:
  - {id: u, description: d, tags: [{name: a, uom: kg, description: d, class: cpp, range: [0, 1]}, {name: b, uom: kg, description: d, class: cpp, range: [0, 1]}]}
)";

TEST(Drift, RelationsAreReadFromTheLineAndTheirFaultsNamed) {
  const auto line = parse_line(
      std::string{described} + "relations:\n  - {name: a against b, unit: u, of: [u/a], from: [u/b], log: true, way_s: 5, tanks: 2}\n",
      "line.yaml");
  ASSERT_TRUE(line) << to_line(line.error().front());
  ASSERT_EQ(line->relations.size(), 1U);
  EXPECT_EQ(line->relations[0].from, std::vector<std::string>{"u/b"});
  EXPECT_TRUE(line->relations[0].log);
  const auto wrong =
      parse_line(std::string{described} + "relations:\n  - {name: x, unit: v, of: [u/c], from: [u/b], weights: [1, 2]}\n", "line.yaml");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().size(), 3U);
}

}  // namespace
}  // namespace steadyline
