"""Lambda Invoke of functions that a test gives their answers; a function without an answer does not exist."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from .signature import Signed
from .wire import AwsError

SYNCHRONOUS_PAYLOAD_MAX_BYTES = 6 * 1024 * 1024


class Functions:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.answers: dict[str, dict[str, Any]] = {}
        """Name -> {payload: JSON value | payloads: [values in turn], function_error?: Handled | Unhandled, log?: text}."""
        self.invocations: list[dict[str, Any]] = []

    def invoke(self, params: dict[str, Any], signed: Signed) -> dict[str, Any]:
        name = re.sub(
            r"^arn:[^:]+:lambda:[^:]+:\d+:function:|^\d+:function:|^function:", "", params["FunctionName"]
        ).split(":")[0]
        payload = params.get("Payload", b"")
        if len(payload) > SYNCHRONOUS_PAYLOAD_MAX_BYTES:
            raise AwsError("RequestTooLargeException", f"{len(payload)} byte payload is too large", 413)
        try:
            event = json.loads(payload) if payload else None
        except ValueError as error:
            raise AwsError(
                "InvalidRequestContentException", f"Could not parse request body into json: {error}", 400
            ) from None
        answer = self.answers.get(name)
        if answer is None:
            arn = f"arn:aws:lambda:{signed.region}:{signed.account}:function:{name}"
            raise AwsError("ResourceNotFoundException", f"Function not found: {arn}", 404, Type="User")
        kind = params.get("InvocationType", "RequestResponse")
        self.invocations.append({"function": name, "type": kind, "event": event, "region": signed.region})
        if kind == "DryRun":
            return {"StatusCode": 204, "Payload": b""}
        if kind == "Event":
            return {"StatusCode": 202, "Payload": b""}
        value = answer.get("payload")
        if answer.get("payloads"):
            value = answer["payloads"].pop(0) if len(answer["payloads"]) > 1 else answer["payloads"][0]
        result: dict[str, Any] = {
            "StatusCode": 200,
            "ExecutedVersion": "$LATEST",
            "Payload": json.dumps(value).encode(),
        }
        if "function_error" in answer:
            result["FunctionError"] = answer["function_error"]
        if params.get("LogType") == "Tail":
            result["LogResult"] = base64.b64encode(answer.get("log", "").encode()).decode()
        return result
