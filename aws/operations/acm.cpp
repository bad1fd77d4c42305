#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& acm() {
  static const Service service(
      {.id = "ACM",
       .model = "acm",
       .endpoint_prefix = "acm",
       .signing_name = "acm",
       .protocol = Protocol::kJson,
       .api_version = "2015-12-08",
       .target_prefix = "CertificateManager",
       .json_version = "1.1"},
      {
          {.name = "ListCertificates",
           .effect = Effect::kRead,
           .input =
               R"({CertificateStatuses[] Includes{extendedKeyUsage[] keyUsage[] keyTypes[] exportOption managedBy}
        NextToken MaxItems:i SortBy SortOrder})",
           .output =
               R"({NextToken CertificateSummaryList[{CertificateArn DomainName Status Type KeyAlgorithm InUse:b
        RenewalEligibility NotBefore:t NotAfter:t CreatedAt:t IssuedAt:t ImportedAt:t}]})",
           .pages = {.input_token = "NextToken",
                     .output_token = "NextToken",
                     .items = "CertificateSummaryList",
                     .page_size = "MaxItems"},
           .iam = {.action = "acm:ListCertificates"}},
          {.name = "DescribeCertificate",
           .effect = Effect::kRead,
           .input = R"({CertificateArn!})",
           .output =
               R"({Certificate{CertificateArn DomainName SubjectAlternativeNames[] IssuedAt:t ImportedAt:t Status
        NotBefore:t NotAfter:t KeyAlgorithm InUseBy[] Type RenewalSummary{RenewalStatus RenewalStatusReason
        UpdatedAt:t} RenewalEligibility}})",
           .iam = {.action = "acm:DescribeCertificate", .resource = "{CertificateArn}"}},
          {.name = "RenewCertificate",
           .effect = Effect::kIdempotentWrite,
           .input = R"({CertificateArn!})",
           .iam = {.action = "acm:RenewCertificate", .resource = "{CertificateArn}"}},
      });
  return service;
}

}  // namespace tidegate::aws
