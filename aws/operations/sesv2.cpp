#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& sesv2() {
  static const Service service(
      {.id = "SESv2",
       .model = "sesv2",
       .endpoint_prefix = "email",
       .signing_name = "ses",
       .protocol = Protocol::kRestJson,
       .api_version = "2019-09-27"},
      {
          {.name = "SendEmail",
           .method = "POST",
           .path = "/v2/email/outbound-emails",
           .effect = Effect::kWrite,
           .input =
               R"({FromEmailAddress Destination{ToAddresses[] CcAddresses[] BccAddresses[]} ReplyToAddresses[]
        Content!{Simple{Subject!{Data! Charset} Body!{Text{Data! Charset} Html{Data! Charset}}}}
        EmailTags[{Name! Value!}] ConfigurationSetName})",
           .output = R"({MessageId})",
           .iam = {.action = "ses:SendEmail",
                   .resource = "arn:{partition}:ses:{region}:{account}:identity/*",
                   .further_resources = {"arn:{partition}:ses:{region}:{account}:configuration-set/"
                                         "{ConfigurationSetName}"}}},
          {.name = "GetAccount",
           .method = "GET",
           .path = "/v2/email/account",
           .effect = Effect::kRead,
           .input = R"({})",
           .output = R"({EnforcementStatus ProductionAccessEnabled:b SendQuota{Max24HourSend:f MaxSendRate:f
        SentLast24Hours:f} SendingEnabled:b})",
           .iam = {.action = "ses:GetAccount"}},
          {.name = "GetEmailIdentity",
           .method = "GET",
           .path = "/v2/email/identities/{EmailIdentity}",
           .effect = Effect::kRead,
           .input = R"({EmailIdentity!@path})",
           .output = R"({IdentityType VerifiedForSendingStatus:b VerificationStatus})",
           .iam = {.action = "ses:GetEmailIdentity",
                   .resource = "arn:{partition}:ses:{region}:{account}:identity/{EmailIdentity}"}},
      });
  return service;
}

}  // namespace tidegate::aws
