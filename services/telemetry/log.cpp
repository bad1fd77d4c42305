#include "services/telemetry/log.h"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>

#include "services/clock.h"
#include "services/error.h"
#include "services/json_text.h"

namespace tidegate {

namespace {

/// Writes lines to stdout: at once when the log is quiet and for what is a warning or worse, else gathered
/// for a few milliseconds, so that a busy service makes a system call for many lines and not for each.
class GatheringSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  GatheringSink() : writer_([this] { write_when_due(); }) {}
  GatheringSink(const GatheringSink&) = delete;
  GatheringSink& operator=(const GatheringSink&) = delete;
  ~GatheringSink() override {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    due_.notify_one();
    writer_.join();
    write();
  }

 private:
  static constexpr auto kGatheredFor = std::chrono::milliseconds(20);
  static constexpr std::size_t kGatheredBytesMax = std::size_t{64} << 10U;

  void sink_it_(const spdlog::details::log_msg& message) override {
    const bool waits = !lines_.empty();
    lines_.append(message.payload.data(), message.payload.size()).append(1, '\n');
    const bool quiet = std::chrono::steady_clock::now() - written_ >= kGatheredFor;
    if (message.level >= spdlog::level::warn || quiet || lines_.size() >= kGatheredBytesMax) {
      write();
    } else if (!waits) {
      due_.notify_one();
    }
  }

  void flush_() override { write(); }

  void write() {
    std::fwrite(lines_.data(), 1, lines_.size(), stdout);
    std::fflush(stdout);
    lines_.clear();
    written_ = std::chrono::steady_clock::now();
  }

  void write_when_due() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
      due_.wait(lock, [this] { return ending_ || !lines_.empty(); });
      due_.wait_until(lock, written_ + kGatheredFor, [this] { return ending_; });
      if (!lines_.empty()) write();
    }
  }

  std::string lines_;
  std::chrono::steady_clock::time_point written_;
  std::condition_variable due_;
  bool ending_ = false;
  std::thread writer_;
};

spdlog::logger& logger() {
  static const auto instance =
      std::make_shared<spdlog::logger>("tidegate", std::make_shared<GatheringSink>());
  return *instance;
}

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

struct AppendValue {
  std::string& line;
  void operator()(std::string_view text) const { append_json_string(line, text); }
  void operator()(std::int64_t number) const { line += std::to_string(number); }
  void operator()(double number) const { append_json_number(line, number); }
  void operator()(bool flag) const { line += flag ? "true" : "false"; }
  void operator()(std::monostate) const {}
};

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      break;
  }
  return "error";
}

}  // namespace

void log(LogLevel level, std::string_view event, std::span<const LogField> fields) {
  spdlog::logger& out = logger();
  if (!out.should_log(level_of(level))) return;
  std::string line;
  line.reserve(256);
  line += R"({"time":")";
  line += format_rfc3339(std::chrono::system_clock::now());
  line += R"(","level":")";
  line += level_name(level);
  line += R"(","event":)";
  append_json_string(line, event);
  for (const auto& [name, value] : fields) {
    if (std::holds_alternative<std::monostate>(value)) continue;
    line += ',';
    append_json_string(line, name);
    line += ':';
    std::visit(AppendValue{line}, value);
  }
  line += '}';
  out.log(level_of(level), spdlog::string_view_t(line.data(), line.size()));
}

void flush_log() { logger().flush(); }

void set_log_level(std::string_view level) {
  const std::initializer_list<std::pair<std::string_view, spdlog::level::level_enum>> levels = {
      {"debug", spdlog::level::debug}, {"info", spdlog::level::info}, {"warning", spdlog::level::warn},
      {"error", spdlog::level::err},   {"off", spdlog::level::off},
  };
  for (const auto& [name, value] : levels) {
    if (name == level) {
      logger().set_level(value);
      return;
    }
  }
  throw InvalidRequest("\"" + std::string(level) + "\" is no log level: debug, info, warning, error or off");
}

}  // namespace tidegate
