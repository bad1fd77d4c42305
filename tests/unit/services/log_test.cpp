#include "services/telemetry/log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace tidegate {
namespace {

/// The process's stdout, to be read.
class Stdout {
 public:
  Stdout() {
    log(LogLevel::kWarning, "before", {});  // takes with it what other tests left waiting
    kept_ = dup(STDOUT_FILENO);
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    lines_ = fdopen(ends[0], "r");
  }
  Stdout(const Stdout&) = delete;
  Stdout& operator=(const Stdout&) = delete;
  ~Stdout() {
    dup2(kept_, STDOUT_FILENO);
    close(kept_);
    std::fclose(lines_);
  }

  /// The next line; waits for it.
  nlohmann::json line() {
    std::array<char, 1024> text{};
    if (std::fgets(text.data(), static_cast<int>(text.size()), lines_) == nullptr) return nullptr;
    return nlohmann::json::parse(text.data());
  }

 private:
  int kept_ = -1;
  std::FILE* lines_ = nullptr;
};

TEST(Log, WritesEachLineInItsTurnWhetherOrNotMoreFollow) {
  Stdout out;

  for (std::int64_t i = 0; i < 100; ++i) log(LogLevel::kInfo, "counted", {{"number", i}});

  for (std::int64_t i = 0; i < 100; ++i) EXPECT_EQ(out.line()["number"], i);
}

TEST(Log, WritesJsonWhateverTheValuesAre) {
  Stdout out;

  log(LogLevel::kWarning, "odd",
      {{"text", "a \"quoted\"\nline \xff"}, {"number", 0.1}, {"none", NAN}, {"flag", true}});

  const nlohmann::json line = out.line();
  EXPECT_EQ(line["level"], "warning");
  EXPECT_EQ(line["text"], "a \"quoted\"\nline \ufffd");
  EXPECT_EQ(line["number"], 0.1);
  EXPECT_TRUE(line["none"].is_null());
  EXPECT_EQ(line["flag"], true);
}

TEST(Log, LeavesOutWhatIsSaidToBeLeftOutWhereItIsEmpty) {
  Stdout out;

  log(LogLevel::kWarning, "traced", {{"none", unless_empty("")}, {"some", unless_empty("a")}, {"empty", ""}});

  const nlohmann::json line = out.line();
  EXPECT_FALSE(line.contains("none"));
  EXPECT_EQ(line["some"], "a");
  EXPECT_EQ(line["empty"], "");
}

}  // namespace
}  // namespace tidegate
