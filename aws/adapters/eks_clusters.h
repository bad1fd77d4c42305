#pragma once

#include <chrono>
#include <memory>

#include "aws/client/aws_client.h"
#include "services/scaling/cluster_api.h"

namespace tidegate::aws {

struct EksConfig {
  /// Told to a caller whose node group is busy with another update: when to ask again.
  std::chrono::seconds busy_retry_after{30};
};

/// scaling::ClusterApi over EKS.
class EksClusters final : public scaling::ClusterApi {
 public:
  EksClusters(std::shared_ptr<AwsClient> client, EksConfig config)
      : client_(std::move(client)), config_(config) {}

  pplx::task<std::vector<std::string>> list_nodegroups(scaling::ClusterRef cluster,
                                                       Deadline deadline) override;
  pplx::task<scaling::Nodegroup> describe_nodegroup(scaling::ClusterRef cluster, std::string nodegroup,
                                                    Deadline deadline) override;
  pplx::task<scaling::NodegroupUpdate> update_scaling(scaling::ClusterRef cluster, std::string nodegroup,
                                                      scaling::ScalingConfig scaling,
                                                      std::string client_token, Deadline deadline) override;
  pplx::task<scaling::NodegroupUpdate> describe_update(scaling::ClusterRef cluster, std::string nodegroup,
                                                       std::string update_id, Deadline deadline) override;

 private:
  std::shared_ptr<AwsClient> client_;
  EksConfig config_;
};

}  // namespace tidegate::aws
