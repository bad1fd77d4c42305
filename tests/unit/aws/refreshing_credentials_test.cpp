#include "aws/credentials/refreshing_credentials.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "services/async/task.h"
#include "tests/unit/services/virtual_clock.h"

namespace tidegate::aws {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// A source whose fetches the test answers.
struct Script {
  std::atomic<int> fetches{0};
  std::function<pplx::task<std::optional<Credentials>>(int number)> answer;
};

class ScriptedSource final : public CredentialsSource {
 public:
  explicit ScriptedSource(Script& script) : script_(script) {}
  std::string name() const override { return "scripted"; }
  pplx::task<std::optional<Credentials>> fetch(Deadline) override {
    return script_.answer(++script_.fetches);
  }

 private:
  Script& script_;
};

class RefreshingCredentialsTest : public testing::Test {
 protected:
  RefreshingCredentialsTest() { start({}); }
  ~RefreshingCredentialsTest() override { clock_.run_out(); }

  void start(RefreshPolicy policy) {
    provider_ = std::make_unique<RefreshingCredentials>(std::make_unique<ScriptedSource>(script_), clock_,
                                                        policy, [] { return 0.0; });
  }
  std::optional<Credentials> keys(const std::string& id, std::optional<Instant> expires_at) const {
    Credentials made{id, "secret"};
    made.expires_at = expires_at;
    return made;
  }
  static pplx::task<std::optional<Credentials>> ready(std::optional<Credentials> keys) {
    return pplx::task_from_result(std::move(keys));
  }
  static pplx::task<std::optional<Credentials>> failing(const std::string& why) {
    return pplx::task_from_exception<std::optional<Credentials>>(CredentialsFailure(why));
  }
  std::string id() {
    return provider_->credentials(Deadline::after(clock_, seconds(5))).get()->access_key_id;
  }
  std::string failure() {
    try {
      id();
    } catch (const CredentialsFailure& failure) {
      return failure.what();
    }
    return "";
  }

  VirtualClock clock_;
  Script script_;
  std::unique_ptr<RefreshingCredentials> provider_;
};

TEST_F(RefreshingCredentialsTest, FetchesOnceWhatDoesNotExpire) {
  script_.answer = [this](int) { return ready(keys("A", std::nullopt)); };

  EXPECT_EQ(id(), "A");
  clock_.advance(hours(1000));
  EXPECT_EQ(id(), "A");
  EXPECT_EQ(script_.fetches, 1);
}

TEST_F(RefreshingCredentialsTest, RefreshesAQuarterOfAnHourBeforeExpiry) {
  const auto start = clock_.now();
  script_.answer = [this, start](int number) {
    return ready(keys(std::to_string(number), start + number * hours(1)));
  };
  EXPECT_EQ(id(), "1");

  clock_.advance(minutes(44));
  EXPECT_EQ(id(), "1");
  clock_.advance(minutes(1));
  EXPECT_EQ(id(), "2");
}

TEST_F(RefreshingCredentialsTest, LetsOthersGoOnWithTheOldKeysWhileOneRefreshes) {
  const auto start = clock_.now();
  const pplx::task_completion_event<std::optional<Credentials>> slow;
  script_.answer = [this, start, slow](int number) {
    return number == 1 ? ready(keys("old", start + hours(1))) : pplx::task<std::optional<Credentials>>(slow);
  };
  id();
  clock_.advance(minutes(50));

  for (int i = 0; i < 10; ++i) EXPECT_EQ(id(), "old");
  EXPECT_EQ(script_.fetches, 2);

  slow.set(keys("new", start + hours(2)));
  EXPECT_EQ(id(), "new");
}

TEST_F(RefreshingCredentialsTest, MakesTwoHundredCallersWaitForOneRefresh) {
  const pplx::task_completion_event<std::optional<Credentials>> slow;
  script_.answer = [slow](int) { return pplx::task<std::optional<Credentials>>(slow); };
  std::vector<pplx::task<SharedCredentials>> waiting(200);
  std::vector<std::thread> callers;
  for (int thread = 0; thread < 4; ++thread) {
    callers.emplace_back([this, &waiting, thread] {
      for (int i = 0; i < 50; ++i) {
        waiting[static_cast<std::size_t>(thread * 50 + i)] =
            provider_->credentials(Deadline::after(clock_, seconds(5)));
      }
    });
  }
  for (auto& caller : callers) caller.join();

  slow.set(keys("A", clock_.now() + hours(1)));

  for (auto& one : waiting) EXPECT_EQ(one.get()->access_key_id, "A");
  EXPECT_EQ(script_.fetches, 1);
}

TEST_F(RefreshingCredentialsTest, UsesKeysThatHoldWhileRefreshesFailAndPausesBetweenThem) {
  const auto start = clock_.now();
  script_.answer = [this, start](int number) {
    return number == 1 ? ready(keys("old", start + hours(1))) : failing("down");
  };
  id();
  clock_.advance(minutes(59) + seconds(30));

  for (int i = 0; i < 5; ++i) EXPECT_EQ(id(), "old");
  EXPECT_EQ(script_.fetches, 2);
  clock_.advance(seconds(31));
  EXPECT_EQ(failure(), "down");
  EXPECT_EQ(script_.fetches, 3);
}

TEST_F(RefreshingCredentialsTest, GoesOnWithStaleKeysOfASourceThatExtendsThem) {
  const auto begin = clock_.now();
  script_.answer = [this, begin](int number) {
    auto stale = keys("stale", begin + hours(1));
    stale->outlives_expiry = true;
    return number == 1 ? ready(stale) : failing("metadata is down");
  };
  id();
  clock_.advance(hours(5));

  EXPECT_EQ(id(), "stale");
}

TEST_F(RefreshingCredentialsTest, RefusesFreshKeysThatAreAlreadyExpired) {
  script_.answer = [this](int) { return ready(keys("A", clock_.now() - seconds(1))); };

  EXPECT_EQ(failure(), "scripted gave credentials that are already expired");
}

TEST_F(RefreshingCredentialsTest, DoesNotRefreshShortLivedKeysAtEachCall) {
  const auto start = clock_.now();
  script_.answer = [this, start](int number) {
    return ready(keys(std::to_string(number), start + number * minutes(10)));
  };

  for (int i = 0; i < 10; ++i) EXPECT_EQ(id(), "1");
  clock_.advance(minutes(5));
  EXPECT_EQ(id(), "2");
}

TEST_F(RefreshingCredentialsTest, AsksAgainAfterTheFirstFetchFailed) {
  script_.answer = [this](int number) {
    return number == 1 ? failing("not yet") : ready(keys("A", std::nullopt));
  };

  EXPECT_EQ(failure(), "not yet");
  clock_.advance(seconds(1));
  EXPECT_EQ(id(), "A");
}

TEST_F(RefreshingCredentialsTest, AsksAgainAtExpiryThoughItHasJustFailed) {
  const auto start = clock_.now();
  script_.answer = [this, start](int number) {
    if (number == 2) return failing("down");
    return ready(keys(std::to_string(number), start + number * hours(1)));
  };
  id();
  clock_.advance(minutes(59) + seconds(40));
  ASSERT_EQ(id(), "1");  // still holds, and no other attempt within 30 s

  clock_.advance(seconds(20));

  EXPECT_EQ(id(), "3");
}

TEST_F(RefreshingCredentialsTest, TellsTheLastFailureBetweenAttemptsWhileNoKeysHold) {
  const auto start = clock_.now();
  script_.answer = [this, start](int number) {
    return number == 1 ? ready(keys("A", start + hours(1))) : failing("failure " + std::to_string(number));
  };
  id();
  clock_.advance(hours(2));

  for (int i = 0; i < 5; ++i) EXPECT_EQ(failure(), "failure 2");
  clock_.advance(seconds(1));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(failure(), "failure 3");

  EXPECT_EQ(script_.fetches, 3);
}

TEST_F(RefreshingCredentialsTest, EndsACallersWaitAtItsDeadlineAndLeavesTheRefreshToOthers) {
  const pplx::task_completion_event<std::optional<Credentials>> slow;
  script_.answer = [slow](int) { return pplx::task<std::optional<Credentials>>(slow); };
  const auto hasty = provider_->credentials(Deadline::after(clock_, seconds(2)));
  const auto patient = provider_->credentials(Deadline::after(clock_, seconds(15)));

  clock_.advance(seconds(2));

  EXPECT_THROW(hasty.get(), DeadlineExceeded);
  EXPECT_FALSE(patient.is_done());
  slow.set(keys("A", clock_.now() + hours(1)));
  EXPECT_EQ(patient.get()->access_key_id, "A");
  EXPECT_EQ(script_.fetches, 1);
}

}  // namespace
}  // namespace tidegate::aws
