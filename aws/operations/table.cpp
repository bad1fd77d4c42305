#include "aws/operations/table.h"

namespace tidegate::aws {

std::vector<const Service*> all_services() {
  return {&cloudwatch(), &dynamodb(), &ec2(), &eks(), &lambda_functions(),
          &price_list(), &sesv2(),    &sns(), &sts()};
}

}  // namespace tidegate::aws
