#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& route53() {
  static const Service service(
      {.id = "Route 53",
       .model = "route53",
       .endpoint_prefix = "route53",
       .signing_name = "route53",
       .protocol = Protocol::kRestXml,
       .api_version = "2013-04-01",
       .xml_namespace = "https://route53.amazonaws.com/doc/2013-04-01/"},
      {
          {.name = "ListHostedZones",
           .method = "GET",
           .path = "/2013-04-01/hostedzone",
           .effect = Effect::kRead,
           .input = R"({Marker=marker@query MaxItems=maxitems@query})",
           .output = R"({HostedZones[HostedZone|{Id Name CallerReference Config{Comment PrivateZone:b}
        ResourceRecordSetCount:i}] Marker IsTruncated:b NextMarker MaxItems})",
           .pages = {.input_token = "Marker",
                     .output_token = "NextMarker",
                     .items = "HostedZones",
                     .page_size = "MaxItems",
                     .more = "IsTruncated"},
           .iam = {.action = "route53:ListHostedZones"}},
          {.name = "GetHostedZone",
           .method = "GET",
           .path = "/2013-04-01/hostedzone/{Id}",
           .effect = Effect::kRead,
           .input = R"({Id!@path})",
           .output =
               R"({HostedZone{Id Name Config{Comment PrivateZone:b} ResourceRecordSetCount:i} DelegationSet{Id
        NameServers[NameServer|]}})",
           .iam = {.action = "route53:GetHostedZone",
                   .resource = "arn:{partition}:route53:::hostedzone/{Id}"}},
          {.name = "ListResourceRecordSets",
           .method = "GET",
           .path = "/2013-04-01/hostedzone/{Id}/rrset",
           .effect = Effect::kRead,
           .input = R"({HostedZoneId=Id!@path StartRecordName=name@query StartRecordType=type@query
        StartRecordIdentifier=identifier@query MaxItems=maxitems@query})",
           .output =
               R"({ResourceRecordSets[ResourceRecordSet|{Name Type SetIdentifier Weight:i Region Failover TTL:i
        ResourceRecords[ResourceRecord|{Value}] AliasTarget{HostedZoneId DNSName EvaluateTargetHealth:b}
        HealthCheckId}] IsTruncated:b NextRecordName NextRecordType NextRecordIdentifier MaxItems})",
           .pages = {.input_token = "StartRecordName",
                     .output_token = "NextRecordName",
                     .items = "ResourceRecordSets",
                     .page_size = "MaxItems",
                     .more = "IsTruncated"},
           .iam = {.action = "route53:ListResourceRecordSets",
                   .resource = "arn:{partition}:route53:::hostedzone/{HostedZoneId}"}},
          {.name = "ChangeResourceRecordSets",
           .method = "POST",
           .path = "/2013-04-01/hostedzone/{Id}/rrset/",
           .effect = Effect::kIdempotentWrite,
           .input =
               R"({HostedZoneId=Id!@path ChangeBatch!{Comment Changes![Change|{Action! ResourceRecordSet!{Name! Type!
        SetIdentifier Weight:i Region Failover TTL:i ResourceRecords[ResourceRecord|{Value!}]
        AliasTarget{HostedZoneId! DNSName! EvaluateTargetHealth!:b} HealthCheckId}}]}})",
           .output = R"({ChangeInfo{Id Status SubmittedAt:t Comment}})",
           .xml_root = "ChangeResourceRecordSetsRequest",
           .iam = {.action = "route53:ChangeResourceRecordSets",
                   .resource = "arn:{partition}:route53:::hostedzone/{HostedZoneId}"}},
          {.name = "GetChange",
           .method = "GET",
           .path = "/2013-04-01/change/{Id}",
           .effect = Effect::kRead,
           .input = R"({Id!@path})",
           .output = R"({ChangeInfo{Id Status SubmittedAt:t Comment}})",
           .iam = {.action = "route53:GetChange", .resource = "arn:{partition}:route53:::change/{Id}"}},
          {.name = "ListHealthChecks",
           .method = "GET",
           .path = "/2013-04-01/healthcheck",
           .effect = Effect::kRead,
           .input = R"({Marker=marker@query MaxItems=maxitems@query})",
           .output =
               R"({HealthChecks[HealthCheck|{Id CallerReference HealthCheckVersion:i}] Marker IsTruncated:b NextMarker
        MaxItems})",
           .pages = {.input_token = "Marker",
                     .output_token = "NextMarker",
                     .items = "HealthChecks",
                     .page_size = "MaxItems",
                     .more = "IsTruncated"},
           .iam = {.action = "route53:ListHealthChecks"}},
          {.name = "GetHealthCheckStatus",
           .method = "GET",
           .path = "/2013-04-01/healthcheck/{HealthCheckId}/status",
           .effect = Effect::kRead,
           .input = R"({HealthCheckId!@path})",
           .output = R"({HealthCheckObservations[HealthCheckObservation|{Region IPAddress StatusReport{Status
        CheckedTime:t}}]})",
           .iam = {.action = "route53:GetHealthCheckStatus",
                   .resource = "arn:{partition}:route53:::healthcheck/{HealthCheckId}"}},
      });
  return service;
}

}  // namespace tidegate::aws
