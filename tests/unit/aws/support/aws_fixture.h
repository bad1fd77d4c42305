#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "aws/client/aws_client.h"
#include "aws/client/paged.h"
#include "aws/http/curl_client.h"
#include "aws/operations/table.h"
#include "services/telemetry/telemetry.h"
#include "tests/unit/aws/support/clocks.h"
#include "tests/unit/aws/support/scripted_server.h"

namespace tidegate::aws {

/// Keys that never change.
class FixedCredentials final : public AccountCredentials, public CredentialsProvider {
 public:
  explicit FixedCredentials(Credentials keys = {"AKIDEXAMPLE", "secret"})
      : keys_(std::make_shared<Credentials>(std::move(keys))) {}
  CredentialsProvider& of(const std::string& account) override {
    if (!account.empty() && account != "dev") throw NotFound("no account \"" + account + "\" is configured");
    return *this;
  }
  pplx::task<SharedCredentials> credentials(Deadline) override { return pplx::task_from_result(keys_); }

 private:
  SharedCredentials keys_;
};

/// Keeps what was counted: "EKS DescribeNodegroup ok".
class RecordingTelemetry final : public Telemetry {
 public:
  void outgoing_call(std::string_view service, std::string_view operation, std::string_view outcome,
                     double) override {
    const std::scoped_lock lock(mutex_);
    calls_.push_back(std::string(service) + " " + std::string(operation) + " " + std::string(outcome));
  }
  void store_call(std::string_view, std::string_view, double) override {}
  void operation_started(std::string_view) override {}
  void operation_finished(std::string_view, std::string_view, double) override {}
  void operation_taken_over(std::string_view) override {}
  void operation_left(std::string_view) override {}
  std::vector<std::string> calls() const {
    const std::scoped_lock lock(mutex_);
    return calls_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> calls_;
};

/// Answers requests without a wire: a handler gives a response or throws TransportFailure.
class ScriptedHttp final : public http::HttpClient {
 public:
  using Handler = std::function<http::Response(const http::Request&, int number)>;
  explicit ScriptedHttp(Handler handler) : handler_(std::move(handler)) {}
  pplx::task<http::Response> send(http::Request request, Deadline) override {
    int number = 0;
    {
      const std::scoped_lock lock(mutex_);
      seen_.push_back(request);
      number = static_cast<int>(seen_.size());
    }
    try {
      return pplx::task_from_result(handler_(request, number));
    } catch (...) {
      return pplx::task_from_exception<http::Response>(std::current_exception());
    }
  }
  std::vector<http::Request> seen() const {
    const std::scoped_lock lock(mutex_);
    return seen_;
  }

 private:
  Handler handler_;
  mutable std::mutex mutex_;
  std::vector<http::Request> seen_;
};

inline http::Response answer(int status, const std::string& body, http::Headers headers = {}) {
  return {status, std::move(headers), body};
}

/// A client on a leaping clock whose pauses are the longest they can be (random = 1).
class AwsClientFixture : public testing::Test {
 protected:
  void start(ScriptedHttp::Handler handler, AwsConfig config = {}) {
    if (config.region.empty()) config.region = "us-east-1";
    http_ = std::make_shared<ScriptedHttp>(std::move(handler));
    client_ = std::make_shared<AwsClient>(
        config,
        AwsClientParts{http_, clock_, telemetry_, std::make_shared<FixedCredentials>(), [] { return 1.0; }});
  }
  Deadline soon() const { return Deadline::after(clock_, std::chrono::minutes(10)); }

  LeapingClock clock_;
  RecordingTelemetry telemetry_;
  std::shared_ptr<ScriptedHttp> http_;
  std::shared_ptr<AwsClient> client_;
};

}  // namespace tidegate::aws
