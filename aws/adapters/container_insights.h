#pragma once

#include <chrono>
#include <memory>

#include "aws/client/aws_client.h"
#include "services/scaling/workload_source.h"

namespace tidegate::aws {

struct ContainerInsightsConfig {
  std::chrono::seconds period{60};      ///< a multiple of 60 s
  std::chrono::seconds look_back{900};  ///< a figure older than this is not known
};

/// scaling::WorkloadSource over CloudWatch Container Insights: node_cpu_reserved_capacity and
/// node_memory_reserved_capacity (averages over the cluster's nodes, in percent) and cluster_node_count,
/// latest point of each.
class ContainerInsights final : public scaling::WorkloadSource {
 public:
  ContainerInsights(std::shared_ptr<AwsClient> client, ContainerInsightsConfig config)
      : client_(std::move(client)), config_(config) {}
  pplx::task<scaling::Workload> analyze(scaling::ClusterRef cluster, Deadline deadline) override;

 private:
  std::shared_ptr<AwsClient> client_;
  ContainerInsightsConfig config_;
};

}  // namespace tidegate::aws
