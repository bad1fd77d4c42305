"""The Auto Scaling groups under EKS node groups: their instances come, go and can be ended one by one.

Groups that are not a node group's are moto's.
"""

from __future__ import annotations

import dataclasses
import hashlib
import time
import uuid
from collections.abc import Callable
from typing import Any

from .eks import Eks, Nodegroup, utc_now
from .signature import Signed
from .wire import AwsError

ACTIVITIES_PAGE_MAX = 100


@dataclasses.dataclass(slots=True)
class Fleet:
    """The instances of one group, oldest first, and what happened to them, newest first."""

    name: str
    instances: list[str] = dataclasses.field(default_factory=list)
    activities: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    launched: int = 0


class AutoScaling:
    def __init__(self, eks: Eks) -> None:
        self._eks = eks
        self.reset()

    def reset(self) -> None:
        self._fleets: dict[str, Fleet] = {}
        self.failures: list[dict[str, Any]] = []
        """{group?: name, message, count?}: a launch that fails, shown in the activities."""

    def handler(
        self, operation: str, params: dict[str, Any], signed: Signed
    ) -> Callable[..., dict[str, Any]] | None:
        """Ours if the call names a node group's Auto Scaling group or one of its instances, else None."""
        groups = self._groups(signed)
        if operation == "DescribeAutoScalingGroups":
            ours = set(params.get("AutoScalingGroupNames", [])) & set(groups)
            return self.describe_groups if ours else None
        if operation == "DescribeScalingActivities":
            return self.describe_activities if params.get("AutoScalingGroupName") in groups else None
        if operation == "TerminateInstanceInAutoScalingGroup":
            for name, group in groups.items():
                if params["InstanceId"] in self._fleet(name, group).instances:
                    return self.terminate
        return None

    def _groups(self, signed: Signed) -> dict[str, Nodegroup]:
        return {
            group.shape["resources"]["autoScalingGroups"][0]["name"]: group
            for cluster in self._eks._region(signed).values()
            for group in cluster.nodegroups.values()
        }

    def _fleet(self, name: str, group: Nodegroup) -> Fleet:
        """The group's instances as of now: launches and ends what the node group's size asks for, oldest out first."""
        fleet = self._fleets.setdefault(name, Fleet(name))
        wanted = self._eks.nodes(group)
        while len(fleet.instances) < wanted:
            fleet.launched += 1
            instance = "i-" + hashlib.sha256(f"{name}/{fleet.launched}".encode()).hexdigest()[:17]
            fleet.instances.append(instance)
            self._record(fleet, f"Launching a new EC2 instance: {instance}", "Successful")
        while len(fleet.instances) > wanted:
            self._record(fleet, f"Terminating EC2 instance: {fleet.instances.pop(0)}", "Successful")
        return fleet

    def _record(self, fleet: Fleet, description: str, status: str, message: str = "") -> dict[str, Any]:
        now = utc_now()
        activity = {
            "ActivityId": str(uuid.uuid4()),
            "AutoScalingGroupName": fleet.name,
            "Description": description,
            "Cause": f"At {now:%Y-%m-%dT%H:%M:%SZ} the group's size differed from its desired capacity.",
            "StartTime": now,
            "EndTime": now,
            "StatusCode": status,
            "Progress": 100,
        }
        if message:
            activity["StatusMessage"] = message
        fleet.activities.insert(0, activity)
        return activity

    def describe_groups(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        rows = []
        for name, group in self._groups(signed).items():
            if name not in params["AutoScalingGroupNames"]:
                continue
            fleet = self._fleet(name, group)
            scaling = group.shape["scalingConfig"]
            zones = [f"{signed.region}{letter}" for letter in "abc"]
            rows.append(
                {
                    "AutoScalingGroupName": name,
                    "MinSize": scaling["minSize"],
                    "MaxSize": scaling["maxSize"],
                    "DesiredCapacity": scaling["desiredSize"],
                    "DefaultCooldown": 300,
                    "AvailabilityZones": zones,
                    "HealthCheckType": "EC2",
                    "HealthCheckGracePeriod": 15,
                    "CreatedTime": group.shape["createdAt"],
                    "Instances": [
                        {
                            "InstanceId": instance,
                            "InstanceType": group.shape["instanceTypes"][0],
                            "AvailabilityZone": zones[index % 3],
                            "LifecycleState": "InService",
                            "HealthStatus": "Healthy",
                            "ProtectedFromScaleIn": False,
                        }
                        for index, instance in enumerate(fleet.instances)
                    ],
                }
            )
        return {"AutoScalingGroups": rows}

    def describe_activities(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        name = params["AutoScalingGroupName"]
        fleet = self._fleet(name, self._groups(signed)[name])
        for failure in self.failures:
            if failure.get("group", name) == name and failure.setdefault("count", 1) > 0:
                failure["count"] -= 1
                self._record(fleet, "Launching a new EC2 instance", "Failed", failure["message"])
        start = int(params.get("NextToken", "0"))
        size = min(params.get("MaxRecords", ACTIVITIES_PAGE_MAX), ACTIVITIES_PAGE_MAX)
        answer: dict[str, Any] = {"Activities": fleet.activities[start : start + size]}
        if start + size < len(fleet.activities):
            answer["NextToken"] = str(start + size)
        return answer

    def terminate(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        instance = params["InstanceId"]
        for name, group in self._groups(signed).items():
            fleet = self._fleet(name, group)
            if instance not in fleet.instances:
                continue
            scaling = group.shape["scalingConfig"]
            if params["ShouldDecrementDesiredCapacity"]:
                if scaling["desiredSize"] <= scaling["minSize"]:
                    raise AwsError(
                        "ValidationError",
                        "Currently, desiredSize equals minSize. Terminating instance without replacement "
                        "will violate group's min size constraint. Either set shouldDecrementDesiredCapacity "
                        "flag to false or lower group's min size.",
                    )
                now_there = self._eks.nodes(group)
                group.shape["scalingConfig"] = {**scaling, "desiredSize": scaling["desiredSize"] - 1}
                group.nodes_from = min(now_there - 1, scaling["desiredSize"] - 1)
                group.nodes_since_s = time.monotonic()
            fleet.instances.remove(instance)
            return {"Activity": self._record(fleet, f"Terminating EC2 instance: {instance}", "InProgress")}
        raise AwsError(
            "ValidationError",
            f"Instance Id not found - No managed instance found for instance ID: {instance}",
        )
