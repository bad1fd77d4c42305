#include "server/app.h"

#include <cpprest/http_listener.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "aws/aws_platform.h"
#include "aws/state/dynamodb_table.h"
#include "openapi/embedded.h"
#include "routes/alerts.h"
#include "routes/contract_documents.h"
#include "routes/invoke.h"
#include "routes/operations.h"
#include "routes/sandbox.h"
#include "routes/scaling.h"
#include "routes/spot.h"
#include "server/config/loader.h"
#include "server/contract/contract.h"
#include "server/dispatcher.h"
#include "server/health.h"
#include "server/metrics/metrics.h"
#include "server/middleware/request_chain.h"
#include "server/platform.h"
#include "server/pool.h"
#include "server/settings_refresher.h"
#include "server/system_clock.h"
#include "server/transport/transport.h"
#include "services/alerts/alert_service.h"
#include "services/async/task.h"
#include "services/operations/runner.h"
#include "services/operations/ulid.h"
#include "services/scaling/scaling_service.h"
#include "services/spot/spot_service.h"
#include "services/telemetry/log.h"

namespace tidegate {

namespace {

using web::http::experimental::listener::http_listener;

constexpr std::chrono::milliseconds kCertificateCheck{2'000};

pplx::task<std::string> check_store(std::shared_ptr<state::DocumentStore> store) {
  co_await store->ping();
  co_return "ok";
}

pplx::task<std::string> check_credentials(std::function<pplx::task<void>(Deadline)> check,
                                          Deadline deadline) {
  co_await check(deadline);
  co_return "ok";
}

std::vector<ReadinessCheck> readiness_checks(const PlatformPorts& ports) {
  std::vector<ReadinessCheck> checks;
  checks.push_back({"state_store", [store = ports.store](Deadline) { return check_store(store); }});
  if (ports.check_credentials) {
    checks.push_back({"aws_credentials", [check = ports.check_credentials](Deadline deadline) {
                        return check_credentials(check, std::move(deadline));
                      }});
  }
  return checks;
}

class TidegateApp final : public App {
 public:
  explicit TidegateApp(const config::LoadedConfig& loaded)
      : config_(loaded.config),
        read_again_(loaded.again),
        aws_values_read_at_(loaded.aws_values_read_at),
        clock_(std::make_shared<SystemClock>()),
        metrics_(std::make_shared<Metrics>()),
        ports_(make_platform(config_, clock_, metrics_)),
        contract_(std::make_shared<contract::Contract>(openapi::json())) {
    runner_ = std::make_shared<operations::OperationRunner>(
        ports_.store, clock_, metrics_, config_.operations, "replica_" + operations::new_ulid(clock_->now()),
        ports_.store_is_exclusive);
    health_ =
        std::make_unique<Health>(HealthConfig{.sandbox = config_.platform == config::Platform::kSandbox},
                                 readiness_checks(ports_), clock_);
    contract_->bind(make_routes());
    chain_ = std::make_shared<RequestChain>(
        RequestChain::Parts{.contract = contract_,
                            .metrics = metrics_,
                            .clock = clock_,
                            .auth = config_.auth,
                            .rate_limit = config_.rate_limit,
                            .request_timeout = config_.server.request_timeout});
    dispatcher_ = std::make_unique<Dispatcher>(chain_);
  }

  void start() override {
    transport_ = transport::make_transport(transport_options(), metrics_);
    transport::register_transport(transport_);
    const bool tls = !config_.server.tls.certificate.empty();
    const auto address = config::parse_listen_address(config_.server.listen);
    listener_ = std::make_unique<http_listener>(address.uri(tls));
    const auto handle = [this](const web::http::http_request& request) { dispatcher_->handle(request); };
    listener_->support(handle);
    // Left to cpprestsdk, OPTIONS would name no method and TRACE would echo the credentials.
    listener_->support(web::http::methods::OPTIONS, handle);
    listener_->support(web::http::methods::TRCE, handle);
    open_listener();
    if (tls) metrics_->certificate_loaded();
    runner_->start();
    if (read_again_ && ports_.take_over) refresh_settings();
    const auto endpoint = transport_->endpoints().front();
    log(LogLevel::kInfo, "listening",
        {{"address", endpoint.host},
         {"port", static_cast<std::int64_t>(endpoint.port)},
         {"tls", tls},
         {"sandbox", config_.platform == config::Platform::kSandbox},
         {"authentication", config_.auth.keys.empty() ? "none: loopback only" : "api keys"},
         {"version", TIDEGATE_VERSION}});
  }

  void become_unready() override { health_->become_unready("shutting down"); }

  std::size_t stop_listening(std::chrono::steady_clock::time_point deadline) override {
    const std::size_t cut_off = transport_->drain(deadline);
    listener_->close().wait();
    return cut_off;
  }

  void release_work(std::chrono::steady_clock::time_point deadline) override {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - clock_->steady_now());
    runner_->stop(std::max(left, std::chrono::milliseconds(0))).wait();
  }

 private:
  void open_listener() {
    try {
      listener_->open().wait();
    } catch (const std::exception& failure) {
      throw Error("can't listen on " + config_.server.listen + ": " + failure.what());
    }
  }

  void tell_settings_read(std::optional<Instant> at) {
    if (at) metrics_->settings_read(*at);
  }

  void refresh_settings() {
    tell_settings_read(aws_values_read_at_);
    refresher_ = std::make_unique<SettingsRefresher>(
        [this] {
          auto loaded = read_again_();
          tell_settings_read(loaded->aws_values_read_at);
          return loaded;
        },
        ports_.take_over, config_.aws.references.cache.fresh_for);
  }

  /// Puts the services together, each on its ports, and a handler on each.
  routes::Routes make_routes() {
    scaling::ScalingSettings scaling = config_.scaling;
    if (scaling.default_cluster.empty()) scaling.default_cluster = ports_.default_cluster;
    const auto scaler = std::make_shared<scaling::ScalingService>(ports_.scaling, scaling, runner_);
    const auto spot = std::make_shared<spot::SpotService>(ports_.scaling.on_demand, ports_.scaling.spot,
                                                          ports_.interruptions, ports_.price_predictor,
                                                          clock_, config_.spot);
    const auto alerts = std::make_shared<alerts::AlertService>(ports_.channels, ports_.store, clock_,
                                                               config_.alerts, runner_);

    routes::Routes routes;
    routes::add_scaling_routes(routes, scaler);
    routes::add_operation_routes(routes, runner_);
    routes::add_spot_routes(routes, spot, clock_);
    routes::add_alert_routes(routes, alerts);
    routes::add_invoke_routes(
        routes,
        {.scale = [scaler](routes::Call call) { return routes::scale_from_event(scaler, std::move(call)); },
         .spot = spot,
         .alerts = alerts,
         .default_cluster = scaling.default_cluster,
         .default_region = scaling.default_region});
    routes::add_sandbox_routes(routes, ports_.received);
    routes::add_contract_documents(routes);
    health_->add_routes(routes);
    add_metrics_route(routes, metrics_);
    return routes;
  }

  transport::TransportOptions transport_options() const {
    transport::TransportOptions options;
    options.body_streams = false;
    options.limits = config_.server.limits;
    options.loops = config_.server.threads;
    if (!config_.server.tls.certificate.empty()) options.tls = config_.server.tls;
    options.tls_check_interval = kCertificateCheck;
    options.body_limit_for = [contract = contract_](std::string_view method, std::string_view target) {
      return contract->body_limit_bytes(method, target);
    };
    return options;
  }

  const config::Config config_;
  const std::function<std::unique_ptr<config::LoadedConfig>()> read_again_;
  const std::optional<Instant> aws_values_read_at_;
  const std::shared_ptr<Clock> clock_;
  const std::shared_ptr<Metrics> metrics_;
  PlatformPorts ports_;
  std::shared_ptr<operations::OperationRunner> runner_;
  std::unique_ptr<Health> health_;
  std::shared_ptr<contract::Contract> contract_;
  std::shared_ptr<RequestChain> chain_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::shared_ptr<transport::Transport> transport_;
  std::unique_ptr<http_listener> listener_;
  std::unique_ptr<SettingsRefresher> refresher_;
};

}  // namespace

std::unique_ptr<App> make_app(const config::LoadedConfig& loaded) {
  size_pool();
  return std::make_unique<TidegateApp>(loaded);
}

std::string create_table(const config::Config& config) {
  size_pool();
  SystemClock clock;
  NoTelemetry telemetry;
  const auto platform = aws::make_aws_platform(aws_settings(config), clock, telemetry);
  const auto outcome = aws::create_table(platform.client, state_table(config)).get();
  return "table " + config.state.table + (outcome.created ? " created" : " was there") +
         (outcome.ttl_enabled ? ", expiry switched on" : "");
}

}  // namespace tidegate
