#include "telemetry/metrics.h"

namespace steadyline {

// The order is the order of docs/metrics.md. A family cannot exist without its row.
std::vector<MetricRow> Metrics::rows() {
  return {
      {"steadyline_build_info", "gauge", "version, libtorch, blas, vector_target", "always 1; its labels name the build and what it runs on"},
      {"steadyline_records_total", "counter", "fate", "input records by what became of them; every record has one fate"},
      {"steadyline_rejected_records_total", "counter", "reason", "records that could not be used, by reason, and are on the rejected topic; commands refused (unknown_alarm, unknown_command, unknown_bundle) are only counted"},
      {"steadyline_values_set_aside_total", "counter", "", "values of tags that the line description lacks"},
      {"steadyline_frames_closed_total", "counter", "line", "frames closed; each has one assessment"},
      {"steadyline_published_records_total", "counter", "topic", "records that the broker has taken, by output: alerts, assessments, rejected"},
      {"steadyline_alert_transitions_total", "counter", "line, unit, tag, kind, state", "published changes of alarms; unit and tag are empty for an alarm of the whole line"},
      {"steadyline_active_alarms", "gauge", "line, kind", "alarms whose condition holds now"},
      {"steadyline_running", "gauge", "line", "1 while the line produces"},
      {"steadyline_verdict", "gauge", "line", "1 while the models are warm and the line is inside the space they were trained on; only then is anything forecast"},
      {"steadyline_verdict_state", "gauge", "line, verdict", "which verdict holds (1) and which do not (0): none (no bundle), standstill, warming, outside (another product, or other rates, than the models were trained for), unlike (a frame unlike anything trained; health speaks, nothing is forecast), inside"},
      {"steadyline_bundle_info", "gauge", "line, role, bundle", "always 1; the bundles in use, by role (champion: in force, challenger: beside it) and the first 16 digits of their SHA-256"},
      {"steadyline_challenger_health_score", "gauge", "line", "health score by the challenger beside the bundle in force; NaN without one"},
      {"steadyline_challenger_frames", "gauge", "line, agreement", "frames that both have scored since the challenger began, by under whom an alarm stood: none, both, champion, challenger"},
      {"steadyline_challenger_alarms", "gauge", "line", "alarms that the challenger would have raised"},
      {"steadyline_challenger_health_difference", "gauge", "line", "mean distance of the two health scores"},
      {"steadyline_health_score", "gauge", "line", "100 as trained, 50 at the calibrated limit, 0 unlike anything trained; NaN without a verdict: at standstill, while the models warm up, and outside the product and rates they were trained for"},
      {"steadyline_health_trend", "gauge", "line", "where the health score goes within its batch: 1 up, 0 steady, -1 down; NaN without a verdict and in a batch's first scored hour"},
      {"steadyline_health_change", "gauge", "line", "points that the score has changed by over the hours looked at (at most four, of this batch); NaN likewise"},
      {"steadyline_conformance_index", "gauge", "line", "100 inside every tube of the golden profile, towards 0 outside; NaN where it has no profile of what the line does"},
      {"steadyline_soft_sensor_estimate", "gauge", "line, attribute, quantile", "soft sensor of a quality attribute, in its unit of measure: 0.05, 0.5 and 0.95 quantile; NaN while it has none"},
      {"steadyline_soft_sensor_offset", "gauge", "line, attribute", "calibration offset of the soft sensor, from at-line results"},
      {"steadyline_soft_sensor_steps", "gauge", "line, attribute", "at-line results that have moved the offset since the line began"},
      {"steadyline_soft_sensor_set_aside", "gauge", "line, attribute", "at-line results since then that could not be used: too old, of the future, or of a time without an estimate"},
      {"steadyline_soft_sensor_disagrees", "gauge", "line, attribute", "1 while the last results lie off the estimates or the offset has reached its bound"},
      {"steadyline_forecast_worst_share", "gauge", "line", "how far the nearest forecast has gone from the centre (0) to its hard limit (1)"},
      {"steadyline_forecast_worst_horizon_seconds", "gauge", "line", "how far ahead that forecast lies"},
      {"steadyline_tag_value", "gauge", "line, unit, tag", "value of the last frame, in the tag's unit of measure; the last usable one while the tag is bad, NaN before there was one"},
      {"steadyline_flawed_tags", "gauge", "line, flaw", "tags of the last frame by what is wrong with them; good counts the rest"},
      {"steadyline_frame_time_seconds", "gauge", "line", "event time of the last closed frame, seconds since 1970"},
      {"steadyline_data_age_seconds", "gauge", "line", "wall-clock time since then; large in a replay, NaN before the first frame"},
      {"steadyline_commits_total", "counter", "", "commits of outputs together with the consumed offsets"},
      {"steadyline_commit_retries_total", "counter", "", "commits that did not go through and were sent again"},
      {"steadyline_commit_seconds", "histogram", "", "time from the first output of a commit handed to the broker to its last confirmation"},
      {"steadyline_loop_seconds", "histogram", "", "time of one turn of the working loop: poll, advance, commit"},
      {"steadyline_broker_connected", "gauge", "", "1 while a broker is reachable"},
      {"steadyline_committed_offset", "gauge", "partition", "offset of the input topic up to which everything is published and committed"},
      {"steadyline_partition_lag_records", "gauge", "partition", "records of the input topic that were not read yet"},
  };
}

}  // namespace steadyline
