#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "aws/operations/shape.h"

namespace tidegate::aws {

enum class Protocol { kJson, kRestJson, kQuery, kEc2, kRestXml };

/// What a second sending of a call may do, which decides what is retried.
enum class Effect {
  kRead,             ///< changes nothing
  kIdempotentWrite,  ///< twice is as once, by its nature or by its idempotency token
  kWrite,            ///< twice may be two changes: sent again only where AWS can't have acted on it
};

/// How AWS hands out a long answer. Member names may be paths: "DistributionList.NextMarker".
struct Pagination {
  std::string input_token = {};   ///< request member that takes the token
  std::string output_token = {};  ///< answer member that holds it; absent or empty at the end
  std::string items = {};         ///< answer member that holds the page's items
  std::string page_size = {};     ///< request member for the page's size; empty where there is none
  std::string more = {};  ///< answer member that says that there is more; empty where the token says it
};

/// What a policy must grant for a call: the action, and the ARN's shape with {partition}, {region}, {account}
/// and names of request members; "*" where the action has no resource.
struct IamGrant {
  std::string action = {};
  std::string resource = "*";
  std::vector<std::string> also = {};  ///< further actions that AWS checks under the same call
  /// Further resources that AWS checks the action on where the call names them.
  std::vector<std::string> further_resources = {};
};

/// One row of the table: everything tidegate knows of an operation. The texts of `input` and `output` are
/// shapes (aws/operations/shape.h).
struct OperationRow {
  std::string name;
  std::string method = "POST";
  std::string path =
      "/";  ///< REST protocols: template with the wire names of path members, {name} or {name+}
  Effect effect = Effect::kRead;
  std::string_view input = "{}";
  std::string_view output = "{}";
  std::string xml_root = {};              ///< REST XML: element of the request's body
  std::string idempotency_token = {};     ///< request member that is filled where the caller gives none
  Pagination pages = {};                  ///< no `input_token` = not paginated
  std::vector<std::string> retried = {};  ///< codes that this operation's model marks as retryable
  IamGrant iam = {};
};

/// A service as AWS names and addresses it.
struct ServiceRow {
  std::string id;               ///< "EKS", "Cost Explorer": AWS's serviceId
  std::string model;            ///< the folder of botocore's model: "eks", "ce"
  std::string endpoint_prefix;  ///< "eks", "api.pricing"
  std::string signing_name;     ///< "eks", "pricing"
  Protocol protocol;
  std::string api_version;
  std::string target_prefix = {};  ///< JSON: the first half of X-Amz-Target
  std::string json_version = {};   ///< JSON: "1.0" or "1.1"
  std::string xml_namespace = {};  ///< REST XML
  bool query_compatible = false;   ///< JSON: errors keep the codes of the older query protocol
};

class Service;

struct Operation {
  const Service* service = nullptr;
  std::string name;
  std::string method;
  std::string path;
  Effect effect = Effect::kRead;
  Shape input;
  Shape output;
  std::string xml_root;
  std::string idempotency_token;
  Pagination pages;
  std::vector<std::string> retried;
  IamGrant iam;

  bool paginated() const { return !pages.input_token.empty(); }
};

/// A service and its operations. Immutable; lives as long as the program (see the functions of table.h).
class Service {
 public:
  Service(ServiceRow row, std::vector<OperationRow> operations);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  const ServiceRow& row() const { return row_; }
  const std::deque<Operation>& operations() const { return operations_; }
  /// Throws std::logic_error for a name that has no row.
  const Operation& operation(std::string_view name) const;

 private:
  ServiceRow row_;
  std::deque<Operation> operations_;
  std::unordered_map<std::string_view, const Operation*> by_name_;
};

}  // namespace tidegate::aws
