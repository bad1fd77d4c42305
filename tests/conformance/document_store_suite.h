#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "services/async/task.h"
#include "services/async/when_all.h"
#include "services/state/store.h"
#include "tests/unit/services/virtual_clock.h"

// What every DocumentStore must do. A test program includes this once and instantiates it:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, DocumentStoreSuite, testing::Values(StoreMaker{make_store}));

namespace tidegate::state {

/// Makes the store under test on the suite's clock. `skip` tells, where it is set, why there is none here.
struct StoreMaker {
  std::function<std::shared_ptr<DocumentStore>(const Clock& clock, std::string& skip)> make;
};

class DocumentStoreSuite : public testing::TestWithParam<StoreMaker> {
 protected:
  void SetUp() override {
    std::string skip;
    store_ = GetParam().make(clock_, skip);
    if (!skip.empty()) GTEST_SKIP() << skip;
    ASSERT_NE(store_, nullptr);
  }

  /// A partition of this test alone, so that a store which keeps its data between tests can be used.
  std::string partition(const std::string& name = "p") const {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    return std::string(test->name()) + "#" + std::to_string(run_) + "#" + name;
  }
  Key key(const std::string& sort) const { return {partition(), sort}; }

  std::uint64_t put(const Key& at, const std::string& body, Condition condition = Condition::none(),
                    std::optional<Instant> expires_at = {}) {
    return store_->transact({Write::put(at, body, condition, expires_at)}).get().at(0);
  }
  void erase(const Key& at, Condition condition = Condition::none()) {
    store_->transact({Write::erase(at, condition)}).get();
  }
  std::string body_of(const Key& at) {
    const auto document = store_->get(at).get();
    return document ? document->body : "absent";
  }
  /// The index that a transaction was refused at, or -1 where it was not.
  int refused_at(std::vector<Write> writes) {
    try {
      store_->transact(std::move(writes)).get();
      return -1;
    } catch (const ConditionFailed& failure) {
      return static_cast<int>(failure.index());
    }
  }
  /// Every document of a range, following cursors; fails the test where they don't end.
  std::vector<Document> all_of(RangeQuery query, std::size_t pages_max = 1000) {
    std::vector<Document> found;
    for (std::size_t page_number = 0; page_number < pages_max; ++page_number) {
      auto page = store_->query(query).get();
      EXPECT_LE(page.documents.size(), query.limit);
      for (auto& document : page.documents) found.push_back(std::move(document));
      if (page.next_cursor.empty()) return found;
      query.cursor = page.next_cursor;
    }
    ADD_FAILURE() << "no end after " << pages_max << " pages";
    return found;
  }
  std::vector<std::string> sorts_of(const RangeQuery& query) {
    std::vector<std::string> sorts;
    for (const auto& document : all_of(query)) sorts.push_back(document.key.sort);
    return sorts;
  }
  void fill(int count) {
    for (int i = 0; i < count; ++i) put(key(numbered(i)), std::to_string(i));
  }
  using Versions = std::vector<std::uint64_t>;
  /// Runs `work` `count` times, `limit` at a time.
  template <class T>
  std::vector<Settled<T>> concurrently(int count, std::size_t limit, std::function<pplx::task<T>()> work) {
    const std::function<pplx::task<T>(int)> numbered_work = [work](int) { return work(); };
    return when_all_settled<T>(std::vector<int>(static_cast<std::size_t>(count)), limit, numbered_work).get();
  }
  static std::string numbered(int i) { return "s" + std::to_string(1000 + i); }

  const std::uint32_t run_ = std::random_device{}();
  // Far in the future, so that a database which expires by its own clock does not do so within a test.
  VirtualClock clock_{"2041-03-01T00:00:00Z"};
  std::shared_ptr<DocumentStore> store_;
};

using Sorts = std::vector<std::string>;

TEST_P(DocumentStoreSuite, ReturnsWhatWasPut) {
  const auto version = put(key("a"), R"({"name":"x","n":1.5})");

  const auto found = store_->get(key("a")).get();

  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->key, key("a"));
  EXPECT_EQ(found->body, R"({"name":"x","n":1.5})");
  EXPECT_EQ(found->version, 1U);
  EXPECT_EQ(version, 1U);
  EXPECT_FALSE(found->expires_at.has_value());
}

TEST_P(DocumentStoreSuite, ReturnsNothingForAKeyThatWasNeverPut) {
  EXPECT_FALSE(store_->get(key("nobody")).get().has_value());
  EXPECT_TRUE(store_->query({.partition = partition("nowhere")}).get().documents.empty());
}

TEST_P(DocumentStoreSuite, CountsAVersionWithEveryPut) {
  EXPECT_EQ(put(key("a"), "1"), 1U);
  EXPECT_EQ(put(key("a"), "2"), 2U);
  EXPECT_EQ(put(key("a"), "3", Condition::version_is(2)), 3U);
  EXPECT_EQ(store_->get(key("a")).get()->version, 3U);
  EXPECT_EQ(body_of(key("a")), "3");
}

TEST_P(DocumentStoreSuite, StartsVersionsAnewAfterAnErase) {
  put(key("a"), "1");
  put(key("a"), "2");

  erase(key("a"));

  EXPECT_EQ(body_of(key("a")), "absent");
  EXPECT_EQ(put(key("a"), "3", Condition::absent()), 1U);
}

TEST_P(DocumentStoreSuite, ErasesWhatIsNotThere) { EXPECT_NO_THROW(erase(key("nobody"))); }

TEST_P(DocumentStoreSuite, RefusesToCreateWhatExists) {
  put(key("a"), "first", Condition::absent());

  EXPECT_EQ(refused_at({Write::put(key("a"), "second", Condition::absent())}), 0);

  EXPECT_EQ(body_of(key("a")), "first");
}

TEST_P(DocumentStoreSuite, RefusesAVersionThatIsNotTheStoredOne) {
  put(key("a"), "first");
  put(key("a"), "second");

  EXPECT_EQ(refused_at({Write::put(key("a"), "x", Condition::version_is(1))}), 0);
  EXPECT_EQ(refused_at({Write::put(key("a"), "x", Condition::version_is(3))}), 0);
  EXPECT_EQ(refused_at({Write::erase(key("a"), Condition::version_is(1))}), 0);
  EXPECT_EQ(refused_at({Write::check(key("a"), Condition::version_is(1))}), 0);
  EXPECT_EQ(refused_at({Write::put(key("never"), "x", Condition::version_is(1))}), 0);

  EXPECT_EQ(body_of(key("a")), "second");
  EXPECT_EQ(body_of(key("never")), "absent");
}

TEST_P(DocumentStoreSuite, ErasesUnderTheRightVersion) {
  put(key("a"), "first");

  erase(key("a"), Condition::version_is(1));

  EXPECT_EQ(body_of(key("a")), "absent");
}

TEST_P(DocumentStoreSuite, WritesAllOfATransaction) {
  put(key("old"), "old");
  put(key("kept"), "kept");

  const auto versions = store_
                            ->transact({Write::put(key("new"), "new", Condition::absent()),
                                        Write::erase(key("old"), Condition::version_is(1)),
                                        Write::check(key("kept"), Condition::version_is(1)),
                                        Write::check(key("missing"), Condition::absent()),
                                        Write::put(key("kept2"), "2", Condition::none())})
                            .get();

  EXPECT_EQ(versions, (std::vector<std::uint64_t>{1, 0, 0, 0, 1}));
  EXPECT_EQ(body_of(key("new")), "new");
  EXPECT_EQ(body_of(key("old")), "absent");
  EXPECT_EQ(store_->get(key("kept")).get()->version, 1U);
}

TEST_P(DocumentStoreSuite, WritesNothingOfARefusedTransaction) {
  put(key("old"), "old");

  EXPECT_EQ(refused_at({Write::put(key("new"), "new", Condition::absent()),
                        Write::erase(key("old"), Condition::version_is(1)),
                        Write::put(key("old2"), "x", Condition::version_is(7))}),
            2);

  EXPECT_EQ(body_of(key("new")), "absent");
  EXPECT_EQ(body_of(key("old")), "old");
  EXPECT_EQ(body_of(key("old2")), "absent");
}

TEST_P(DocumentStoreSuite, NamesTheFirstOfSeveralRefusedWrites) {
  put(key("a"), "a");

  EXPECT_EQ(refused_at({Write::check(key("a"), Condition::version_is(1)),
                        Write::put(key("b"), "b", Condition::version_is(4)),
                        Write::put(key("a2"), "c", Condition::version_is(5))}),
            1);
}

TEST_P(DocumentStoreSuite, GuardsAWriteWithACheckOfAnotherDocument) {
  put(key("lease"), "holder 1");
  put(key("lease"), "holder 2");

  EXPECT_EQ(refused_at({Write::put(key("work"), "by holder 1", Condition::none()),
                        Write::check(key("lease"), Condition::version_is(1))}),
            1);
  EXPECT_EQ(refused_at({Write::put(key("work"), "by holder 2", Condition::none()),
                        Write::check(key("lease"), Condition::version_is(2))}),
            -1);

  EXPECT_EQ(body_of(key("work")), "by holder 2");
}

TEST_P(DocumentStoreSuite, SpansPartitionsInOneTransaction) {
  const Key left{partition("left"), "a"};
  const Key right{partition("right"), "a"};

  store_->transact({Write::put(left, "l", Condition::absent()), Write::put(right, "r", Condition::absent())})
      .get();

  EXPECT_EQ(body_of(left), "l");
  EXPECT_EQ(body_of(right), "r");
}

TEST_P(DocumentStoreSuite, TakesTheLargestTransaction) {
  std::vector<Write> writes;
  for (std::size_t i = 0; i < DocumentStore::kTransactionWritesMax; ++i) {
    writes.push_back(Write::put(key(numbered(static_cast<int>(i))), "{}", Condition::absent()));
  }

  const auto versions = store_->transact(writes).get();

  EXPECT_EQ(versions, std::vector<std::uint64_t>(DocumentStore::kTransactionWritesMax, 1));
  EXPECT_EQ(sorts_of({.partition = partition(), .limit = 1000}).size(), DocumentStore::kTransactionWritesMax);
}

TEST_P(DocumentStoreSuite, RefusesWhatNoStoreCouldTake) {
  EXPECT_THROW(store_->transact({}).get(), InvalidRequest);
  EXPECT_THROW(put({"", "a"}, "x"), InvalidRequest);
  EXPECT_THROW(put({partition(), ""}, "x"), InvalidRequest);
  EXPECT_THROW(put(key(std::string("a\0b", 3)), "x"), InvalidRequest);
  EXPECT_THROW(put(key("\xC3("), "x"), InvalidRequest);
  EXPECT_THROW(put(key(std::string(1025, 'k')), "x"), InvalidRequest);
  EXPECT_THROW(put(key("big"), std::string(350'001, 'x')), InvalidRequest);
  EXPECT_THROW(put(key("a"), "\xFF"), InvalidRequest);
  std::vector<Write> large;
  for (int i = 0; i < 12; ++i) {
    large.push_back(Write::put(key(numbered(i)), std::string(330'000, 'x'), Condition::none()));
  }
  EXPECT_THROW(store_->transact(large).get(), InvalidRequest);
  EXPECT_THROW(store_
                   ->transact({Write::put(key("a"), "1", Condition::none()),
                               Write::check(key("a"), Condition::absent())})
                   .get(),
               InvalidRequest);
  EXPECT_THROW(store_->transact(std::vector<Write>(101, Write::check(key("a"), Condition::none()))).get(),
               InvalidRequest);
  EXPECT_THROW(store_->get({"", "a"}).get(), InvalidRequest);
  EXPECT_THROW(store_->query({.partition = ""}).get(), InvalidRequest);
  EXPECT_THROW(store_->query({.partition = "p", .limit = 0}).get(), InvalidRequest);
  EXPECT_THROW(store_->query({.partition = "p", .limit = 1001}).get(), InvalidRequest);
}

TEST_P(DocumentStoreSuite, KeepsTheLargestBodyAndKey) {
  const std::string body(350'000, 'x');
  const Key longest{partition() + std::string(1024 - partition().size(), 'p'), std::string(1024, 's')};

  put(longest, body);

  EXPECT_EQ(body_of(longest), body);
}

TEST_P(DocumentStoreSuite, KeepsAnEmptyBodyAndEveryByteOfText) {
  put(key("empty"), "");
  put(key("text"), "quote \" backslash \\ newline \n tab \t low \x01 euro \u20AC face \U0001F600");

  EXPECT_EQ(body_of(key("empty")), "");
  EXPECT_EQ(body_of(key("text")),
            "quote \" backslash \\ newline \n tab \t low \x01 euro \u20AC face \U0001F600");
}

TEST_P(DocumentStoreSuite, OrdersKeysByTheirBytes) {
  // In UTF-16 the last two stand the other way round.
  const Sorts in_order = {"", "!", "A", "Z", "a", "a!", "aa", "b", "z", "\u00E9", "\uFFFD", "\U0001F600"};
  for (auto it = in_order.rbegin(); it != in_order.rend(); ++it) {
    if (!it->empty()) put(key(*it), "x");
  }

  const Sorts expected(in_order.begin() + 1, in_order.end());
  EXPECT_EQ(sorts_of({.partition = partition()}), expected);
}

TEST_P(DocumentStoreSuite, KeepsPartitionsApart) {
  put({partition("a"), "x"}, "of a");
  put({partition("ab"), "x"}, "of ab");
  put({partition("A"), "x"}, "of A");

  const auto found = all_of({.partition = partition("a")});

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].body, "of a");
}

TEST_P(DocumentStoreSuite, RangesIncludeTheirStartAndExcludeTheirEnd) {
  fill(6);

  EXPECT_EQ(sorts_of({.partition = partition(), .sort_from = numbered(2), .sort_until = numbered(4)}),
            (Sorts{numbered(2), numbered(3)}));
  EXPECT_EQ(sorts_of({.partition = partition(), .sort_from = numbered(4)}),
            (Sorts{numbered(4), numbered(5)}));
  EXPECT_EQ(sorts_of({.partition = partition(), .sort_until = numbered(2)}),
            (Sorts{numbered(0), numbered(1)}));
  EXPECT_EQ(sorts_of({.partition = partition(), .sort_from = numbered(3), .sort_until = numbered(3)}),
            Sorts{});
  EXPECT_EQ(sorts_of({.partition = partition(), .sort_from = numbered(4), .sort_until = numbered(2)}),
            Sorts{});
}

TEST_P(DocumentStoreSuite, RangesRunDownAsTheyRunUp) {
  fill(6);

  EXPECT_EQ(sorts_of({.partition = partition(),
                      .sort_from = numbered(1),
                      .sort_until = numbered(4),
                      .descending = true}),
            (Sorts{numbered(3), numbered(2), numbered(1)}));
  EXPECT_EQ(sorts_of({.partition = partition(), .descending = true}).front(), numbered(5));
}

TEST_P(DocumentStoreSuite, PagesCoverARangeOnceEachWay) {
  fill(23);
  Sorts up;
  for (int i = 2; i < 21; ++i) up.push_back(numbered(i));
  const Sorts down(up.rbegin(), up.rend());

  for (const std::size_t limit : {1U, 2U, 5U, 19U, 100U}) {
    RangeQuery query{
        .partition = partition(), .sort_from = numbered(2), .sort_until = numbered(21), .limit = limit};
    EXPECT_EQ(sorts_of(query), up) << "limit " << limit;
    query.descending = true;
    EXPECT_EQ(sorts_of(query), down) << "limit " << limit;
  }
}

TEST_P(DocumentStoreSuite, CursorsStandWhileDocumentsComeAndGo) {
  fill(10);
  RangeQuery query{.partition = partition(), .limit = 4};
  const auto first = store_->query(query).get();
  ASSERT_EQ(first.documents.size(), 4U);

  erase(key(numbered(3)));
  erase(key(numbered(4)));
  put(key(numbered(20)), "late");
  query.cursor = first.next_cursor;

  EXPECT_EQ(sorts_of(query),
            (Sorts{numbered(5), numbered(6), numbered(7), numbered(8), numbered(9), numbered(20)}));
}

TEST_P(DocumentStoreSuite, PagesOfLargeDocumentsLeaveNoneOut) {
  const std::string body(300'000, 'x');
  for (int i = 0; i < 9; ++i) put(key(numbered(i)), body);

  const auto found = all_of({.partition = partition(), .limit = 100});

  ASSERT_EQ(found.size(), 9U);
  for (const auto& document : found) EXPECT_EQ(document.body.size(), body.size());
}

TEST_P(DocumentStoreSuite, KeepsTheExpiryInWholeSeconds) {
  const Instant at = clock_.now() + std::chrono::seconds(90);
  put(key("a"), "x", Condition::none(), at);

  EXPECT_EQ(store_->get(key("a")).get()->expires_at, at);
  EXPECT_EQ(all_of({.partition = partition()}).at(0).expires_at, at);
}

TEST_P(DocumentStoreSuite, NeverReturnsAnExpiredDocument) {
  put(key("brief"), "x", Condition::none(), clock_.now() + std::chrono::seconds(10));
  put(key("lasting"), "y");

  clock_.advance(std::chrono::milliseconds(9'999));
  EXPECT_EQ(body_of(key("brief")), "x");
  clock_.advance(std::chrono::milliseconds(1));

  EXPECT_EQ(body_of(key("brief")), "absent");
  EXPECT_EQ(sorts_of({.partition = partition()}), Sorts{"lasting"});
}

TEST_P(DocumentStoreSuite, ConditionsSeeAnExpiredDocumentAsAbsent) {
  const auto soon = clock_.now() + std::chrono::seconds(10);
  for (const auto* sort : {"a", "b", "c"}) {
    put(key(sort), "old", Condition::none(), soon);
    put(key(sort), "old", Condition::none(), soon);
  }
  clock_.advance(std::chrono::seconds(10));

  EXPECT_EQ(refused_at({Write::put(key("a"), "x", Condition::version_is(2))}), 0);
  EXPECT_EQ(refused_at({Write::check(key("a"), Condition::version_is(2))}), 0);
  EXPECT_EQ(refused_at({Write::check(key("a"), Condition::absent())}), -1);
  EXPECT_EQ(put(key("a"), "new", Condition::absent()), 1U);
  EXPECT_EQ(put(key("b"), "new"), 1U);
  const auto both =
      store_->transact({Write::put(key("c"), "new", Condition::absent()), Write::put(key("d"), "new", {})})
          .get();

  EXPECT_EQ(both, (std::vector<std::uint64_t>{1, 1}));
  EXPECT_EQ(store_->get(key("a")).get()->version, 1U);
  EXPECT_EQ(body_of(key("b")), "new");
}

TEST_P(DocumentStoreSuite, APutWithoutExpiryTakesTheExpiryAway) {
  put(key("a"), "x", Condition::none(), clock_.now() + std::chrono::seconds(10));
  put(key("a"), "y");

  clock_.advance(std::chrono::hours(1));

  EXPECT_EQ(body_of(key("a")), "y");
}

TEST_P(DocumentStoreSuite, PagesStepOverExpiredDocuments) {
  for (int i = 0; i < 30; ++i) {
    const bool brief = i % 10 != 9;
    put(key(numbered(i)), "x", Condition::none(),
        brief ? std::optional(clock_.now() + std::chrono::seconds(5)) : std::nullopt);
  }
  clock_.advance(std::chrono::seconds(5));

  EXPECT_EQ(sorts_of({.partition = partition(), .limit = 4}),
            (Sorts{numbered(9), numbered(19), numbered(29)}));
}

/// Adds one to a counter by reading it and writing under its version, until that holds.
inline pplx::task<int> increment(DocumentStore* store, Key at) {
  for (int attempt = 1; attempt <= 1000; ++attempt) {
    const auto current = co_await store->get(at);
    const int value = current ? std::stoi(current->body) : 0;
    const Condition unchanged = current ? Condition::version_is(current->version) : Condition::absent();
    std::vector<Write> writes{Write::put(at, std::to_string(value + 1), unchanged)};
    bool refused = false;
    try {
      co_await store->transact(std::move(writes));
    } catch (const ConditionFailed&) {
      refused = true;
    }
    if (!refused) co_return attempt;
  }
  throw std::runtime_error("an increment never got through");
}

TEST_P(DocumentStoreSuite, ConcurrentIncrementsLoseNothing) {
  constexpr int kIncrements = 100;
  const Key counter = key("counter");

  const auto settled = concurrently<int>(kIncrements, 8, [&] { return increment(store_.get(), counter); });

  for (const auto& one : settled) ASSERT_TRUE(one.value.has_value());
  EXPECT_EQ(body_of(counter), std::to_string(kIncrements));
  EXPECT_EQ(store_->get(counter).get()->version, static_cast<std::uint64_t>(kIncrements));
}

TEST_P(DocumentStoreSuite, ConcurrentUnconditionalPutsEachCountAVersion) {
  constexpr int kPuts = 40;
  const Key at = key("a");

  const auto settled = concurrently<Versions>(
      kPuts, 8, [&] { return store_->transact({Write::put(at, "{}", Condition::none())}); });

  std::vector<std::uint64_t> versions;
  for (const auto& one : settled) {
    ASSERT_TRUE(one.value.has_value());
    versions.push_back(one.value->at(0));
  }
  std::sort(versions.begin(), versions.end());
  Versions expected(static_cast<std::size_t>(kPuts));
  std::iota(expected.begin(), expected.end(), 1U);
  EXPECT_EQ(versions, expected);
}

TEST_P(DocumentStoreSuite, OneOfManyConcurrentCreatorsWins) {
  const auto settled = concurrently<Versions>(20, 20, [&] {
    return store_->transact({Write::put(key("lease"), "x", Condition::absent()),
                             Write::put(key("companion"), "x", Condition::none())});
  });

  const auto won =
      std::count_if(settled.begin(), settled.end(), [](const auto& one) { return one.value.has_value(); });
  EXPECT_EQ(won, 1);
  EXPECT_EQ(store_->get(key("companion")).get()->version, 1U);
}

TEST_P(DocumentStoreSuite, ConcurrentTransactionsNeverShowHalf) {
  const Key left = key("left");
  const Key right = key("right");
  store_->transact({Write::put(left, "0", Condition::absent()), Write::put(right, "0", Condition::absent())})
      .get();

  const auto settled = concurrently<Versions>(30, 6, [&] {
    return store_->transact(
        {Write::put(left, "{}", Condition::none()), Write::put(right, "{}", Condition::none())});
  });

  for (const auto& one : settled) {
    ASSERT_TRUE(one.value.has_value());
    EXPECT_EQ(one.value->at(0), one.value->at(1));
  }
}

TEST_P(DocumentStoreSuite, ProvesThatItCanBeRead) { EXPECT_NO_THROW(store_->ping().get()); }

}  // namespace tidegate::state
