"""A request's way through the emulator: signature, model, faults, then a room of our own or moto."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import datetime
import time
import uuid
from collections import deque
from collections.abc import Callable
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl

from . import models, signature, wire
from .autoscaling import AutoScaling
from .eks import Eks
from .faults import Fault, FaultPlan
from .functions import Functions
from .http_server import Reply, Request
from .iam import Guard
from .models import Call, Operation
from .moto_bridge import Moto
from .pricing import Pricing
from .receivers import Receivers, service_of
from .signature import Signed
from .spot_market import PlacementScores, SpotPrices
from .wire import AwsError, ReplyMismatch

CALLS_KEPT_MAX = 200_000
VIOLATIONS_KEPT_MAX = 1_000
# Operations that may come unsigned, and the service that they belong to.
UNSIGNED = {"AssumeRoleWithWebIdentity": "sts", "AssumeRoleWithSAML": "sts"}
# Codes that services use for a request that doesn't fit their model, the usual first.
VALIDATION_CODES = (
    "ValidationException",
    "InvalidParameterValueException",
    "InvalidParameterException",
    "BadRequestException",
)

Handler = Callable[[dict[str, Any], Signed], dict[str, Any]]


@dataclasses.dataclass(slots=True)
class Settings:
    verify_signatures: bool = True
    check_every: int = 1
    """One call in so many has its request and reply held against the model; more than 1 is for load runs only."""
    latency_ms: float = 0.0
    """Every AWS call takes at least this long, counted from its arrival."""
    clock_offset_s: float = 0.0
    """How far the emulator's clock is ahead of the machine's, for tests of skewed clocks."""


class Emulator:
    def __init__(self, seed: int = 0) -> None:
        self.settings = Settings()
        self.faults = FaultPlan(seed)
        self.keyring = signature.Keyring()
        self.guard = Guard()
        self.eks = Eks()
        self.autoscaling = AutoScaling(self.eks)
        self.spot_prices = SpotPrices()
        self.placement_scores = PlacementScores()
        self.pricing = Pricing()
        self.functions = Functions()
        self.receivers = Receivers()
        self.moto = Moto()
        self.calls: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT_MAX)
        self.violations: deque[dict[str, Any]] = deque(maxlen=VIOLATIONS_KEPT_MAX)
        self.unimplemented: set[str] = set()
        self._count = 0
        self._own: dict[tuple[str, str], Handler] = {
            **{("eks", name): handler for name, handler in self.eks.operations().items()},
            ("ec2", "DescribeSpotPriceHistory"): self.spot_prices.describe,
            ("ec2", "GetSpotPlacementScores"): self.placement_scores.answer,
            ("pricing", "GetProducts"): self.pricing.get_products,
            ("lambda", "Invoke"): self.functions.invoke,
        }
        # Handlers whose replies are long: written in a thread, so that short ones don't wait for them.
        self._long = {("ec2", "DescribeSpotPriceHistory"), ("pricing", "GetProducts")}

    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=self.settings.clock_offset_s)

    # --- the doors

    async def answer_receiver(self, request: Request) -> Reply | None:
        """Slack's and PagerDuty's ends; None for a request that is not for them."""
        service = service_of(request)
        if service is None:
            return None
        struck = self.faults.strike(service, "post" if service == "slack" else "enqueue", {})
        fault = next((f for f in struck if f.kind != "latency"), None)
        if fault is None or fault.takes_effect():
            reply = self.receivers.receive(service, request)
        else:
            reply = Reply(200, {}, b"")
        if fault is not None and fault.kind in ("throttle", "error"):
            status = fault.status or (429 if fault.kind == "throttle" else 500)
            headers = dict(fault.headers) or ({"Retry-After": "1"} if status == 429 else {})
            reply = Reply(status, headers, (fault.body or fault.message or "").encode())
        return self._sent(reply, request, struck)

    async def answer_aws(self, request: Request) -> Reply:
        if request.path.startswith(("/moto-api/", "/latest/")):
            return await self.moto.answer(request)
        request_id = str(uuid.uuid4())
        self._count += 1
        deep = self.settings.check_every <= 1 or self._count % self.settings.check_every == 0
        call: Call | None = None
        service, signed = "", None
        try:
            found = signature.claim(request)
            if found is None:
                call, service = self._unsigned(request)
            else:
                service = found.scope[2]
                call = models.resolve(service, request)
            if found is not None:
                signed = self._verify(request, found, call, service, deep)
            else:
                signed = Signed("", "", "us-east-1", service, signature.DEFAULT_ACCOUNT)
        except models.UnknownCall as error:
            self._violation("operation", error.service, "", str(error), request_id)
            refusal = AwsError("UnknownOperationException", str(error), 404)
            return self._refused(error.service, _guess_protocol(request), None, refusal, request, request_id)
        except AwsError as error:
            operation = call.operation if call is not None else None
            protocol = operation.protocol if operation is not None else _guess_protocol(request)
            self._violation(
                "signature", service, operation.name if operation else "", error.message, request_id
            )
            own_words = signature.in_the_words_of(protocol, service, error)
            return self._refused(service, protocol, operation, own_words, request, request_id)
        if call is None:
            return self._dated(await self._ask_moto(request, signed, service))
        return await self._call(call, request, signed, request_id, deep)

    def _unsigned(self, request: Request) -> tuple[Call | None, str]:
        form = dict(parse_qsl(request.body.decode("utf-8", "replace") or request.query))
        service = UNSIGNED.get(form.get("Action", ""))
        if service is None:
            raise AwsError("MissingAuthenticationToken", "Missing Authentication Token", 403)
        return models.resolve(service, request), service

    def _verify(self, request: Request, found: Any, call: Call | None, service: str, deep: bool) -> Signed:
        if self.settings.verify_signatures and deep:
            return signature.verify(request, found, self.keyring, self.now())
        identity = self.keyring.find(found.access_key)
        account = identity.account if identity is not None else signature.DEFAULT_ACCOUNT
        of_a_role = identity is not None and identity.token is not None
        return Signed(found.access_key, found.scope[0], found.scope[1], service, account, of_a_role)

    # --- a call that is known

    async def _call(self, call: Call, request: Request, signed: Signed, request_id: str, deep: bool) -> Reply:
        operation = call.operation
        params, problems = wire.decode(call, request, deep=deep)
        if problems:
            detail = "; ".join(problems)
            self._violation("request", operation.service, operation.name, detail, request_id)
            refusal = _validation_error(operation, problems)
            return self._refused(
                operation.service, operation.protocol, operation, refusal, request, request_id
            )
        missing = self.guard.refused(operation.service, operation.name, params, signed)
        if missing:
            detail = "; ".join(f"no policy allows {action} on {resource}" for action, resource in missing)
            self._violation("denied", operation.service, operation.name, detail, request_id)
            refusal = _access_denied(operation, detail)
            return self._refused(
                operation.service, operation.protocol, operation, refusal, request, request_id
            )
        struck = self.faults.strike(operation.service, operation.name, params)
        fault = next((f for f in struck if f.kind != "latency"), None)
        error: AwsError | None = None
        reply: Reply | None = None
        if fault is None or fault.takes_effect():
            reply, error = await self._take_effect(operation, params, request, signed, request_id, deep)
        if fault is not None and fault.kind in ("throttle", "error"):
            error = fault.error(operation.service, operation.protocol)
            reply = self._error(operation, error, request_id)
            reply.headers.update(fault.headers)
        if reply is None:
            reply = Reply(200, {}, b"")
        self.calls.append(
            {
                "at": time.time(),
                "request_id": request_id,
                "service": operation.service,
                "operation": operation.name,
                "access_key": signed.access_key,
                "account": signed.account,
                "region": signed.region,
                "params": params,
                "status": reply.status,
                "error": error.code if error is not None else None,
                "fault": fault.kind if fault is not None else None,
            }
        )
        return self._sent(reply, request, struck)

    async def _take_effect(
        self,
        operation: Operation,
        params: dict[str, Any],
        request: Request,
        signed: Signed,
        request_id: str,
        deep: bool,
    ) -> tuple[Reply, AwsError | None]:
        key = (operation.service, operation.name)
        handler = self._own.get(key)
        if operation.service == "autoscaling":
            handler = self.autoscaling.handler(operation.name, params, signed)
        try:
            if handler is None and operation.service == "eks":
                self.unimplemented.add(f"{operation.service} {operation.name}")
                raise AwsError("NotImplemented", f"the emulator has no {operation.name}", 501)
            if handler is None:
                return await self._ask_moto(request, signed, operation.service), None
            if key in self._long:
                reply = await asyncio.get_running_loop().run_in_executor(
                    None, lambda: wire.encode(operation, handler(params, signed), request_id, check=deep)
                )
            else:
                result = handler(params, signed)
                reply = wire.encode(operation, result, request_id, check=deep)
            return reply, None
        except AwsError as error:
            return self._error(operation, error, request_id), error
        except ReplyMismatch as mismatch:
            self._violation("reply", operation.service, operation.name, str(mismatch), request_id)
            error = AwsError("InternalFailure", f"emulator: {mismatch}", 500)
            return self._error(operation, error, request_id), error

    async def _ask_moto(self, request: Request, signed: Signed, service: str) -> Reply:
        stand_in = None
        if "authorization" not in request.header and signed.access_key:
            scope = f"{signed.access_key}/{signed.date}/{signed.region}/{service}/aws4_request"
            stand_in = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
        try:
            return await self.moto.answer(request, stand_in)
        except Exception as error:  # whatever moto raises is moto's failure, and must reach the test's eyes
            self._violation("moto", service, "", f"{type(error).__name__}: {error}", "")
            return Reply(
                500, {"Content-Type": "text/plain"}, f"moto: {type(error).__name__}: {error}".encode()
            )

    # --- replies

    def _error(self, operation: Operation, error: AwsError, request_id: str) -> Reply:
        return wire.error_reply(operation.service, operation.protocol, operation, error, request_id)

    def _refused(
        self,
        service: str,
        protocol: str,
        operation: Operation | None,
        error: AwsError,
        request: Request,
        request_id: str,
    ) -> Reply:
        reply = wire.error_reply(service, protocol, operation, error, request_id)
        return self._sent(reply, request, [])

    def _sent(self, reply: Reply, request: Request, struck: list[Fault]) -> Reply:
        delay_s = self.settings.latency_ms / 1000 + self.faults.delay_s(struck)
        if delay_s:
            reply.not_before_s = request.arrived_s + delay_s
        for fault in struck:
            if fault.kind != "latency":
                reply.delivery = fault.delivery()
        return self._dated(reply)

    def _dated(self, reply: Reply) -> Reply:
        if self.settings.clock_offset_s:
            reply.headers["Date"] = formatdate(self.now().timestamp(), usegmt=True)
        return reply

    def _violation(self, kind: str, service: str, operation: str, detail: str, request_id: str) -> None:
        self.violations.append(
            {
                "at": time.time(),
                "kind": kind,
                "service": service,
                "operation": operation,
                "detail": detail,
                "request_id": request_id,
            }
        )

    async def reset(self) -> None:
        """Forgets everything but the loaded prices and the credentials."""
        self.settings = Settings(verify_signatures=self.settings.verify_signatures)
        self.faults.clear()
        self.guard.policies.clear()
        self.eks.update_ms = self.eks.node_seconds = 0.0
        self.eks.reset()
        self.autoscaling.reset()
        self.spot_prices.reset_pages()
        self.placement_scores.reset()
        self.functions.reset()
        self.receivers.received.clear()
        self.calls.clear()
        self.violations.clear()
        self.unimplemented.clear()
        loop_time = asyncio.get_running_loop().time()
        await self.moto.answer(Request("POST", "/moto-api/reset", [("host", "127.0.0.1")], b"", loop_time))


def _guess_protocol(request: Request) -> str:
    if "x-amz-target" in request.header:
        return "json"
    if request.header.get("content-type", "").startswith(models.FORM):
        return "query"
    return "rest-json"


def _validation_error(operation: Operation, problems: list[str]) -> AwsError:
    detail = "; ".join(problems)
    if detail.startswith("SerializationException"):
        if operation.protocol in ("json", "rest-json"):
            return AwsError("SerializationException", detail, 400)
        return AwsError("MalformedInput", detail, 400)
    if operation.protocol == "ec2":
        if "Missing required" in detail:
            return AwsError("MissingParameter", detail, 400)
        return AwsError(
            "UnknownParameter" if "unknown or misplaced" in detail else "InvalidParameterValue", detail, 400
        )
    if operation.protocol == "query":
        return AwsError("ValidationError", detail, 400)
    modelled = {shape.name for shape in operation.model.error_shapes}
    code = next((code for code in VALIDATION_CODES if code in modelled), VALIDATION_CODES[0])
    return AwsError(code, detail, 400)


def _access_denied(operation: Operation, detail: str) -> AwsError:
    if operation.protocol == "ec2":
        return AwsError("UnauthorizedOperation", detail, 403)
    if operation.protocol in ("query", "rest-xml"):
        return AwsError("AccessDenied", detail, 403)
    return AwsError("AccessDeniedException", detail, 400 if operation.protocol == "json" else 403)


def plain(value: Any) -> Any:
    """For json.dumps' `default`: what call records hold that JSON doesn't."""
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is not JSON")
