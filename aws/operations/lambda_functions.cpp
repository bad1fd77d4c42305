#include "aws/operations/table.h"

namespace tidegate::aws {

const Service& lambda_functions() {
  static const Service service(
      {.id = "Lambda",
       .model = "lambda",
       .endpoint_prefix = "lambda",
       .signing_name = "lambda",
       .protocol = Protocol::kRestJson,
       .api_version = "2015-03-31"},
      {
          {.name = "Invoke",
           .method = "POST",
           .path = "/2015-03-31/functions/{FunctionName}/invocations",
           .effect = Effect::kWrite,
           .input =
               R"({FunctionName!@path InvocationType=X-Amz-Invocation-Type@header LogType=X-Amz-Log-Type@header
        Payload@payload:x Qualifier@query})",
           .output =
               R"({StatusCode@status:i FunctionError=X-Amz-Function-Error@header LogResult=X-Amz-Log-Result@header
        Payload@payload:x ExecutedVersion=X-Amz-Executed-Version@header})",
           .iam = {.action = "lambda:InvokeFunction",
                   .resource = "arn:{partition}:lambda:{region}:{account}:function:{FunctionName}"}},
          {.name = "GetFunctionConfiguration",
           .method = "GET",
           .path = "/2015-03-31/functions/{FunctionName}/configuration",
           .effect = Effect::kRead,
           .input = R"({FunctionName!@path Qualifier@query})",
           .output =
               R"({FunctionName FunctionArn Runtime Handler CodeSize:i Timeout:i MemorySize:i LastModified State
        LastUpdateStatus})",
           .iam = {.action = "lambda:GetFunctionConfiguration",
                   .resource = "arn:{partition}:lambda:{region}:{account}:function:{FunctionName}"}},
          {.name = "ListFunctions",
           .method = "GET",
           .path = "/2015-03-31/functions",
           .effect = Effect::kRead,
           .input = R"({Marker@query MaxItems@query:i})",
           .output =
               R"({NextMarker Functions[{FunctionName FunctionArn Runtime Role Handler Timeout:i MemorySize:i
        LastModified}]})",
           .pages = {.input_token = "Marker",
                     .output_token = "NextMarker",
                     .items = "Functions",
                     .page_size = "MaxItems"},
           .iam = {.action = "lambda:ListFunctions"}},
      });
  return service;
}

}  // namespace tidegate::aws
