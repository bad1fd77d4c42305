#include "services/telemetry/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "services/clock.h"
#include "services/error.h"

namespace tidegate {

namespace {

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made =
        std::make_shared<spdlog::logger>("tidegate", std::make_shared<spdlog::sinks::stdout_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
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

void append_string(std::string& line, std::string_view text) {
  const bool plain = std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && (c & 0x80) == 0;
  });
  if (plain) {
    line.append(1, '"').append(text).append(1, '"');
  } else {
    line += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

struct AppendValue {
  std::string& line;
  void operator()(std::string_view text) const { append_string(line, text); }
  void operator()(std::int64_t number) const { line += std::to_string(number); }
  void operator()(double number) const { line += nlohmann::json(number).dump(); }
  void operator()(bool flag) const { line += flag ? "true" : "false"; }
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

void log(LogLevel level, std::string_view event, LogFields fields) {
  spdlog::logger& out = logger();
  if (!out.should_log(level_of(level))) return;
  std::string line;
  line.reserve(256);
  line += R"({"time":")";
  line += format_rfc3339(std::chrono::system_clock::now());
  line += R"(","level":")";
  line += level_name(level);
  line += R"(","event":)";
  append_string(line, event);
  for (const auto& [name, value] : fields) {
    line += ',';
    append_string(line, name);
    line += ':';
    std::visit(AppendValue{line}, value);
  }
  line += '}';
  out.log(level_of(level), spdlog::string_view_t(line.data(), line.size()));
}

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
