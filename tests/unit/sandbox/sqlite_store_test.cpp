#include "sandbox/sqlite_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "tests/conformance/document_store_suite.h"
#include "tests/unit/sandbox/temporary_dir.h"

namespace tidegate::state {
namespace {

/// Keeps a store's directory as long as the store.
struct StoreInTemporaryDir {
  sandbox::TemporaryDir dir;
  sandbox::SqliteStore store;
  explicit StoreInTemporaryDir(const Clock& clock) : store(dir.path() / "data", clock) {}
};

std::shared_ptr<DocumentStore> make_sqlite_store(const Clock& clock, std::string&) {
  auto held = std::make_shared<StoreInTemporaryDir>(clock);
  auto* store = &held->store;
  return {std::move(held), store};
}

INSTANTIATE_TEST_SUITE_P(Sqlite, DocumentStoreSuite, testing::Values(StoreMaker{make_sqlite_store}));

}  // namespace
}  // namespace tidegate::state

namespace tidegate::sandbox {
namespace {

using state::Condition;
using state::Write;

Write put(const std::string& sort, std::optional<Instant> expires_at = {}) {
  return Write::put({"p", sort}, "{}", Condition::none(), expires_at);
}

int mode_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return static_cast<int>(status.st_mode & 0777U);
}

UpstreamFailure failure_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const UpstreamFailure& failure) {
    return failure;
  }
  ADD_FAILURE() << "no failure";
  return {"none", {}};
}

int rows_in(const std::filesystem::path& file) {
  const SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
  SQLite::Statement count(database, "SELECT count(*) FROM documents");
  count.executeStep();
  return count.getColumn(0).getInt();
}

struct SqliteStoreTest : testing::Test {
  TemporaryDir temporary;
  VirtualClock clock;
  std::filesystem::path dir = temporary.path() / "a" / "data";
  std::filesystem::path file = dir / "state.db";
};

TEST_F(SqliteStoreTest, KeepsDocumentsOverARestart) {
  {
    SqliteStore store(dir, clock);
    store.transact({put("a")}).get();
    store.transact({put("a")}).get();
  }

  SqliteStore store(dir, clock);

  EXPECT_EQ(store.get({"p", "a"}).get()->version, 2U);
}

/// The body of the process that the next test kills: writes and says, through file descriptor 3, how far it
/// is. Not a test of its own.
TEST(SqliteStoreChild, DISABLED_WritesUntilItIsKilled) {
  const char* dir = std::getenv("TIDEGATE_TEST_CHILD_DIR");  // NOLINT(concurrency-mt-unsafe)
  if (dir == nullptr) GTEST_SKIP() << "started by KeepsEveryAcknowledgedWriteOfAProcessThatIsKilled only";
  const VirtualClock clock;
  SqliteStore store(dir, clock);
  for (std::uint32_t i = 0;; ++i) {
    store.transact({put("s" + std::to_string(i))}).get();
    if (::write(3, &i, sizeof i) < 0) return;
  }
}

TEST_F(SqliteStoreTest, KeepsEveryAcknowledgedWriteOfAProcessThatIsKilled) {
  std::array<int, 2> acknowledged{};
  ASSERT_EQ(::pipe(acknowledged.data()), 0);
  const std::string dir_variable = "TIDEGATE_TEST_CHILD_DIR=" + dir.string();
  std::array<const char*, 4> arguments{"child",
                                       "--gtest_filter=SqliteStoreChild.DISABLED_WritesUntilItIsKilled",
                                       "--gtest_also_run_disabled_tests", nullptr};
  std::array<const char*, 2> environment{dir_variable.c_str(), nullptr};
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(acknowledged[1], 3);
    ::execve("/proc/self/exe", const_cast<char**>(arguments.data()), const_cast<char**>(environment.data()));
    ::_exit(127);
  }
  ::close(acknowledged[1]);
  std::uint32_t last = 0;
  while (last < 100) ASSERT_EQ(::read(acknowledged[0], &last, sizeof last), ssize_t{sizeof last});
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  while (::read(acknowledged[0], &last, sizeof last) == ssize_t{sizeof last}) {
  }
  ::close(acknowledged[0]);

  SqliteStore store(dir, clock);

  for (std::uint32_t i = 0; i <= last; ++i) {
    EXPECT_TRUE(store.get({"p", "s" + std::to_string(i)}).get().has_value()) << i;
  }
}

TEST_F(SqliteStoreTest, MakesItsDirectoryAndFilesPrivate) {
  const SqliteStore store(dir, clock);

  EXPECT_EQ(mode_of(dir), 0700);
  EXPECT_EQ(mode_of(file), 0600);
  EXPECT_EQ(mode_of(dir / "state.db-wal"), 0600);
}

TEST_F(SqliteStoreTest, RefusesADirectoryThatAnotherHolds) {
  const SqliteStore first(dir, clock);

  const auto failure = failure_of([&] { const SqliteStore second(dir, clock); });

  EXPECT_EQ(failure.origin().code, "locked");
  EXPECT_NE(std::string(failure.what()).find("process " + std::to_string(::getpid())), std::string::npos)
      << failure.what();
}

TEST_F(SqliteStoreTest, TellsThatADirectoryCannotBeMade) {
  std::ofstream(temporary.path() / "a") << "a file";

  EXPECT_EQ(failure_of([&] { const SqliteStore store(dir, clock); }).origin().code, "mkdir");
}

TEST_F(SqliteStoreTest, TellsThatTheDatabaseIsDamaged) {
  std::filesystem::create_directories(dir);
  std::ofstream(file) << std::string(8192, 'x');

  const auto failure = failure_of([&] { const SqliteStore store(dir, clock); });

  EXPECT_EQ(failure.origin().code, "SQLITE_NOTADB");
  EXPECT_FALSE(failure.origin().retryable);
  EXPECT_NE(std::string(failure.what()).find("damaged"), std::string::npos);
}

TEST_F(SqliteStoreTest, TellsThatAPageWasDamagedWhileItRan) {
  {
    SqliteStore store(dir, clock);
    for (int i = 0; i < 200; ++i) store.transact({put("s" + std::to_string(i))}).get();
  }
  const auto bytes = std::filesystem::file_size(file);
  {
    std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(4096);
    damage << std::string(bytes - 4096, '\xFF');
  }
  SqliteStore store(dir, clock);

  EXPECT_EQ(failure_of([&] { store.get({"p", "s1"}).get(); }).origin().code, "SQLITE_CORRUPT");
  EXPECT_EQ(failure_of([&] { store.transact({put("new")}).get(); }).origin().code, "SQLITE_CORRUPT");
}

TEST_F(SqliteStoreTest, RefusesTheDatabaseOfANewerVersion) {
  { const SqliteStore store(dir, clock); }
  {
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
    database.exec("PRAGMA user_version = 99");
  }

  EXPECT_EQ(failure_of([&] { const SqliteStore store(dir, clock); }).origin().code, "newer_schema");
}

TEST_F(SqliteStoreTest, TellsThatAnotherProgramLocksTheDatabaseAndReadsOn) {
  SqliteStore store(dir, clock);
  store.transact({put("a")}).get();
  SQLite::Database other(file.string(), SQLite::OPEN_READWRITE);
  other.exec("BEGIN IMMEDIATE");

  const auto failure = failure_of([&] { store.transact({put("b")}).get(); });

  EXPECT_EQ(failure.origin().code, "SQLITE_BUSY");
  EXPECT_TRUE(failure.origin().retryable);
  EXPECT_TRUE(store.get({"p", "a"}).get().has_value());
  other.exec("ROLLBACK");
  EXPECT_NO_THROW(store.transact({put("b")}).get());
}

TEST_F(SqliteStoreTest, DeletesExpiredDocumentsWithALaterWrite) {
  SqliteStore store(dir, clock);
  for (int i = 0; i < 20; ++i) {
    store.transact({put("s" + std::to_string(i), clock.now() + std::chrono::seconds(30))}).get();
  }
  store.transact({put("lasting")}).get();
  EXPECT_EQ(rows_in(file), 21);

  clock.advance(std::chrono::minutes(2));
  store.transact({put("later")}).get();

  EXPECT_EQ(rows_in(file), 2);
}

TEST_F(SqliteStoreTest, CommitsAThousandConcurrentTransactionsTogether) {
  SqliteStore store(dir, clock);
  std::vector<pplx::task<std::vector<std::uint64_t>>> tasks;

  tasks.reserve(1000);
  for (int i = 0; i < 1000; ++i) tasks.push_back(store.transact({put("s" + std::to_string(i))}));

  for (auto& task : tasks) EXPECT_EQ(task.get().at(0), 1U);
  EXPECT_EQ(rows_in(file), 1000);
}

/// A transaction of 400 kB.
std::vector<Write> bulky(int number) {
  std::vector<Write> writes;
  for (int i = 0; i < 100; ++i) {
    const std::string sort = std::to_string(number) + "/" + std::to_string(i);
    writes.push_back(Write::put({"p", sort}, std::string(4'000, 'x'), Condition::none()));
  }
  return writes;
}

TEST_F(SqliteStoreTest, CopiesItsLogIntoTheDatabaseOnceItRests) {
  SqliteStore store(dir, clock);
  for (int i = 0; i < 10; ++i) store.transact(bulky(i)).get();

  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::filesystem::file_size(file) < 4'000'000 && std::chrono::steady_clock::now() < patience) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_GE(std::filesystem::file_size(file), 4'000'000U);
  EXPECT_NO_THROW(store.transact({put("later")}).get());
}

TEST_F(SqliteStoreTest, KeepsItsLogShortHoweverMuchIsWritten) {
  SqliteStore store(dir, clock);

  for (int i = 0; i < 120; ++i) store.transact(bulky(i)).get();

  EXPECT_LT(std::filesystem::file_size(file.string() + "-wal"), 24'000'000U) << "of 48 MB written";
}

TEST_F(SqliteStoreTest, WritesWhatWaitsBeforeItCloses) {
  std::vector<pplx::task<std::vector<std::uint64_t>>> tasks;
  {
    SqliteStore store(dir, clock);
    for (int i = 0; i < 300; ++i) tasks.push_back(store.transact({put("s" + std::to_string(i))}));
  }

  for (auto& task : tasks) EXPECT_NO_THROW(task.get());
  EXPECT_EQ(rows_in(file), 300);
}

TEST_F(SqliteStoreTest, AFloodOfExpiredDocumentsEndsAPageEarlyButNotTheRange) {
  SqliteStore store(dir, clock);
  for (int batch = 0; batch < 15; ++batch) {
    std::vector<Write> writes;
    writes.reserve(100);
    for (int i = 0; i < 100; ++i) {
      writes.push_back(
          put("s" + std::to_string(1000 + batch * 100 + i), clock.now() + std::chrono::seconds(1)));
    }
    store.transact(std::move(writes)).get();
  }
  store.transact({put("t")}).get();
  clock.advance(std::chrono::seconds(1));

  const auto first = store.query({.partition = "p"}).get();
  EXPECT_TRUE(first.documents.empty());
  ASSERT_FALSE(first.next_cursor.empty());
  const auto second = store.query({.partition = "p", .cursor = first.next_cursor}).get();

  ASSERT_EQ(second.documents.size(), 1U);
  EXPECT_TRUE(second.next_cursor.empty());
}

}  // namespace
}  // namespace tidegate::sandbox
