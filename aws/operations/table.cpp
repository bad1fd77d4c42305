#include "aws/operations/table.h"

namespace tidegate::aws {

std::vector<const Service*> all_services() {
  return {&acm(),
          &autoscaling(),
          &backup(),
          &budgets(),
          &cloudformation(),
          &cloudwatch(),
          &cloudwatch_logs(),
          &config_service(),
          &cost_explorer(),
          &dynamodb(),
          &ec2(),
          &ecs(),
          &eks(),
          &eventbridge(),
          &iam(),
          &lambda_functions(),
          &organizations(),
          &price_list(),
          &rds(),
          &route53(),
          &s3(),
          &scheduler(),
          &secrets_manager(),
          &sesv2(),
          &sns(),
          &sqs(),
          &ssm(),
          &sts(),
          &tagging()};
}

}  // namespace tidegate::aws
