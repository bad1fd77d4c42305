#include "server/config/describe.h"

namespace tidegate::config {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

void describe_override(Binder& b, aws::EndpointOverride& endpoint) {
  b.field("service", endpoint.service,
          {.doc = "AWS's name of it, such as eks or dynamodb; empty is every service"});
  b.field("region", endpoint.region, {.doc = "Empty is every region"});
  b.field("url", endpoint.url, {.doc = "Where it is reached"});
}

void describe_http(Binder& b, aws::CurlClientConfig& http) {
  b.field("aws.http.connect_timeout", http.connect_timeout,
          {.doc = "Name resolution, TCP and TLS together", .min = milliseconds(10)});
  b.field("aws.http.first_byte_timeout", http.first_byte_timeout,
          {.doc = "From the start of a call to the first byte of its answer", .min = milliseconds(10)});
  b.field("aws.http.total_timeout", http.total_timeout,
          {.doc = "For one attempt of a call", .min = milliseconds(10)});
  b.field("aws.http.connections_per_host_max", http.connections_per_host_max,
          {.doc = "Further calls wait for a connection", .min = 1});
  b.field("aws.http.connections_max", http.connections_max,
          {.doc = "Open connections to all hosts", .min = 1});
  b.field("aws.http.idle_connections_max", http.idle_connections_max,
          {.doc = "Connections kept open for reuse"});
  b.field("aws.http.idle_connection_age_max", http.idle_connection_age_max,
          {.doc = "An idle connection that is older is not used again"});
  b.field("aws.http.calls_in_flight_max", http.calls_in_flight_max,
          {.doc = "One more fails at once", .min = 1});
  b.field("aws.http.threads", http.threads,
          {.doc = "Threads that wait for answers; 0 is one a core, two at least", .max = 64});
  b.bytes("aws.http.response_bytes_max", http.response_bytes_max, {.doc = "Of one answer", .min = 1024});
  b.field(
      "aws.http.ca_bundle", http.ca_bundle,
      {.doc = "PEM file of trusted authorities; empty is the system's own", .fallback_env = "AWS_CA_BUNDLE"});
  b.field("aws.http.proxy", http.proxy,
          {.doc = "Proxy URL; empty follows HTTPS_PROXY, http_proxy, ALL_PROXY and NO_PROXY"});
}

void describe_retry(Binder& b, aws::RetryConfig& retry) {
  b.field("aws.retry.attempts_max", retry.attempts_max,
          {.doc = "Attempts of one call, the first included", .min = 1, .max = 20});
  b.field("aws.retry.attempts_max_dynamodb", retry.attempts_max_dynamodb,
          {.doc = "The same for DynamoDB", .min = 1, .max = 20});
  b.field("aws.retry.base", retry.base, {.doc = "Longest first pause; doubles with each attempt"});
  b.field("aws.retry.base_dynamodb", retry.base_dynamodb, {.doc = "The same for DynamoDB"});
  b.field("aws.retry.base_throttling", retry.base_throttling, {.doc = "The same after a throttle"});
  b.field("aws.retry.pause_max", retry.pause_max, {.doc = "No pause is longer"});
  b.field("aws.retry.adaptive", retry.adaptive, {.doc = "Slow down sending after throttles"});
}

void describe_region(Binder& b, aws::RegionOverride& region) {
  b.field("service", region.service, {.doc = "AWS's name of it, such as pricing"});
  b.field("region", region.region, {.doc = "Where it is called"});
}

void describe_cache(Binder& b, const std::string& prefix, aws::CachePolicy& cache) {
  b.field(prefix + ".fresh_for", cache.fresh_for,
          {.doc = "What is this young is answered without asking again"});
  b.field(prefix + ".stale_for", cache.stale_for,
          {.doc = "Beyond that, what is this young is answered while asking fails"});
  b.field(prefix + ".retry_pause", cache.retry_pause, {.doc = "Between attempts where asking failed"});
  b.field(prefix + ".entries_max", cache.entries_max, {.doc = "Answers kept", .min = 1});
}

void describe_sources(Binder& b, aws::AwsPlatformConfig& platform) {
  b.field("aws.eks.busy_retry_after", platform.eks.busy_retry_after,
          {.doc = "Told to a caller whose node group is busy with another update"});
  describe_cache(b, "aws.on_demand_prices", platform.on_demand_prices.cache);
  b.field("aws.on_demand_prices.types_singly_max", platform.on_demand_prices.types_singly_max,
          {.doc = "More unknown types than these are read as one list of the region", .min = 1});
  b.field("aws.on_demand_prices.calls_in_parallel_max", platform.on_demand_prices.calls_in_parallel_max,
          {.doc = "Calls of Pricing at a time", .min = 1});
  describe_cache(b, "aws.spot_prices", platform.spot_prices.cache);
  b.field("aws.spot_prices.page_size", platform.spot_prices.page_size,
          {.doc = "Prices in one answer", .min = 1, .max = 1'000});
  b.field("aws.spot_advisor.file", platform.spot_advisor.file,
          {.doc = "A copy of the Spot Instance Advisor feed; wins over the URL"});
  b.field("aws.spot_advisor.url", platform.spot_advisor.url,
          {.doc = "Where the feed is read; with neither, interruption risks are unknown"});
  describe_cache(b, "aws.spot_advisor", platform.spot_advisor.cache);
  b.field("aws.demand_forecaster.function", platform.demand_forecaster.function,
          {.doc = "Lambda function that predicts demand; empty is none"});
  b.field(
      "aws.demand_forecaster.missing_for", platform.demand_forecaster.missing_for,
      {.doc = "A function that does not exist is not asked for again this soon, in each account and region"});
  b.field("aws.price_predictor.function", platform.price_predictor.function,
          {.doc = "Lambda function that predicts spot prices; empty is none"});
  b.field("aws.price_predictor.horizon_hours", platform.price_predictor.horizon_hours,
          {.doc = "How far it looks ahead", .min = 1});
  b.field("aws.container_insights.period", platform.workload.period,
          {.doc = "Of the workload figures; a multiple of a minute", .min = seconds(60)});
  b.field("aws.container_insights.look_back", platform.workload.look_back,
          {.doc = "A figure older than this is not known"});
}

void describe_account(Binder& b, aws::AccountConfig& account) {
  b.field("id", account.id, {.doc = "Twelve digits"});
  b.field("alias", account.alias, {.doc = "What requests may call it instead"});
  b.field("role", account.role,
          {.doc = "Role to take on there, its name or ARN; empty where the service's own keys reach it"});
  b.field("external_id", account.external_id,
          {.doc = "What the role's trust policy asks for", .secret = true});
  b.field("session_name", account.session_name, {.doc = "Shown in CloudTrail; empty is tidegate"});
  b.field("session_tags", account.session_tags, {.doc = "Session tags by name"});
  b.field("regions", account.regions,
          {.doc = "Where it is looked at, its default first; empty is aws.region"});
  b.field("session_seconds", account.session_seconds,
          {.doc = "Life of the role's keys; one hour at most where the service itself runs under a role",
           .min = 900,
           .max = 43'200});
}

void describe_references(Binder& b, aws::ReferencesConfig& references) {
  b.field("aws.references.region", references.region,
          {.doc = "Where ${ssm:...} and ${secret:...} are read; empty is aws.region"});
  b.field("aws.references.refresh", references.cache.fresh_for,
          {.doc = "How often they are read again; secrets of alert channels then change without a restart",
           .min = seconds(1)});
  b.field("aws.references.stale_for", references.cache.stale_for,
          {.doc = "What is this old is still used while it can't be read"});
}

}  // namespace

void describe_accounts(Binder& b, std::vector<aws::AccountConfig>& accounts) {
  b.list("accounts", accounts, describe_account,
         "Further AWS accounts; a request names one in `account` by alias or id");
}

void describe_aws(Binder& b, aws::AwsPlatformConfig& platform) {
  aws::AwsConfig& aws = platform.aws;
  b.field(
      "aws.region", aws.region,
      {.doc = "Region where none is named; empty follows AWS_REGION, AWS_DEFAULT_REGION and the profile"});
  b.field("aws.profile", aws.profile,
          {.doc = "Profile of the shared configuration files; empty follows AWS_PROFILE"});
  b.field("aws.fips", aws.endpoints.fips, {.doc = "Use FIPS endpoints"});
  b.field("aws.dualstack", aws.endpoints.dualstack, {.doc = "Use dual-stack endpoints"});
  b.list("aws.endpoints", aws.endpoints.overrides, describe_override,
         "URLs to use instead of AWS's own; the most particular one wins");
  b.list("aws.regions", aws.regions, describe_region,
         "Services that are called in another region than the caller's");
  b.field("aws.pages_max", aws.pages_max, {.doc = "Pages of one read", .min = 1});
  b.field("aws.items_max", aws.items_max, {.doc = "Items of one read", .min = 1});
  describe_http(b, aws.http);
  describe_retry(b, aws.retry);
  b.field("aws.breaker.enabled", aws.breaker.enabled,
          {.doc = "Leave a service alone that keeps failing; never DynamoDB, which holds the state"});
  b.field("aws.breaker.failures_to_open", aws.breaker.failures_to_open,
          {.doc = "Failures in a row before it is left alone", .min = 1});
  b.field("aws.breaker.open_for", aws.breaker.open_for,
          {.doc = "How long it is left alone", .min = seconds(1)});
  b.field("aws.breaker.successes_to_close", aws.breaker.successes_to_close,
          {.doc = "Successes in a row before it is used freely again", .min = 1});
  describe_references(b, platform.references);
  describe_sources(b, platform);
}

}  // namespace tidegate::config
