"""The emulator's EKS: updates take time, come once, and are honest about refusals."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.harness.emulator import Emulator

PROD = {"name": "prod", "nodegroups": [{"name": "web", "min": 1, "max": 10, "desired": 3}, {"name": "batch"}]}
WEB = {"clusterName": "prod", "nodegroupName": "web"}
SIX = {"minSize": 1, "maxSize": 10, "desiredSize": 6}


@pytest.fixture
def eks(emulator: Emulator) -> Any:
    emulator.seed_eks(PROD)
    return emulator.client("eks")


def code(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_update_changes_the_size_and_is_journaled_once(emulator: Emulator, eks: Any) -> None:
    update = eks.update_nodegroup_config(**WEB, scalingConfig=SIX, clientRequestToken="one")["update"]

    found = eks.describe_update(name="prod", nodegroupName="web", updateId=update["id"])["update"]
    assert (found["status"], found["type"]) == ("Successful", "ConfigUpdate")
    assert {"type": "DesiredSize", "value": "6"} in found["params"]
    assert eks.describe_nodegroup(**WEB)["nodegroup"]["scalingConfig"] == SIX
    assert [(e["update_id"], e["token"], e["scaling_config"]) for e in emulator.journal()] == [
        (update["id"], "one", SIX)
    ]


def test_update_in_progress_refuses_another_until_it_is_done(emulator: Emulator, eks: Any) -> None:
    emulator.settings(eks_update_ms=600_000)
    update = eks.update_nodegroup_config(**WEB, scalingConfig=SIX)["update"]
    assert update["status"] == "InProgress"
    assert eks.describe_nodegroup(**WEB)["nodegroup"]["status"] == "UPDATING"

    with pytest.raises(ClientError) as refusal:
        eks.update_nodegroup_config(**WEB, scalingConfig=SIX)

    assert code(refusal) == ("ResourceInUseException", 409)
    assert refusal.value.response["nodegroupName"] == "web"
    assert len(emulator.journal()) == 1
    eks.update_nodegroup_config(clusterName="prod", nodegroupName="batch", scalingConfig={"desiredSize": 1})


def test_repeated_token_answers_the_first_update(emulator: Emulator, eks: Any) -> None:
    emulator.settings(eks_update_ms=600_000)
    first = eks.update_nodegroup_config(**WEB, scalingConfig=SIX, clientRequestToken="again")["update"]["id"]
    second = eks.update_nodegroup_config(**WEB, scalingConfig=SIX, clientRequestToken="again")["update"]["id"]

    assert first == second
    assert len(emulator.journal()) == 1
    assert [replay["update_id"] for replay in emulator.replays()] == [first]


def test_token_with_other_parameters_is_refused(emulator: Emulator, eks: Any) -> None:
    eks.update_nodegroup_config(**WEB, scalingConfig=SIX, clientRequestToken="mine")

    with pytest.raises(ClientError) as refusal:
        eks.update_nodegroup_config(**WEB, scalingConfig={**SIX, "desiredSize": 7}, clientRequestToken="mine")

    assert code(refusal) == ("InvalidParameterException", 400)
    assert len(emulator.journal()) == 1


@pytest.mark.parametrize(
    ("scaling", "words"),
    [
        ({"minSize": 5}, "Minimum capacity 5 can't be greater than desired size 3"),
        ({"minSize": 11, "desiredSize": 12}, "Minimum capacity 11 can't be greater than maximum capacity 10"),
        ({"desiredSize": 11}, "desired capacity 11 can't be greater than max size 10"),
    ],
)
def test_sizes_out_of_order_are_refused(
    emulator: Emulator, eks: Any, scaling: dict[str, int], words: str
) -> None:
    with pytest.raises(ClientError, match=words) as refusal:
        eks.update_nodegroup_config(**WEB, scalingConfig=scaling)

    assert code(refusal) == ("InvalidParameterException", 400)
    assert emulator.journal() == []


def test_ordered_failure_ends_the_update_and_leaves_the_size(emulator: Emulator, eks: Any) -> None:
    errors = [{"errorCode": "NodeCreationFailure", "errorMessage": "no capacity", "resourceIds": ["i-1"]}]
    emulator.control("POST", "/eks/outcomes", {"nodegroup": "web", "status": "Failed", "errors": errors})

    update = eks.update_nodegroup_config(**WEB, scalingConfig=SIX)["update"]
    found = eks.describe_update(name="prod", nodegroupName="web", updateId=update["id"])["update"]

    assert (found["status"], found["errors"]) == ("Failed", errors)
    assert eks.describe_nodegroup(**WEB)["nodegroup"]["scalingConfig"]["desiredSize"] == 3
    again = eks.update_nodegroup_config(**WEB, scalingConfig=SIX)["update"]
    assert again["status"] == "Successful"


def test_update_is_not_found_without_its_nodegroup(eks: Any) -> None:
    update = eks.update_nodegroup_config(**WEB, scalingConfig=SIX)["update"]

    with pytest.raises(ClientError) as refusal:
        eks.describe_update(name="prod", updateId=update["id"])

    assert code(refusal) == ("ResourceNotFoundException", 404)
    assert eks.list_updates(name="prod", nodegroupName="web")["updateIds"] == [update["id"]]


def test_accounts_and_regions_are_apart(emulator: Emulator, eks: Any) -> None:
    assert emulator.client("eks", region="eu-west-1").list_clusters()["clusters"] == []
    role = emulator.client("sts").assume_role(
        RoleArn="arn:aws:iam::210987654321:role/x", RoleSessionName="abc"
    )
    keys = role["Credentials"]

    other = emulator.client(
        "eks", access_key=keys["AccessKeyId"], secret_key=keys["SecretAccessKey"], token=keys["SessionToken"]
    )

    assert other.list_clusters()["clusters"] == []
    assert eks.list_clusters()["clusters"] == ["prod"]


def test_lists_are_paged(eks: Any) -> None:
    pages = list(
        eks.get_paginator("list_nodegroups").paginate(clusterName="prod", PaginationConfig={"PageSize": 1})
    )

    assert [page["nodegroups"] for page in pages] == [["batch"], ["web"]]


def test_clusters_and_groups_are_made_and_unmade_over_the_wire(eks: Any) -> None:
    eks.create_cluster(name="new", roleArn="arn:aws:iam::123456789012:role/eks", resourcesVpcConfig={})
    eks.create_nodegroup(
        clusterName="new",
        nodegroupName="a",
        subnets=["subnet-1"],
        nodeRole="arn:aws:iam::123456789012:role/n",
    )

    with pytest.raises(eks.exceptions.ResourceInUseException):
        eks.delete_cluster(name="new")

    eks.delete_nodegroup(clusterName="new", nodegroupName="a")
    eks.delete_cluster(name="new")
    with pytest.raises(eks.exceptions.ResourceNotFoundException):
        eks.describe_cluster(name="new")


def test_instances_follow_the_size_and_one_can_be_ended(emulator: Emulator, eks: Any) -> None:
    group = eks.describe_nodegroup(**WEB)["nodegroup"]["resources"]["autoScalingGroups"][0]["name"]
    autoscaling = emulator.client("autoscaling")

    def instances() -> list[str]:
        row = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[group])["AutoScalingGroups"][0]
        return [instance["InstanceId"] for instance in row["Instances"]]

    before = instances()
    autoscaling.terminate_instance_in_auto_scaling_group(
        InstanceId=before[1], ShouldDecrementDesiredCapacity=True
    )

    assert instances() == [before[0], before[2]]
    assert eks.describe_nodegroup(**WEB)["nodegroup"]["scalingConfig"]["desiredSize"] == 2
    eks.update_nodegroup_config(**WEB, scalingConfig={"desiredSize": 1})
    assert instances() == [before[2]], "a lowered size ends the oldest, not the one that was meant"


def test_nodes_can_take_their_time_after_the_update_is_done(emulator: Emulator, eks: Any) -> None:
    group = eks.describe_nodegroup(**WEB)["nodegroup"]["resources"]["autoScalingGroups"][0]["name"]
    autoscaling = emulator.client("autoscaling")

    def size() -> tuple[int, int]:
        row = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[group])["AutoScalingGroups"][0]
        return row["DesiredCapacity"], len(row["Instances"])

    emulator.settings(eks_node_seconds=3600)
    assert eks.update_nodegroup_config(**WEB, scalingConfig=SIX)["update"]["status"] == "Successful"
    assert size() == (6, 3)

    emulator.settings(eks_node_seconds=0)
    assert size() == (6, 6)


def test_ordered_launch_failure_shows_in_the_activities(emulator: Emulator, eks: Any) -> None:
    group = eks.describe_nodegroup(**WEB)["nodegroup"]["resources"]["autoScalingGroups"][0]["name"]
    emulator.control(
        "POST", "/autoscaling/failures", {"message": "We currently do not have sufficient capacity"}
    )

    found = emulator.client("autoscaling").describe_scaling_activities(AutoScalingGroupName=group)[
        "Activities"
    ]

    assert [activity["StatusCode"] for activity in found] == ["Failed"] + ["Successful"] * 3
