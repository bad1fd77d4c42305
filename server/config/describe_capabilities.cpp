#include "server/config/describe.h"

namespace tidegate::config {

using std::chrono::milliseconds;
using std::chrono::seconds;

void describe_scaling(Binder& b, scaling::ScalingSettings& scaling) {
  b.field("scaling.default_cluster", scaling.default_cluster,
          {.doc = "Cluster of a request that names none", .fallback_env = "CLUSTER_NAME"});
  b.field("scaling.default_region", scaling.default_region,
          {.doc = "Region of a request that names none", .fallback_env = "AWS_REGION"});
  b.field("scaling.time_zone", scaling.time_zone, {.doc = "IANA zone of the timestamps in answers"});
  b.field("scaling.parallelism", scaling.parallelism,
          {.doc = "Node groups of one request worked on at a time", .min = 1, .max = 100});
  b.field("scaling.step_timeout", scaling.step_timeout,
          {.doc = "For one node group, with all its calls and their retries", .min = milliseconds(100)});
  b.field("scaling.busy_retry", scaling.busy_retry,
          {.doc = "Pause before a node group that is being updated is tried again", .min = milliseconds(10)});
  b.field("scaling.update_poll", scaling.update_poll,
          {.doc = "How often an update that EKS works at is looked at", .min = milliseconds(10)});
  b.field("scaling.update_timeout", scaling.update_timeout,
          {.doc = "After this an update is left, reported as still in progress", .min = milliseconds(100)});
  b.field("scaling.hours_per_month", scaling.hours_per_month,
          {.doc = "For monthly costs", .min = 1, .max = 744});
  b.field("scaling.adjustment.load_increase_threshold", scaling.adjustment.load_increase_threshold,
          {.doc = "A predicted increase above this fraction adds nodes", .min = 0});
  b.field("scaling.adjustment.load_increase_share", scaling.adjustment.load_increase_share,
          {.doc = "Share of the wanted size that is then added, rounded down", .min = 0});
  b.field("scaling.adjustment.load_increase_nodes_min", scaling.adjustment.load_increase_nodes_min,
          {.doc = "And at least this many nodes", .min = 0});
  b.field("scaling.adjustment.spot_headroom_nodes", scaling.adjustment.spot_headroom_nodes,
          {.doc = "Nodes added where spot is recommended", .min = 0});
  b.field("scaling.safety.reserved_percent_max", scaling.safety.reserved_percent_max,
          {.doc = "A scale-down is blocked where pods would reserve more of what is left, CPU or memory",
           .min = 1,
           .max = 100});
  b.field("scaling.safety.idle_reserved_percent_max", scaling.safety.idle_reserved_percent_max,
          {.doc = "A cluster whose pods reserve no more than this counts as idle and may go to no node",
           .min = 0,
           .max = 100});
  b.field("scaling.safety.cluster_nodes_min", scaling.safety.cluster_nodes_min,
          {.doc = "A scale-down is blocked where fewer nodes would stay in the cluster; 0 is no floor",
           .min = 0});
  b.field("scaling.safety.block_when_workload_unknown", scaling.safety.block_when_workload_unknown,
          {.doc = "Whether missing workload figures block a scale-down or only warn"});
  b.field("scaling.safety.count_unmanaged_nodes", scaling.safety.count_unmanaged_nodes,
          {.doc = "Whether nodes outside managed node groups (Karpenter's, self-managed ones), as Container "
                  "Insights counts them, are capacity that a scale-down may lean on"});
}

void describe_spot(Binder& b, spot::SpotConfig& spot) {
  b.field("spot.region", spot.region,
          {.doc = "Region of a request that names none", .fallback_env = "AWS_REGION"});
  b.field("spot.instance_types", spot.instance_types, {.doc = "Types of a request that names none"});
  b.field("spot.policy.savings_points_max", spot.policy.savings_points_max,
          {.doc = "Savings in percent count as points up to here"});
  b.field("spot.policy.stability_points_max", spot.policy.stability_points_max,
          {.doc = "Points for a price without volatility"});
  b.field("spot.policy.volatility_assumed", spot.policy.volatility_assumed,
          {.doc = "Where no prediction gives one", .min = 0, .max = 1});
  b.field("spot.policy.risk_of_bucket", spot.policy.risk_of_bucket,
          {.doc = "Risk by interruption bucket: <5%, 5-10%, 10-15%, 15-20%, >20%"});
  b.field("spot.policy.risk_points", spot.policy.risk_points, {.doc = "Points by risk"});
  b.field("spot.policy.unknown_risk_points", spot.policy.unknown_risk_points,
          {.doc = "Points for a risk that risk_points does not name"});
  b.field("spot.policy.trend_points", spot.policy.trend_points, {.doc = "Points by predicted price trend"});
  b.field("spot.policy.score_min", spot.policy.score_min, {.doc = "Scores are raised to this"});
  b.field("spot.policy.score_max", spot.policy.score_max, {.doc = "Scores are cut at this"});
  b.field("spot.policy.recommended_above", spot.policy.recommended_above,
          {.doc = "A score above it is recommended"});
  b.field("spot.policy.high_value_above", spot.policy.high_value_above,
          {.doc = "A score above it is of high value"});
  b.field("spot.snapshot_ttl", spot.snapshot_ttl, {.doc = "Gathered prices are fresh for this long"});
  b.field("spot.snapshot_stale_max", spot.snapshot_stale_max,
          {.doc = "And answered with for this much longer while they are gathered anew"});
  b.field("spot.snapshot_retry", spot.snapshot_retry, {.doc = "Between two tries where gathering failed"});
  b.field("spot.snapshots_max", spot.snapshots_max, {.doc = "Sets of prices kept", .min = 1});
  b.field("spot.answer_ttl", spot.answer_ttl, {.doc = "A rendered answer is given again for this long"});
  b.field("spot.answers_max", spot.answers_max, {.doc = "Rendered answers kept", .min = 1});
  b.field("spot.gather_timeout", spot.gather_timeout,
          {.doc = "For all sources of prices", .min = milliseconds(10)});
  b.field("spot.predictor_timeout", spot.predictor_timeout,
          {.doc = "For the prediction, which a ranking can do without", .min = milliseconds(10)});
}

namespace {

void describe_rule(Binder& b, alerts::RoutingRule& rule) {
  b.field("channels", rule.channels, {.doc = "Who is told: pagerduty, slack, email, sms"});
  b.field("escalation_time", rule.escalation_time, {.doc = "Until the next person is told"});
  b.field("retry_count", rule.retry_count, {.doc = "Attempts after the first one", .min = 0, .max = 100});
  b.field("off_hours_channels", rule.off_hours_channels,
          {.doc = "Who is told instead outside business hours; null is the same"});
}

void describe_hours(Binder& b, alerts::BusinessHours& hours) {
  b.field("zone", hours.zone, {.doc = "IANA time zone"});
  b.field("weekdays", hours.weekdays, {.doc = "1 is Monday, 7 is Sunday"});
  b.time_of_day("from", hours.from, "Start");
  b.time_of_day("until", hours.until, "End; before the start means that they last past midnight");
}

}  // namespace

void describe_alerts(Binder& b, alerts::AlertsConfig& alerts) {
  b.map("alerts.routes", alerts.routing.by_severity, describe_rule, "What is done with alerts, by severity");
  b.field("alerts.default_severity", alerts.routing.default_severity,
          {.doc = "Whose route an alert of any other severity takes"});
  b.optional("alerts.business_hours", alerts.routing.business_hours, describe_hours,
             "When people are at work; null is always");
  b.field("alerts.slack.webhook_url", alerts.slack.webhook_url,
          {.doc = "Slack incoming webhook", .secret = true, .fallback_env = "SLACK_WEBHOOK_URL"});
  b.field("alerts.pagerduty.routing_key", alerts.pagerduty.routing_key,
          {.doc = "Integration key of PagerDuty's Events API v2", .secret = true});
  b.field("alerts.pagerduty.endpoint", alerts.pagerduty.endpoint, {.doc = "Where events are sent"});
  b.field("alerts.pagerduty.source", alerts.pagerduty.source, {.doc = "What PagerDuty shows as the source"});
  b.field("alerts.attempt_timeout", alerts.attempt_timeout,
          {.doc = "For one attempt on one channel", .min = milliseconds(10)});
  b.field("alerts.answer_timeout", alerts.answer_timeout,
          {.doc = "How long a caller waits for the first attempts"});
  b.field("alerts.retry_backoff", alerts.retry_backoff, {.doc = "Before the first retry; doubles with each"});
  b.field("alerts.retry_backoff_max", alerts.retry_backoff_max,
          {.doc = "No pause is longer, unless a channel asks for it"});
  b.field("alerts.retry_after_max", alerts.retry_after_max,
          {.doc = "A channel that asks for a longer pause gets this one"});
  b.bytes("alerts.alert_bytes_max", alerts.alert_bytes_max,
          {.doc = "Of one alert", .min = 1024, .max = 300'000});
}

void describe_aws_channels(Binder& b, aws::SesEmailConfig& email, aws::SnsSmsConfig& sms) {
  b.field("alerts.email.from", email.from, {.doc = "Sender; an identity that SES has verified"});
  b.field("alerts.email.to", email.to, {.doc = "Recipients, at most 50"});
  b.field("alerts.email.configuration_set", email.configuration_set,
          {.doc = "SES configuration set; may be empty"});
  b.field("alerts.email.region", email.region, {.doc = "Region of SES; empty is aws.region"});
  b.field("alerts.sms.phone_numbers", sms.phone_numbers, {.doc = "As +919876543210"});
  b.field("alerts.sms.sender_id", sms.sender_id, {.doc = "Shown as the sender where the country allows it"});
  b.field("alerts.sms.text_code_points_max", sms.text_code_points_max,
          {.doc = "Longer texts are cut", .min = 70, .max = 1600});
  b.field("alerts.sms.region", sms.region, {.doc = "Region of SNS; empty is aws.region"});
}

}  // namespace tidegate::config
