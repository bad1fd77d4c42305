"""Signature Version 4 as the receiving side checks it. Canonical forms and HMACs are botocore's."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import re
from urllib.parse import parse_qsl, quote

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from .http_server import Request
from .wire import AwsError

ALGORITHM = "AWS4-HMAC-SHA256"
SKEW_MAX_S = 300
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
DEFAULT_ACCOUNT = "123456789012"
# What a test signs with unless it says otherwise. Not shaped like a real key, so that no scanner takes it for one;
# letters only, as DynamoDB Local asks.
TEST_ACCESS_KEY = "tidegatetestkey"
TEST_SECRET_KEY = "tidegatetestsecret"
# What the service under test signs with where its calls are held against an IAM policy and the test's own are not.
SERVICE_ACCESS_KEY = "tidegateservicekey"


@dataclasses.dataclass(frozen=True, slots=True)
class Identity:
    secret: str
    token: str | None
    account: str


@dataclasses.dataclass(frozen=True, slots=True)
class Signed:
    """Who signed a request, and for which service and region."""

    access_key: str
    date: str
    region: str
    service: str
    account: str
    of_a_role: bool = False
    """Whether the keys are temporary ones."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Claim:
    access_key: str
    scope: tuple[str, str, str, str]
    signed_headers: list[str]
    signature: str
    presigned: bool


class Keyring:
    """Credentials that the emulator knows: given ones, and those that moto's STS and IAM handed out."""

    def __init__(self) -> None:
        self.static: dict[str, Identity] = {
            TEST_ACCESS_KEY: Identity(TEST_SECRET_KEY, None, DEFAULT_ACCOUNT),
            SERVICE_ACCESS_KEY: Identity(TEST_SECRET_KEY, None, DEFAULT_ACCOUNT),
        }

    def find(self, access_key: str) -> Identity | None:
        return self.static.get(access_key) or self._from_moto(access_key)

    def _from_moto(self, access_key: str) -> Identity | None:
        from moto.iam.models import iam_backends
        from moto.sts.models import sts_backends

        for backends in list(sts_backends.values()):
            for backend in list(backends.values()):
                for role in backend.assumed_roles:
                    if role.access_key_id == access_key:
                        return Identity(role.secret_access_key, role.session_token, role.account_id)
        for account, backends in list(iam_backends.items()):
            for backend in list(backends.values()):
                for user in backend.users.values():
                    for key in user.access_keys:
                        if key.access_key_id == access_key:
                            return Identity(key.secret_access_key, None, account)
        return None


def claim(request: Request) -> _Claim | None:
    """What a request says about its signature; None for one that isn't signed. Raises AwsError where it is garbled."""
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    authorization = request.header.get("authorization", "")
    if not authorization and "X-Amz-Signature" not in query:
        return None
    if authorization:
        if not authorization.startswith(ALGORITHM):
            raise AwsError("IncompleteSignature", f"Authorization does not begin with {ALGORITHM}", 400)
        fields = dict(
            re.fullmatch(r"\s*([^=]+)=(.*?)\s*", part).groups()  # type: ignore[union-attr]
            for part in authorization[len(ALGORITHM) :].split(",")
            if "=" in part
        )
        missing = [name for name in ("Credential", "SignedHeaders", "Signature") if name not in fields]
        if missing:
            raise AwsError("IncompleteSignature", f"Authorization header requires {', '.join(missing)}", 400)
        credential, headers, signature = fields["Credential"], fields["SignedHeaders"], fields["Signature"]
    else:
        credential, headers, signature = (
            query.get("X-Amz-Credential", ""),
            query.get("X-Amz-SignedHeaders", ""),
            query["X-Amz-Signature"],
        )
    parts = credential.split("/")
    if len(parts) < 5 or parts[-1] != "aws4_request":
        raise AwsError("IncompleteSignature", f"Credential is not a scope: {credential!r}", 400)
    return _Claim(
        "/".join(parts[:-4]),
        (parts[-4], parts[-3], parts[-2], parts[-1]),
        headers.split(";"),
        signature,
        not authorization,
    )


def verify(request: Request, found: _Claim, keyring: Keyring, now: datetime.datetime) -> Signed:
    """Checks date, key, session token, coverage and signature. Raises AwsError with status 403 and AWS's codes."""
    identity = keyring.find(found.access_key)
    if identity is None:
        raise AwsError(
            "UnrecognizedClientException", "The security token included in the request is invalid.", 403
        )
    # A plus sign is itself, not a blank: SigV4 encodes blanks as %20 only.
    query = parse_qsl(request.query.replace("+", "%2B"), keep_blank_values=True)
    values = dict(query)
    stamp = values.get("X-Amz-Date", "") if found.presigned else request.header.get("x-amz-date", "")
    _check_date(stamp, found, values, now)
    _check_token(request, found, identity, values)
    _check_coverage(request, found)

    date, region, service, _ = found.scope
    credentials = Credentials(found.access_key, identity.secret)
    auth = (S3SigV4Auth if service == "s3" else SigV4Auth)(credentials, service, region)
    signed = AWSRequest(method=request.method, url=f"http://{request.header['host']}{request.target}")
    signed.context["timestamp"] = stamp
    canonical = "\n".join(
        [
            request.method.upper(),
            auth._normalize_url_path(request.path or "/"),
            _canonical_query(query),
            auth.canonical_headers(_covered_headers(request, found)) + "\n",
            ";".join(found.signed_headers),
            _payload_hash(request, found, service),
        ]
    )
    expected = auth.signature(auth.string_to_sign(signed, canonical), signed)
    if expected != found.signature:
        raise AwsError(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            f"The Canonical String for this request should have been '{canonical}'",
            403,
        )
    return Signed(found.access_key, date, region, service, identity.account, identity.token is not None)


def in_the_words_of(protocol: str, service: str, error: AwsError) -> AwsError:
    """The same refusal under the code and status that services of this protocol use for it."""
    if error.status == 400:
        return error
    if protocol == "ec2":
        if error.code == "RequestTimeTooSkewed":
            return AwsError("RequestExpired", error.message, 400)
        return AwsError("AuthFailure", "AWS was not able to validate the provided access credentials", 401)
    if service == "s3":
        s3_codes = {
            "UnrecognizedClientException": "InvalidAccessKeyId",
            "MissingAuthenticationToken": "AccessDenied",
        }
        return AwsError(s3_codes.get(error.code, error.code), error.message, 403)
    if protocol in ("query", "rest-xml"):
        codes = {
            "UnrecognizedClientException": "InvalidClientTokenId",
            "RequestTimeTooSkewed": "SignatureDoesNotMatch",
        }
        return AwsError(codes.get(error.code, error.code), error.message, 403)
    codes = {
        "SignatureDoesNotMatch": "InvalidSignatureException",
        "RequestTimeTooSkewed": "InvalidSignatureException",
        "MissingAuthenticationToken": "MissingAuthenticationTokenException",
    }
    return AwsError(codes.get(error.code, error.code), error.message, 400 if protocol == "json" else 403)


def _check_date(stamp: str, found: _Claim, query: dict[str, str], now: datetime.datetime) -> None:
    try:
        signed_at = datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.UTC)
    except ValueError:
        raise AwsError(
            "IncompleteSignature", f"Date must be in ISO-8601 'basic format'. Got {stamp!r}.", 400
        ) from None
    if stamp[:8] != found.scope[0]:
        raise AwsError(
            "SignatureDoesNotMatch", "Date in Credential scope does not match YYYYMMDD from date.", 403
        )
    age_s = (now - signed_at).total_seconds()
    lifetime_s = SKEW_MAX_S
    if found.presigned:
        if not query.get("X-Amz-Expires", "").isdigit() or not 0 < int(query["X-Amz-Expires"]) <= 604800:
            raise AwsError(
                "AuthorizationQueryParametersError", "X-Amz-Expires must be 1..604800 seconds", 400
            )
        lifetime_s = int(query["X-Amz-Expires"])
    if age_s > lifetime_s or age_s < -SKEW_MAX_S:
        word = "expired" if age_s > 0 else "not yet current"
        raise AwsError(
            "RequestTimeTooSkewed",
            f"Signature {word}: {stamp} is {age_s:.0f} s before {now:%Y%m%dT%H%M%SZ}",
            403,
        )


def _check_token(request: Request, found: _Claim, identity: Identity, query: dict[str, str]) -> None:
    token = (
        query.get("X-Amz-Security-Token") if found.presigned else request.header.get("x-amz-security-token")
    )
    if token != identity.token:
        raise AwsError(
            "UnrecognizedClientException", "The security token included in the request is invalid.", 403
        )


def _check_coverage(request: Request, found: _Claim) -> None:
    if found.signed_headers != sorted(found.signed_headers):
        raise AwsError("SignatureDoesNotMatch", "SignedHeaders is not sorted.", 403)
    must = {"host"} | {name for name in request.header if name.startswith("x-amz-")}
    left_out = sorted(must - set(found.signed_headers))
    if left_out:
        raise AwsError("SignatureDoesNotMatch", f"headers present but not signed: {', '.join(left_out)}", 403)
    absent = [name for name in found.signed_headers if name not in request.header]
    if absent:
        raise AwsError("SignatureDoesNotMatch", f"headers signed but not present: {', '.join(absent)}", 403)


def _covered_headers(request: Request, found: _Claim) -> HTTPHeaders:
    covered = HTTPHeaders()
    for name, value in request.headers:
        if name in found.signed_headers:
            covered[name] = value
    return covered


def _canonical_query(query: list[tuple[str, str]]) -> str:
    pairs = [(quote(n, safe="-_.~"), quote(v, safe="-_.~")) for n, v in query if n != "X-Amz-Signature"]
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _payload_hash(request: Request, found: _Claim, service: str) -> str:
    declared = request.header.get("x-amz-content-sha256")
    if found.presigned:
        return "UNSIGNED-PAYLOAD" if service == "s3" else EMPTY_SHA256
    actual = hashlib.sha256(request.body).hexdigest()
    if declared is None:
        return actual
    if declared.startswith(("UNSIGNED-PAYLOAD", "STREAMING-")):
        return declared
    if declared != actual:
        raise AwsError(
            "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match", 400
        )
    return declared
