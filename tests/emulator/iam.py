"""What IAM would have to grant for a call, and whether a policy grants it.

Actions and resource forms are the Service Authorization Reference's, for the calls that tidegate makes; any other call
of a principal that has a policy is refused. Only what identity policies without conditions need is here: Allow and
Deny statements of actions and resources with their wildcards.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .signature import Signed

Policy = dict[str, Any]
Need = tuple[str, str]
"""An action and the ARN that it is done to."""

UUID = "11111111-2222-3333-4444-555555555555"


def _arn(service: str, signed: Signed, resource: str) -> str:
    partition = "aws-cn" if signed.region.startswith("cn-") else "aws"
    return f"arn:{partition}:{service}:{signed.region}:{signed.account}:{resource}"


def _anything(action: str) -> Callable[[dict[str, Any], Signed], list[Need]]:
    return lambda params, signed: [(action, "*")]


def _cluster(action: str, member: str = "clusterName") -> Callable[[dict[str, Any], Signed], list[Need]]:
    return lambda params, signed: [(action, _arn("eks", signed, f"cluster/{params[member]}"))]


def _nodegroup(action: str) -> Callable[[dict[str, Any], Signed], list[Need]]:
    def needs(params: dict[str, Any], signed: Signed) -> list[Need]:
        name = f"nodegroup/{params['clusterName']}/{params['nodegroupName']}/{UUID}"
        return [(action, _arn("eks", signed, name))]

    return needs


def _table(action: str) -> Callable[[dict[str, Any], Signed], list[Need]]:
    return lambda params, signed: [(action, _arn("dynamodb", signed, f"table/{params['TableName']}"))]


def _transaction(params: dict[str, Any], signed: Signed) -> list[Need]:
    """A transaction has no action of its own: each of its parts needs what it would alone."""
    actions = {"Put": "PutItem", "Delete": "DeleteItem", "Update": "UpdateItem", "ConditionCheck": "ConditionCheckItem"}
    return [
        (f"dynamodb:{actions[kind]}", _arn("dynamodb", signed, f"table/{part['TableName']}"))
        for item in params["TransactItems"]
        for kind, part in item.items()
    ]


def _function(params: dict[str, Any], signed: Signed) -> list[Need]:
    name = params["FunctionName"]
    arn = name if name.startswith("arn:") else _arn("lambda", signed, f"function:{name}")
    return [("lambda:InvokeFunction", arn)]


def _publish(params: dict[str, Any], signed: Signed) -> list[Need]:
    return [("sns:Publish", params.get("TopicArn") or params.get("TargetArn") or "*")]


def _mail(params: dict[str, Any], signed: Signed) -> list[Need]:
    """The identity that sends, and the configuration set where one is named."""
    action = "ses:SendRawEmail" if "Raw" in params["Content"] else "ses:SendEmail"
    needs = [(action, _arn("ses", signed, f"identity/{params['FromEmailAddress']}"))]
    if "ConfigurationSetName" in params:
        needs.append((action, _arn("ses", signed, f"configuration-set/{params['ConfigurationSetName']}")))
    return needs


def _assume(params: dict[str, Any], signed: Signed) -> list[Need]:
    needs = [("sts:AssumeRole", params["RoleArn"])]
    if params.get("Tags"):
        needs.append(("sts:TagSession", params["RoleArn"]))
    return needs


def _parameter(params: dict[str, Any], signed: Signed) -> list[Need]:
    return [("ssm:GetParameter", _arn("ssm", signed, f"parameter/{params['Name'].lstrip('/')}"))]


def _secret(params: dict[str, Any], signed: Signed) -> list[Need]:
    return [("secretsmanager:GetSecretValue", _arn("secretsmanager", signed, f"secret:{params['SecretId']}-AbCdEf"))]


NEEDS: dict[tuple[str, str], Callable[[dict[str, Any], Signed], list[Need]]] = {
    ("eks", "ListNodegroups"): _cluster("eks:ListNodegroups"),
    ("eks", "DescribeNodegroup"): _nodegroup("eks:DescribeNodegroup"),
    ("eks", "UpdateNodegroupConfig"): _nodegroup("eks:UpdateNodegroupConfig"),
    ("eks", "DescribeUpdate"): _cluster("eks:DescribeUpdate", "name"),
    ("cloudwatch", "GetMetricData"): _anything("cloudwatch:GetMetricData"),
    ("ec2", "DescribeSpotPriceHistory"): _anything("ec2:DescribeSpotPriceHistory"),
    ("pricing", "GetProducts"): _anything("pricing:GetProducts"),
    ("lambda", "Invoke"): _function,
    ("sns", "Publish"): _publish,
    ("sesv2", "SendEmail"): _mail,
    ("sts", "AssumeRole"): _assume,
    ("ssm", "GetParameter"): _parameter,
    ("secretsmanager", "GetSecretValue"): _secret,
    ("dynamodb", "TransactWriteItems"): _transaction,
    **{
        ("dynamodb", name): _table(f"dynamodb:{name}")
        for name in (
            "GetItem",
            "Query",
            "PutItem",
            "CreateTable",
            "DescribeTable",
            "DescribeTimeToLive",
            "UpdateTimeToLive",
        )
    },
}


def needs(service: str, operation: str, params: dict[str, Any], signed: Signed) -> list[Need]:
    """What must be granted for a call. An operation that is not known here needs what no policy grants."""
    found = NEEDS.get((service, operation))
    return found(params, signed) if found is not None else [(f"{service}:{operation} (not known here)", "")]


def grants(policy: Policy, need: Need) -> bool:
    """Whether an identity policy grants it."""
    effects = [s["Effect"] for s in policy["Statement"] if _covers(s, need)]
    return "Allow" in effects and "Deny" not in effects


def _covers(statement: dict[str, Any], need: Need) -> bool:
    action, resource = need
    return any(_matches(pattern.lower(), action.lower()) for pattern in _listed(statement["Action"])) and any(
        _matches(pattern, resource) for pattern in _listed(statement["Resource"])
    )


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _matches(pattern: str, text: str) -> bool:
    """`*` is any run of characters, `?` any one of them."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, text, re.DOTALL) is not None


class Guard:
    """Principals that have a policy may call only what it grants; all others may call everything."""

    def __init__(self) -> None:
        self.policies: dict[str, Policy] = {}
        """By access key; by account for keys of an assumed role."""

    def refused(self, service: str, operation: str, params: dict[str, Any], signed: Signed) -> list[Need]:
        policy = self.policies.get(signed.access_key, self.policies.get(signed.account))
        if policy is None or (signed.access_key not in self.policies and not signed.of_a_role):
            return []
        return [need for need in needs(service, operation, params, signed) if not grants(policy, need)]
