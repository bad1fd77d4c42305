#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& eks() {
  static const Service service(
      {.id = "EKS",
       .model = "eks",
       .endpoint_prefix = "eks",
       .signing_name = "eks",
       .protocol = Protocol::kRestJson,
       .api_version = "2017-11-01"},
      {
          {.name = "ListClusters",
           .method = "GET",
           .path = "/clusters",
           .effect = Effect::kRead,
           .input = R"({maxResults@query:i nextToken@query})",
           .output = R"({clusters[] nextToken})",
           .pages = {.input_token = "nextToken",
                     .output_token = "nextToken",
                     .items = "clusters",
                     .page_size = "maxResults"},
           .iam = {.action = "eks:ListClusters"}},
          {.name = "DescribeCluster",
           .method = "GET",
           .path = "/clusters/{name}",
           .effect = Effect::kRead,
           .input = R"({name!@path})",
           .output =
               R"({cluster{name arn createdAt:t version endpoint resourcesVpcConfig{subnetIds[] securityGroupIds[]
        vpcId endpointPublicAccess:b endpointPrivateAccess:b} logging{clusterLogging[{types[] enabled:b}]}
        status certificateAuthority{data} platformVersion tags<> encryptionConfig[{resources[]
        provider{keyArn}}] health{issues[{code message resourceIds[]}]}}})",
           .iam = {.action = "eks:DescribeCluster",
                   .resource = "arn:{partition}:eks:{region}:{account}:cluster/{name}"}},
          {.name = "ListNodegroups",
           .method = "GET",
           .path = "/clusters/{name}/node-groups",
           .effect = Effect::kRead,
           .input = R"({clusterName=name!@path maxResults@query:i nextToken@query})",
           .output = R"({nodegroups[] nextToken})",
           .pages = {.input_token = "nextToken",
                     .output_token = "nextToken",
                     .items = "nodegroups",
                     .page_size = "maxResults"},
           .iam = {.action = "eks:ListNodegroups",
                   .resource = "arn:{partition}:eks:{region}:{account}:cluster/{name}"}},
          {.name = "DescribeNodegroup",
           .method = "GET",
           .path = "/clusters/{name}/node-groups/{nodegroupName}",
           .effect = Effect::kRead,
           .input = R"({clusterName=name!@path nodegroupName!@path})",
           .output =
               R"({nodegroup{nodegroupName nodegroupArn clusterName version releaseVersion createdAt:t modifiedAt:t
        status capacityType scalingConfig{minSize:i maxSize:i desiredSize:i} instanceTypes[] subnets[]
        amiType labels<> taints[{key value effect}] resources{autoScalingGroups[{name}]} health{issues[{code
        message resourceIds[]}]} updateConfig{maxUnavailable:i maxUnavailablePercentage:i updateStrategy}
        launchTemplate{name version id} tags<>}})",
           .iam = {.action = "eks:DescribeNodegroup",
                   .resource = "arn:{partition}:eks:{region}:{account}:nodegroup/{name}/{nodegroupName}/*"}},
          {.name = "UpdateNodegroupConfig",
           .method = "POST",
           .path = "/clusters/{name}/node-groups/{nodegroupName}/update-config",
           .effect = Effect::kIdempotentWrite,
           .input =
               R"({clusterName=name!@path nodegroupName!@path scalingConfig{minSize:i maxSize:i desiredSize:i}
        clientRequestToken})",
           .output = R"({update{id status type createdAt:t errors[{errorCode errorMessage resourceIds[]}]}})",
           .idempotency_token = "clientRequestToken",
           .iam = {.action = "eks:UpdateNodegroupConfig",
                   .resource = "arn:{partition}:eks:{region}:{account}:nodegroup/{name}/{nodegroupName}/*"}},
          {.name = "DescribeUpdate",
           .method = "GET",
           .path = "/clusters/{name}/updates/{updateId}",
           .effect = Effect::kRead,
           .input = R"({name!@path updateId!@path nodegroupName@query})",
           .output = R"({update{id status type createdAt:t errors[{errorCode errorMessage resourceIds[]}]}})",
           .iam = {.action = "eks:DescribeUpdate",
                   .resource = "arn:{partition}:eks:{region}:{account}:cluster/{name}"}},
          {.name = "ListAddons",
           .method = "GET",
           .path = "/clusters/{name}/addons",
           .effect = Effect::kRead,
           .input = R"({clusterName=name!@path maxResults@query:i nextToken@query})",
           .output = R"({addons[] nextToken})",
           .pages = {.input_token = "nextToken",
                     .output_token = "nextToken",
                     .items = "addons",
                     .page_size = "maxResults"},
           .iam = {.action = "eks:ListAddons",
                   .resource = "arn:{partition}:eks:{region}:{account}:cluster/{name}"}},
          {.name = "DescribeAddon",
           .method = "GET",
           .path = "/clusters/{name}/addons/{addonName}",
           .effect = Effect::kRead,
           .input = R"({clusterName=name!@path addonName!@path})",
           .output =
               R"({addon{addonName clusterName status addonVersion health{issues[{code message resourceIds[]}]}
        addonArn createdAt:t modifiedAt:t}})",
           .iam = {.action = "eks:DescribeAddon",
                   .resource = "arn:{partition}:eks:{region}:{account}:addon/{name}/{addonName}/*"}},
          {.name = "ListTagsForResource",
           .method = "GET",
           .path = "/tags/{resourceArn}",
           .effect = Effect::kRead,
           .input = R"({resourceArn!@path})",
           .output = R"({tags<>})",
           .iam = {.action = "eks:ListTagsForResource", .resource = "*"}},
          {.name = "TagResource",
           .method = "POST",
           .path = "/tags/{resourceArn}",
           .effect = Effect::kIdempotentWrite,
           .input = R"({resourceArn!@path tags!<>})",
           .iam = {.action = "eks:TagResource", .resource = "*"}},
      });
  return service;
}

}  // namespace tidegate::aws
