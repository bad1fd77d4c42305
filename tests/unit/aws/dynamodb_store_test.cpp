#include "aws/state/dynamodb_store.h"

#include <gmock/gmock.h>

#include <atomic>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "aws/client/aws_client.h"
#include "aws/client/uuid.h"
#include "aws/http/curl_client.h"
#include "aws/operations/table.h"
#include "aws/state/dynamodb_items.h"
#include "aws/state/dynamodb_table.h"
#include "tests/conformance/document_store_suite.h"
#include "tests/unit/aws/support/aws_fixture.h"

// Against a running DynamoDB Local; a table of its own for each run.

namespace tidegate::aws {
namespace {

using nlohmann::json;
using state::Condition;
using state::Key;
using state::Write;
using testing::HasSubstr;

constexpr const char* kHowTo =
    "no DynamoDB: start `scripts/dynamodb-local 8000` and set "
    "TIDEGATE_TEST_DYNAMODB_ENDPOINT=http://127.0.0.1:8000";

/// The machine's own time; sleeping really waits, for these tests share a server with real transactions.
class RealTime final : public Clock {
 public:
  Instant now() const override { return std::chrono::system_clock::now(); }
  SteadyInstant steady_now() const override { return std::chrono::steady_clock::now(); }
  pplx::task<void> sleep_for(std::chrono::milliseconds duration) override {
    const pplx::task_completion_event<void> over;
    post_to_pool([over, duration] {
      std::this_thread::sleep_for(duration);
      over.set();
    });
    return pplx::task<void>(over);
  }
};

/// Sends on, and loses what the test says: the answer to a request that was carried out.
class LossyHttp final : public http::HttpClient {
 public:
  explicit LossyHttp(std::shared_ptr<http::HttpClient> inner) : inner_(std::move(inner)) {}

  pplx::task<http::Response> send(http::Request request, Deadline deadline) override {
    ++sent;
    auto response = co_await inner_->send(std::move(request), deadline);
    if (response.status == 200 && answers_to_lose > 0) {
      --answers_to_lose;
      if (after_loss) after_loss();
      throw http::TransportFailure(http::TransportFailure::Kind::kReset, "lost by the test", true);
    }
    co_return response;
  }

  std::atomic<int> sent{0};
  std::atomic<int> answers_to_lose{0};
  std::function<void()> after_loss;  ///< what others do between the lost answer and the next attempt

 private:
  std::shared_ptr<http::HttpClient> inner_;
};

double draw_random() {
  static std::mutex mutex;
  static std::mt19937_64 generator(1);
  const std::lock_guard lock(mutex);
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

/// Everything below a store.
struct Wiring {
  RealTime time;
  NoTelemetry telemetry;
  FixedCredentials keys;
  std::shared_ptr<CurlClient> curl = std::make_shared<CurlClient>(CurlClientConfig{}, time);
  std::shared_ptr<LossyHttp> lossy = std::make_shared<LossyHttp>(curl);
  std::shared_ptr<AwsClient> client;

  explicit Wiring(const std::string& endpoint) {
    AwsConfig config;
    config.region = "us-east-1";
    config.endpoints.overrides = {{.service = "", .url = endpoint}};
    client =
        std::make_shared<AwsClient>(config, AwsClientParts{.http = lossy,
                                                           .clock = time,
                                                           .telemetry = telemetry,
                                                           .accounts = std::make_shared<OwnAccount>(keys),
                                                           .random = draw_random});
  }
};

const char* endpoint() { return std::getenv("TIDEGATE_TEST_DYNAMODB_ENDPOINT"); }

Wiring& wiring() {
  static auto* const shared = new Wiring(endpoint());  // used by pool threads until the process ends
  return *shared;
}

DynamoDbStoreConfig config_of_run() {
  static const std::string table = "tidegate-test-" + random_uuid();
  return {.table = table};
}

void make_table_once() {
  static const TableOutcome made = create_table(wiring().client, config_of_run()).get();
  (void)made;
}

std::shared_ptr<state::DocumentStore> make_store(const Clock& clock, std::string& skip) {
  if (endpoint() == nullptr) {
    skip = kHowTo;
    return nullptr;
  }
  make_table_once();
  return std::make_shared<DynamoDbStore>(wiring().client, clock, draw_random, config_of_run());
}

}  // namespace
}  // namespace tidegate::aws

namespace tidegate::state {
INSTANTIATE_TEST_SUITE_P(DynamoDb, DocumentStoreSuite, testing::Values(StoreMaker{aws::make_store}));
}

namespace tidegate::aws {
namespace {

struct DynamoDbStoreTest : testing::Test {
  VirtualClock clock{"2041-03-01T00:00:00Z"};
  std::string partition = "p-" + random_uuid();
  std::unique_ptr<DynamoDbStore> store;

  void SetUp() override {
    if (endpoint() == nullptr) GTEST_SKIP() << kHowTo;
    make_table_once();
    store = std::make_unique<DynamoDbStore>(wiring().client, clock, draw_random, config_of_run());
  }
  void TearDown() override {
    if (endpoint() == nullptr) return;
    wiring().lossy->answers_to_lose = 0;
    wiring().lossy->after_loss = nullptr;
  }

  Key key(const std::string& sort) const { return {partition, sort}; }
  std::vector<std::uint64_t> write(std::vector<Write> writes) {
    return store->transact(std::move(writes)).get();
  }
  std::uint64_t version_of(const std::string& sort) {
    const auto document = store->get(key(sort)).get();
    return document ? document->version : 0;
  }
  json raw_item(const std::string& sort) {
    json parameters = {{"TableName", config_of_run().table}, {"Key", json::parse(key_to_item(key(sort)))}};
    return wiring()
        .client
        ->call(dynamodb().operation("GetItem"), parameters, {},
               Deadline::after(wiring().time, std::chrono::seconds(5)))
        .get()
        .value("Item", json());
  }
  template <class Call>
  UpstreamFailure failure_of(Call call) {
    try {
      call();
    } catch (const UpstreamFailure& failure) {
      return failure;
    }
    ADD_FAILURE() << "no failure";
    return {"none", {}};
  }
};

TEST_F(DynamoDbStoreTest, AppliesAPutOnceWhoseAnswerWasLost) {
  wiring().lossy->answers_to_lose = 1;
  EXPECT_EQ(write({Write::put(key("a"), "1", Condition::absent())}).at(0), 1U);

  wiring().lossy->answers_to_lose = 2;
  EXPECT_EQ(write({Write::put(key("a"), "2", Condition::version_is(1))}).at(0), 2U);

  EXPECT_EQ(version_of("a"), 2U);
}

TEST_F(DynamoDbStoreTest, AppliesATransactionOnceWhoseAnswerWasLost) {
  write({Write::put(key("old"), "x", Condition::absent())});

  wiring().lossy->answers_to_lose = 2;
  const auto versions = write(
      {Write::put(key("a"), "1", Condition::absent()), Write::erase(key("old"), Condition::version_is(1))});

  EXPECT_EQ(versions, (std::vector<std::uint64_t>{1, 0}));
  EXPECT_EQ(version_of("a"), 1U);
  EXPECT_EQ(version_of("old"), 0U);
}

TEST_F(DynamoDbStoreTest, AppliesAnEraseOnceWhoseAnswerWasLost) {
  write({Write::put(key("a"), "x", Condition::absent())});

  wiring().lossy->answers_to_lose = 1;
  EXPECT_NO_THROW(write({Write::erase(key("a"), Condition::version_is(1))}));

  EXPECT_EQ(version_of("a"), 0U);
}

TEST_F(DynamoDbStoreTest, JudgesALargeDocumentThatRefusedItsOwnSecondSending) {
  const std::string large(300'000, 'x');
  wiring().lossy->answers_to_lose = 1;

  EXPECT_EQ(write({Write::put(key("a"), large, Condition::absent())}).at(0), 1U);
}

TEST_F(DynamoDbStoreTest, SaysThatItCannotKnowWhereALostPutWasCovered) {
  DynamoDbStore other(wiring().client, clock, draw_random, config_of_run());
  wiring().lossy->after_loss = [&] {
    wiring().lossy->after_loss = nullptr;
    other.transact({Write::put(key("a"), "other", Condition::version_is(1))}).get();
  };
  wiring().lossy->answers_to_lose = 1;

  const auto failure = failure_of([&] { write({Write::put(key("a"), "mine", Condition::absent())}); });

  EXPECT_EQ(failure.origin().code, "OutcomeUnknown");
  EXPECT_EQ(version_of("a"), 2U);
}

TEST_F(DynamoDbStoreTest, RefusesWhereALostAnswerWasARefusal) {
  write({Write::put(key("a"), "first", Condition::absent())});
  // The lost answer is that of the read before an unconditional put.
  wiring().lossy->answers_to_lose = 1;
  EXPECT_EQ(write({Write::put(key("a"), "second", Condition::none())}).at(0), 2U);

  EXPECT_THROW(write({Write::put(key("a"), "x", Condition::absent())}), state::ConditionFailed);
}

TEST_F(DynamoDbStoreTest, StoresExpiryForTheTableToPurgeByInEpochSeconds) {
  write({Write::put(key("a"), "x", Condition::none(), clock.now() + std::chrono::seconds(90))});

  const auto item = raw_item("a");

  const auto expected =
      std::chrono::floor<std::chrono::seconds>((clock.now() + std::chrono::seconds(90)).time_since_epoch());
  EXPECT_EQ(item.at("expires_at").at("N"), std::to_string(expected.count()));
  EXPECT_EQ(item.at("version").at("N"), "1");
}

TEST_F(DynamoDbStoreTest, TakesACursorOfAnotherRangeWithoutFailing) {
  for (const char* sort : {"a", "b", "c", "d"}) write({Write::put(key(sort), "x", Condition::none())});
  const auto sorts = [&](state::RangeQuery query) {
    std::string all;
    for (const auto& document : store->query(query).get().documents) all += document.key.sort;
    return all;
  };
  const auto range = [&](bool descending, const std::string& cursor) {
    return state::RangeQuery{.partition = partition,
                             .sort_from = "b",
                             .sort_until = "d",
                             .descending = descending,
                             .cursor = cursor};
  };

  EXPECT_EQ(sorts(range(false, "a")), "bc");
  EXPECT_EQ(sorts(range(false, "z")), "");
  EXPECT_EQ(sorts(range(true, "z")), "cb");
  EXPECT_EQ(sorts(range(true, "a")), "");
}

TEST_F(DynamoDbStoreTest, TellsHowToMakeAMissingTable) {
  DynamoDbStore lost(wiring().client, clock, draw_random, {.table = "tidegate-not-there"});

  for (const auto& call : std::vector<std::function<void()>>{
           [&] { lost.get(key("a")).get(); }, [&] { lost.query({.partition = "p"}).get(); },
           [&] { lost.ping().get(); },
           [&] { lost.transact({Write::put(key("a"), "x", Condition::absent())}).get(); },
           [&] { lost.transact({Write::erase(key("a"), Condition::none())}).get(); }}) {
    const auto failure = failure_of(call);
    EXPECT_EQ(failure.origin().code, "ResourceNotFoundException");
    EXPECT_THAT(failure.what(), HasSubstr("tidegate table create"));
  }
}

TEST_F(DynamoDbStoreTest, TellsAnUnreachableDatabaseAsAFailureOfItsOwn) {
  Wiring nowhere("http://127.0.0.1:1");
  DynamoDbStore lost(nowhere.client, clock, draw_random, {.call_timeout = std::chrono::milliseconds(500)});

  EXPECT_EQ(failure_of([&] { lost.get(key("a")).get(); }).origin().service, "DynamoDB");
  EXPECT_EQ(failure_of([&] { lost.ping().get(); }).origin().service, "DynamoDB");
}

TEST_F(DynamoDbStoreTest, MakesItsTableOnceWhoeverAsks) {
  const DynamoDbStoreConfig own{.table = "tidegate-test-" + random_uuid()};

  const auto first = create_table(wiring().client, own);
  const auto second = create_table(wiring().client, own);
  const auto both = {first.get(), second.get()};
  const auto third = create_table(wiring().client, own).get();

  EXPECT_EQ(std::count_if(both.begin(), both.end(), [](const auto& one) { return one.created; }), 1);
  EXPECT_FALSE(third.created);
  EXPECT_FALSE(third.ttl_enabled);
  DynamoDbStore fresh(wiring().client, clock, draw_random, own);
  EXPECT_NO_THROW(fresh.ping().get());
}

TEST_F(DynamoDbStoreTest, RefusesATableWithAnotherKey) {
  const std::string table = "tidegate-test-" + random_uuid();
  json parameters = {
      {"TableName", table},
      {"BillingMode", "PAY_PER_REQUEST"},
      {"AttributeDefinitions", json::array({{{"AttributeName", "id"}, {"AttributeType", "S"}}})},
      {"KeySchema", json::array({{{"AttributeName", "id"}, {"KeyType", "HASH"}}})}};
  wiring()
      .client
      ->call(dynamodb().operation("CreateTable"), parameters, {},
             Deadline::after(wiring().time, std::chrono::seconds(5)))
      .get();

  EXPECT_THROW(create_table(wiring().client, {.table = table}).get(), Conflict);
}

TEST(DynamoDbItems, KeepsVersionsThatADoubleWouldRound) {
  const std::uint64_t version = (1ULL << 53U) + 1;
  const auto item = document_to_item(Write::put({"p", "s"}, "{}", Condition::none()), version, "w");

  EXPECT_EQ(document_in(R"({"Item":)" + item + "}")->version, version);
}

TEST(DynamoDbItems, RefusesAnItemThatItDidNotWrite) {
  EXPECT_THROW(document_in(R"({"Item":{"pk":{"S":"p"}}})"), std::runtime_error);
  EXPECT_THROW(
      document_in(R"({"Item":{"pk":{"S":"p"},"sk":{"S":"s"},"body":{"S":""},"version":{"N":"1.5"}}})"),
      std::runtime_error);
}

}  // namespace
}  // namespace tidegate::aws
