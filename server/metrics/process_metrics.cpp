#include "server/metrics/process_metrics.h"

#include <prometheus/counter.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace tidegate {

namespace {

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

/// The fields of /proc/self/stat from the third on: the second, the command's name, may hold spaces.
std::vector<double> stat_fields() {
  std::ifstream in("/proc/self/stat");
  std::string line;
  std::getline(in, line);
  std::vector<double> fields;
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos || name_end + 4 > line.size()) return fields;
  std::istringstream rest(line.substr(name_end + 4));  // past the state, a letter
  for (double field = 0; rest >> field;) fields.push_back(field);
  return fields;
}

double start_time_seconds(double ticks_after_boot) {
  std::ifstream in("/proc/stat");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("btime ")) {
      return std::stod(line.substr(6)) + ticks_after_boot / static_cast<double>(sysconf(_SC_CLK_TCK));
    }
  }
  return static_cast<double>(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
}

// Places in stat_fields(): proc(5) counts from 1, and ppid is its fourth.
constexpr std::size_t kUserTicks = 14 - 4;
constexpr std::size_t kSystemTicks = 15 - 4;
constexpr std::size_t kThreads = 20 - 4;
constexpr std::size_t kStartTicks = 22 - 4;
constexpr std::size_t kVirtualBytes = 23 - 4;
constexpr std::size_t kResidentPages = 24 - 4;

}  // namespace

ProcessMetrics::ProcessMetrics(prometheus::Registry& registry)
    : resident_bytes_(gauge(registry, "process_resident_memory_bytes", "Resident memory size in bytes.")),
      virtual_bytes_(gauge(registry, "process_virtual_memory_bytes", "Virtual memory size in bytes.")),
      cpu_seconds_(prometheus::BuildCounter()
                       .Name("process_cpu_seconds_total")
                       .Help("Total user and system CPU time spent in seconds.")
                       .Register(registry)
                       .Add({})),
      open_fds_(gauge(registry, "process_open_fds", "Number of open file descriptors.")),
      max_fds_(gauge(registry, "process_max_fds", "Maximum number of open file descriptors.")),
      threads_(gauge(registry, "process_threads", "Number of threads.")) {
  const std::vector<double> fields = stat_fields();
  if (fields.size() > kStartTicks) {
    gauge(registry, "process_start_time_seconds", "Start time of the process since unix epoch in seconds.")
        .Set(start_time_seconds(fields[kStartTicks]));
  }
}

void ProcessMetrics::refresh() {
  const std::vector<double> fields = stat_fields();
  if (fields.size() > kResidentPages) {
    const double cpu =
        (fields[kUserTicks] + fields[kSystemTicks]) / static_cast<double>(sysconf(_SC_CLK_TCK));
    cpu_seconds_.Increment(cpu - cpu_seconds_.Value());
    threads_.Set(fields[kThreads]);
    virtual_bytes_.Set(fields[kVirtualBytes]);
    resident_bytes_.Set(fields[kResidentPages] * static_cast<double>(sysconf(_SC_PAGESIZE)));
  }
  std::error_code failure;
  const std::filesystem::directory_iterator descriptors("/proc/self/fd", failure);
  if (!failure) {
    open_fds_.Set(static_cast<double>(std::distance(begin(descriptors), end(descriptors))));
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) max_fds_.Set(static_cast<double>(limit.rlim_cur));
}

}  // namespace tidegate
