"""Every operation of the table that moto has, through our whole client and through botocore, side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import boto3
import httpx
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from moto.server import ThreadedMotoServer

from tests.contract import model, table
from tests.contract.asked import DRAWN, NOT_TRIED, PARAMETERS
from tests.contract.examples import TEXT, example
from tests.contract.furnished import furnish
from tests.contract.moto_lacks import LACKING
from tests.contract.test_operations import dumper_is_built, only, plain  # noqa: F401

TABLE = table.load() if table.dumper().exists() else []
KEYS = {"id": "testing", "secret": "testing"}
ROWS = {(service["model"], operation["name"]): (service, operation) for service, operation in table.rows(TABLE)}
THERE = [key for key in ROWS if key not in LACKING]
CLOSE_S = 30
"""moto stamps many answers with the present; two calls are this close."""

Outcome = tuple[str, Any]


def ids(keys: list[tuple[str, str]]) -> list[Any]:
    return [pytest.param(key, id="-".join(key)) for key in keys]


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(scope="module")
def workshop() -> Iterator[table.Workshop]:
    shop = table.Workshop()
    yield shop
    shop.close()


def reset(moto: str) -> None:
    httpx.post(f"{moto}/moto-api/reset").raise_for_status()
    httpx.post(f"{moto}/moto-api/seed?a=42").raise_for_status()


def client(moto: str, service: str) -> Any:
    options = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=moto,
        aws_access_key_id=KEYS["id"],
        aws_secret_access_key=KEYS["secret"],
        config=options,
    )


def ours(workshop: table.Workshop, moto: str, key: tuple[str, str], parameters: Any) -> Outcome:
    done = workshop.ask(
        "call", service=key[0], operation=key[1], parameters=parameters, endpoint=moto, keys=KEYS, region="us-east-1"
    )
    if "answer" in done:
        return "answer", done["answer"]
    return "refused", done["refused"]


def theirs(moto: str, key: tuple[str, str], parameters: Any) -> Outcome:
    """botocore's answer in our form, or {code, status}. An answer that it can't read is moto's own failure."""
    try:
        answer = getattr(client(moto, key[0]), xform_name(key[1]))(**parameters)
    except ClientError as error:
        return "refused", {
            "code": error.response["Error"]["Code"],
            "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
        }
    except ResponseParserError:
        return "refused", {"code": "", "status": 500}
    return "answer", plain(answer)


def within(shape: dict[str, Any], value: Any) -> Any:
    """What our shape has of an answer; instants to the half minute, absent and empty the same."""
    if value is None:
        return None
    if shape["kind"] == "struct":
        members = {name: within(member, value.get(name)) for name, member in shape["members"].items()}
        return {name: member for name, member in members.items() if member not in (None, [], {}, "")}
    if shape["kind"] == "list":
        return [within(shape["element"], one) for one in value]
    if shape["kind"] == "map":
        return {name: within(shape["element"], one) for name, one in value.items()}
    if "instant" in shape["kind"]:
        return pytest.approx(value, abs=CLOSE_S)
    return value


def document(member: str, value: Any) -> Any:
    """IAM's policy documents, which come percent-encoded, and CloudFormation's templates as botocore unpacks them."""
    if member.endswith("PolicyDocument"):
        return json.loads(unquote(value))
    return json.loads(value) if member == "TemplateBody" else with_documents(value)


def with_documents(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: document(key, one) for key, one in value.items()}
    if isinstance(value, list):
        return [with_documents(one) for one in value]
    return value


def simple(value: Any) -> Any:
    """The example's difficult text as a name that a resource could have."""
    if isinstance(value, dict):
        return {key: simple(one) for key, one in value.items()}
    if isinstance(value, list):
        return [simple(one) for one in value]
    return "thing" if value == TEXT else value


def required(key: tuple[str, str]) -> tuple[Any, Any]:
    """(ours, botocore's): the members that a request must have, naming what does not exist."""
    service, operation = ROWS[key]
    described = model.operation_model(service, operation)
    if described.input_shape is None:
        return {}, {}
    mine, other = example(only(operation["input"], "required"), described.input_shape)
    return simple(mine), simple(other)


def as_botocore_takes_it(key: tuple[str, str], parameters: Any) -> Any:
    """Instants are numbers with us, and botocore takes them, too; blobs are text with us."""
    service, operation = ROWS[key]

    def blobs(shape: dict[str, Any], value: Any) -> Any:
        if shape["kind"] == "struct":
            return {name: blobs(shape["members"][name], one) for name, one in value.items()}
        if shape["kind"] == "list":
            return [blobs(shape["element"], one) for one in value]
        return value.encode() if shape["kind"] == "blob" else value

    return blobs(operation["input"], parameters)


@pytest.mark.parametrize("key", ids(THERE))
def test_on_an_empty_account_we_and_botocore_are_told_the_same(
    workshop: table.Workshop, moto: str, key: tuple[str, str]
) -> None:
    mine, other = required(key)
    reset(moto)
    our_kind, our_value = ours(workshop, moto, key, mine)
    reset(moto)
    their_kind, their_value = theirs(moto, key, other)

    assert our_kind == their_kind, (our_value, their_value)
    if our_kind == "answer":
        shape = ROWS[key][1]["output"]
        assert within(shape, our_value).keys() == within(shape, their_value).keys()
    else:
        assert our_value["status"] == their_value["status"]
        if their_value["status"] < 500 and key[1] != "HeadObject":
            assert our_value["code"] == their_value["code"]
            assert our_value["message"] or our_value["code"]


@pytest.fixture(scope="module")
def furnished(moto: str) -> dict[str, str]:
    """An account with one of everything, and the ids that moto gave."""
    reset(moto)
    return furnish(lambda service: client(moto, service))


def filled(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: filled(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, names) for one in value]
    return names[value[1:]] if isinstance(value, str) and value.startswith("@") else value


@pytest.fixture
def parameters(furnished: dict[str, str], key: tuple[str, str]) -> Any:
    """What the operation is asked about the furnished account."""
    return filled(PARAMETERS.get(key, {}), furnished)


READS = [key for key in THERE if key not in NOT_TRIED and ROWS[key][1]["effect"] == "read"]
WRITES = [key for key in THERE if key not in NOT_TRIED and ROWS[key][1]["effect"] != "read"]


@pytest.mark.parametrize("key", ids(READS))
def test_what_is_there_is_read_as_botocore_reads_it(
    workshop: table.Workshop, moto: str, key: tuple[str, str], parameters: Any
) -> None:
    our_kind, our_value = ours(workshop, moto, key, parameters)
    their_kind, their_value = theirs(moto, key, as_botocore_takes_it(key, parameters))

    assert (our_kind, their_kind) == ("answer", "answer"), (our_value, their_value)
    shape = ROWS[key][1]["output"]
    mine, other = within(shape, with_documents(our_value)), within(shape, their_value)
    assert (mine.keys() == other.keys()) if key in DRAWN else (mine == other)


@pytest.mark.parametrize("key", ids(WRITES))
def test_what_can_be_changed_is_changed(
    workshop: table.Workshop, moto: str, key: tuple[str, str], parameters: Any
) -> None:
    kind, value = ours(workshop, moto, key, parameters)

    assert kind == "answer", value


def test_what_moto_lacks_is_known_by_name(moto: str) -> None:
    reset(moto)
    assert set(LACKING) <= set(ROWS)
    for key in sorted(LACKING):
        kind, value = theirs(moto, key, required(key)[1])
        assert kind == "refused" and value["status"] in (404, 405, 500, 501), f"moto has {key} now: {value}"
        assert value["code"] in ("", "404", "405", "500", "501", "InternalError", "NotImplemented"), (key, value)
