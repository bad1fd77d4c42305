"""EKS of our own: clusters, managed node groups and their updates, in memory.

moto's EKS has no DescribeUpdate and takes every update at once. Here an update takes time, a node group refuses a
second one meanwhile, a clientRequestToken is honoured, and every update that was applied is in a journal, so that a
test can say "once".
"""

from __future__ import annotations

import copy
import dataclasses
import datetime
import time
import uuid
from typing import Any

from .signature import DEFAULT_ACCOUNT, Signed
from .wire import AwsError

TOKEN_LIFETIME_S = 24 * 3600


def utc_now() -> datetime.datetime:
    now = datetime.datetime.now(datetime.UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


@dataclasses.dataclass(slots=True)
class Update:
    id: str
    kind: str
    params: list[dict[str, str]]
    created_at: datetime.datetime
    done_at_s: float
    outcome: str = "Successful"
    errors: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    def status(self) -> str:
        return "InProgress" if time.monotonic() < self.done_at_s else self.outcome

    def shape(self) -> dict[str, Any]:
        status = self.status()
        return {
            "id": self.id,
            "status": status,
            "type": self.kind,
            "params": self.params,
            "createdAt": self.created_at,
            "errors": self.errors if status == "Failed" else [],
        }


@dataclasses.dataclass(slots=True)
class Nodegroup:
    shape: dict[str, Any]
    updates: dict[str, Update] = dataclasses.field(default_factory=dict)
    active_at_s: float = 0.0
    nodes_from: int = 0
    nodes_since_s: float = 0.0

    def status(self) -> str:
        if self.shape["status"] in ("CREATING", "UPDATING") and time.monotonic() >= self.active_at_s:
            self.shape["status"] = "ACTIVE"
        return str(self.shape["status"])


@dataclasses.dataclass(slots=True)
class Cluster:
    shape: dict[str, Any]
    nodegroups: dict[str, Nodegroup] = dataclasses.field(default_factory=dict)


class Eks:
    """One account's and region's EKS lies under (account, region)."""

    def __init__(self) -> None:
        self.update_ms = 0.0
        """How long an update stays InProgress."""
        self.node_seconds = 0.0
        """How long one node takes to come or go; 0: at once."""
        self.reset()

    def reset(self) -> None:
        self._clusters: dict[tuple[str, str], dict[str, Cluster]] = {}
        self._tokens: dict[tuple[str, ...], tuple[float, dict[str, Any], dict[str, Any]]] = {}
        self.outcomes: list[dict[str, Any]] = []
        self.journal: list[dict[str, Any]] = []
        self.replays: list[dict[str, Any]] = []

    def operations(self) -> dict[str, Any]:
        return {
            "CreateCluster": self.create_cluster,
            "DescribeCluster": self.describe_cluster,
            "ListClusters": self.list_clusters,
            "DeleteCluster": self.delete_cluster,
            "CreateNodegroup": self.create_nodegroup,
            "DescribeNodegroup": self.describe_nodegroup,
            "ListNodegroups": self.list_nodegroups,
            "DeleteNodegroup": self.delete_nodegroup,
            "UpdateNodegroupConfig": self.update_nodegroup_config,
            "DescribeUpdate": self.describe_update,
            "ListUpdates": self.list_updates,
        }

    # --- seeding

    def seed(self, spec: dict[str, Any]) -> None:
        """Adds node groups, and clusters where they are missing: README.md shows the form. Replaces groups of the same name."""
        signed = Signed("", "", spec.get("region", "us-east-1"), "eks", spec.get("account", DEFAULT_ACCOUNT))
        for cluster_spec in spec["clusters"]:
            name = cluster_spec["name"]
            cluster = self._region(signed).get(name)
            if cluster is None:
                cluster = self._add_cluster(signed, name, cluster_spec)
            for group in cluster_spec.get("nodegroups", []):
                cluster.nodegroups.pop(group["name"], None)
                self._add_nodegroup(
                    signed,
                    cluster,
                    {
                        "clusterName": name,
                        "nodegroupName": group["name"],
                        "scalingConfig": {
                            "minSize": group.get("min", 0),
                            "maxSize": group.get("max", 10),
                            "desiredSize": group.get("desired", group.get("min", 0)),
                        },
                        "instanceTypes": group.get("instance_types", ["m5.large"]),
                        "capacityType": group.get("capacity_type", "ON_DEMAND"),
                        "labels": group.get("labels", {}),
                        "tags": group.get("tags", {}),
                        "subnets": group.get("subnets", ["subnet-0a1b2c3d"]),
                        "nodeRole": f"arn:aws:iam::{signed.account}:role/nodes",
                    },
                )

    # --- clusters

    def _region(self, signed: Signed) -> dict[str, Cluster]:
        return self._clusters.setdefault((signed.account, signed.region), {})

    def _cluster(self, signed: Signed, name: str) -> Cluster:
        cluster = self._region(signed).get(name)
        if cluster is None:
            raise AwsError(
                "ResourceNotFoundException", f"No cluster found for name: {name}.", 404, clusterName=name
            )
        return cluster

    def _add_cluster(self, signed: Signed, name: str, params: dict[str, Any]) -> Cluster:
        cluster = Cluster(
            {
                "name": name,
                "arn": f"arn:aws:eks:{signed.region}:{signed.account}:cluster/{name}",
                "createdAt": utc_now(),
                "version": params.get("version", "1.34"),
                "endpoint": params.get(
                    "endpoint", f"https://{uuid.uuid4().hex.upper()}.gr7.{signed.region}.eks.amazonaws.com"
                ),
                "roleArn": params.get("roleArn", f"arn:aws:iam::{signed.account}:role/eks"),
                "resourcesVpcConfig": {
                    "subnetIds": params.get("resourcesVpcConfig", {}).get("subnetIds", []),
                    "securityGroupIds": params.get("resourcesVpcConfig", {}).get("securityGroupIds", []),
                    "endpointPublicAccess": True,
                    "endpointPrivateAccess": False,
                    "publicAccessCidrs": ["0.0.0.0/0"],
                },
                "status": "ACTIVE",
                "certificateAuthority": {"data": params.get("certificate_authority", "Cg==")},
                "platformVersion": "eks.1",
                "tags": params.get("tags", {}),
            }
        )
        self._region(signed)[name] = cluster
        return cluster

    def create_cluster(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        name = params["name"]
        if name in self._region(signed):
            raise AwsError(
                "ResourceInUseException", f"Cluster already exists with name: {name}", 409, clusterName=name
            )
        return {"cluster": copy.deepcopy(self._add_cluster(signed, name, params).shape)}

    def describe_cluster(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        return {"cluster": self._cluster(signed, params["name"]).shape}

    def list_clusters(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        names, token = _page(sorted(self._region(signed)), params)
        return {"clusters": names, **token}

    def delete_cluster(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        cluster = self._cluster(signed, params["name"])
        if cluster.nodegroups:
            raise AwsError(
                "ResourceInUseException", "Cluster has nodegroups attached", 409, clusterName=params["name"]
            )
        del self._region(signed)[params["name"]]
        return {"cluster": {**cluster.shape, "status": "DELETING"}}

    # --- node groups

    def _nodegroup(self, signed: Signed, cluster_name: str, name: str) -> Nodegroup:
        group = self._cluster(signed, cluster_name).nodegroups.get(name)
        if group is None:
            raise AwsError(
                "ResourceNotFoundException",
                f"No node group found for name: {name}.",
                404,
                clusterName=cluster_name,
                nodegroupName=name,
            )
        group.status()
        return group

    def _add_nodegroup(self, signed: Signed, cluster: Cluster, params: dict[str, Any]) -> Nodegroup:
        cluster_name, name = params["clusterName"], params["nodegroupName"]
        scaling = {"minSize": 1, "maxSize": 2, "desiredSize": 2, **params.get("scalingConfig", {})}
        _check_scaling(scaling)
        now, unique = utc_now(), str(uuid.uuid4())
        group = Nodegroup(
            {
                "nodegroupName": name,
                "nodegroupArn": f"arn:aws:eks:{signed.region}:{signed.account}:nodegroup/{cluster_name}/{name}/{unique}",
                "clusterName": cluster_name,
                "version": cluster.shape["version"],
                "releaseVersion": f"{cluster.shape['version']}.0-20261101",
                "createdAt": now,
                "modifiedAt": now,
                "status": "ACTIVE",
                "capacityType": params.get("capacityType", "ON_DEMAND"),
                "scalingConfig": scaling,
                "instanceTypes": params.get("instanceTypes", ["t3.medium"]),
                "subnets": params["subnets"],
                "amiType": params.get("amiType", "AL2023_x86_64_STANDARD"),
                "nodeRole": params["nodeRole"],
                "labels": params.get("labels", {}),
                "taints": params.get("taints", []),
                "resources": {"autoScalingGroups": [{"name": f"eks-{name}-{unique}"}]},
                "diskSize": params.get("diskSize", 20),
                "health": {"issues": []},
                "updateConfig": params.get("updateConfig", {"maxUnavailable": 1}),
                "tags": params.get("tags", {}),
            },
            nodes_from=scaling["desiredSize"],
        )
        cluster.nodegroups[name] = group
        return group

    def create_nodegroup(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        cluster = self._cluster(signed, params["clusterName"])
        name = params["nodegroupName"]
        if name in cluster.nodegroups:
            raise AwsError(
                "ResourceInUseException",
                f"NodeGroup already exists with name {name} and cluster name {params['clusterName']}",
                409,
                clusterName=params["clusterName"],
                nodegroupName=name,
            )
        group = self._add_nodegroup(signed, cluster, params)
        if self.update_ms:
            group.shape["status"] = "CREATING"
            group.active_at_s = time.monotonic() + self.update_ms / 1000
        return {"nodegroup": copy.deepcopy(group.shape)}

    def describe_nodegroup(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        return {"nodegroup": self._nodegroup(signed, params["clusterName"], params["nodegroupName"]).shape}

    def list_nodegroups(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        names, token = _page(sorted(self._cluster(signed, params["clusterName"]).nodegroups), params)
        return {"nodegroups": names, **token}

    def delete_nodegroup(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        group = self._nodegroup(signed, params["clusterName"], params["nodegroupName"])
        del self._cluster(signed, params["clusterName"]).nodegroups[params["nodegroupName"]]
        return {"nodegroup": {**group.shape, "status": "DELETING"}}

    def nodes(self, group: Nodegroup) -> int:
        """Nodes that are there now, on the way from what there was to the desired size, one every node_seconds."""
        desired = int(group.shape["scalingConfig"]["desiredSize"])
        if not self.node_seconds or desired == group.nodes_from:
            return desired
        steps = int((time.monotonic() - group.nodes_since_s) / self.node_seconds)
        if desired > group.nodes_from:
            return min(desired, group.nodes_from + steps)
        return max(desired, group.nodes_from - steps)

    # --- updates

    def update_nodegroup_config(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        cluster_name, name = params["clusterName"], params["nodegroupName"]
        group = self._nodegroup(signed, cluster_name, name)
        token = params.get("clientRequestToken")
        asked = {key: value for key, value in params.items() if key != "clientRequestToken"}
        token_key = (signed.account, signed.region, cluster_name, name, token or "")
        if token is not None and (kept := self._tokens.get(token_key)) is not None:
            if time.monotonic() - kept[0] < TOKEN_LIFETIME_S:
                return self._replay(group, token_key, kept, asked)
        if group.status() != "ACTIVE":
            raise AwsError(
                "ResourceInUseException",
                "Nodegroup cannot be updated as it is currently not in Active State",
                409,
                clusterName=cluster_name,
                nodegroupName=name,
            )
        scaling = {**group.shape["scalingConfig"], **params.get("scalingConfig", {})}
        _check_scaling(scaling)
        update = self._start(group, asked, scaling)
        result = {"update": update.shape()}
        if token is not None:
            self._tokens[token_key] = (time.monotonic(), asked, {"id": update.id})
        self.journal.append(
            {
                "update_id": update.id,
                "account": signed.account,
                "region": signed.region,
                "cluster": cluster_name,
                "nodegroup": name,
                "token": token,
                "scaling_config": dict(scaling),
                "params": asked,
                "outcome": update.outcome,
                "applied_at": update.created_at.isoformat(),
            }
        )
        return result

    def _replay(
        self,
        group: Nodegroup,
        key: tuple[str, ...],
        kept: tuple[float, dict[str, Any], dict[str, Any]],
        asked: dict[str, Any],
    ) -> dict[str, Any]:
        _, first_asked, first = kept
        if first_asked != asked:
            raise AwsError(
                "InvalidParameterException",
                "The clientRequestToken was already used in a request with other parameters",
                400,
                clusterName=key[2],
                nodegroupName=key[3],
            )
        self.replays.append(
            {"update_id": first["id"], "token": key[4], "cluster": key[2], "nodegroup": key[3]}
        )
        return {"update": group.updates[first["id"]].shape()}

    def _start(self, group: Nodegroup, asked: dict[str, Any], scaling: dict[str, int]) -> Update:
        now_s = time.monotonic()
        outcome = self._outcome(group)
        update_params = [
            {"type": kind, "value": str(asked["scalingConfig"][member])}
            for kind, member in (
                ("MinSize", "minSize"),
                ("MaxSize", "maxSize"),
                ("DesiredSize", "desiredSize"),
            )
            if member in asked.get("scalingConfig", {})
        ]
        update = Update(
            str(uuid.uuid4()),
            "ConfigUpdate",
            update_params,
            utc_now(),
            now_s + self.update_ms / 1000,
            outcome.get("status", "Successful"),
            outcome.get("errors", []),
        )
        group.updates[update.id] = update
        if update.outcome == "Successful":
            group.nodes_from, group.nodes_since_s = self.nodes(group), now_s
            group.shape["scalingConfig"] = scaling
            labels = asked.get("labels", {})
            group.shape["labels"] = {
                key: value
                for key, value in {**group.shape["labels"], **labels.get("addOrUpdateLabels", {})}.items()
                if key not in labels.get("removeLabels", [])
            }
        group.shape["modifiedAt"] = update.created_at
        if self.update_ms:
            group.shape["status"] = "UPDATING"
            group.active_at_s = update.done_at_s
        return update

    def _outcome(self, group: Nodegroup) -> dict[str, Any]:
        for outcome in self.outcomes:
            if outcome.get("cluster", group.shape["clusterName"]) != group.shape["clusterName"]:
                continue
            if outcome.get("nodegroup", group.shape["nodegroupName"]) != group.shape["nodegroupName"]:
                continue
            if outcome.get("count", 1) <= 0:
                continue
            outcome["count"] = outcome.get("count", 1) - 1
            return outcome
        return {}

    def describe_update(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        cluster = self._cluster(signed, params["name"])
        missing = AwsError(
            "ResourceNotFoundException",
            f"No update found for ID: {params['updateId']}",
            404,
            clusterName=params["name"],
        )
        if "nodegroupName" not in params:
            raise missing  # a node group's update is not found among the cluster's own
        group = self._nodegroup(signed, params["name"], params["nodegroupName"])
        update = cluster.nodegroups[params["nodegroupName"]].updates.get(params["updateId"])
        if update is None:
            raise missing
        group.status()
        return {"update": update.shape()}

    def list_updates(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        self._cluster(signed, params["name"])
        ids: list[str] = []
        if "nodegroupName" in params:
            ids = list(self._nodegroup(signed, params["name"], params["nodegroupName"]).updates)
        page, token = _page(ids, params)
        return {"updateIds": page, **token}


def _check_scaling(scaling: dict[str, int]) -> None:
    least, most, desired = scaling["minSize"], scaling["maxSize"], scaling["desiredSize"]
    if most < 1:
        raise AwsError("InvalidParameterException", f"Maximum capacity {most} must be at least 1")
    if least > most:
        raise AwsError(
            "InvalidParameterException",
            f"Minimum capacity {least} can't be greater than maximum capacity {most}",
        )
    if least > desired:
        raise AwsError(
            "InvalidParameterException",
            f"Minimum capacity {least} can't be greater than desired size {desired}",
        )
    if desired > most:
        raise AwsError(
            "InvalidParameterException", f"desired capacity {desired} can't be greater than max size {most}"
        )


def _page(names: list[str], params: dict[str, Any]) -> tuple[list[str], dict[str, str]]:
    size = params.get("maxResults", 100)
    start = 0
    if "nextToken" in params:
        try:
            start = int(params["nextToken"].removeprefix("page-"))
        except ValueError:
            raise AwsError("InvalidParameterException", "Invalid nextToken") from None
    page = names[start : start + size]
    return page, ({"nextToken": f"page-{start + size}"} if start + size < len(names) else {})
