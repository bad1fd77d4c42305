#pragma once

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

namespace tidegate {

/// The process's own figures under the names that every Prometheus client library uses, read from /proc.
class ProcessMetrics {
 public:
  explicit ProcessMetrics(prometheus::Registry& registry);
  /// Reads them anew; a figure that can't be read keeps its last value.
  void refresh();

 private:
  prometheus::Gauge& resident_bytes_;
  prometheus::Gauge& virtual_bytes_;
  prometheus::Counter& cpu_seconds_;
  prometheus::Gauge& open_fds_;
  prometheus::Gauge& max_fds_;
  prometheus::Gauge& threads_;
};

}  // namespace tidegate
