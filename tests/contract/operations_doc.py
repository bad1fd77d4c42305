"""Prints docs/aws-operations.md from the table of AWS operations.

python -m tests.contract.operations_doc > docs/aws-operations.md
"""

from __future__ import annotations

from typing import Any

from tests.contract import table

HEAD = """# AWS operations

What tidegate can ask of AWS, as `aws/operations/` has it: {operations} operations of {services} services. Printed from
that table by `python -m tests.contract.operations_doc`; a test holds it to the table.

- **effect** decides what is repeated: a read freely, an idempotent write (under its token, where one is named), any
  other write only where AWS can't have acted on it.
- **pages**: the member that carries the next page's token; the client reads them all, up to `aws.pages_max`.
- **IAM**: the action, with those that AWS checks beside it. Resources are in the table and in what `tidegate iam-policy`
  prints.
"""


def service_section(service: dict[str, Any]) -> str:
    lines = [
        f"\n## {service['id']}\n",
        f"{service['protocol']}, API version {service['api_version']}.\n",
        "| operation | effect | token | pages | IAM |",
        "| --- | --- | --- | --- | --- |",
    ]
    for operation in sorted(service["operations"], key=lambda one: one["name"]):
        iam = [operation["iam"]["action"], *operation["iam"]["also"]]
        cells = [
            operation["name"],
            operation["effect"],
            code(operation["idempotency_token"]),
            code(operation["pages"]["input_token"]),
            ", ".join(code(action) for action in iam if action) or "none",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def code(word: str) -> str:
    return f"`{word}`" if word else ""


def document(services: list[dict[str, Any]]) -> str:
    operations = sum(len(service["operations"]) for service in services)
    ordered = sorted(services, key=lambda service: service["id"].lower())
    return HEAD.format(operations=operations, services=len(services)) + "".join(map(service_section, ordered))


if __name__ == "__main__":
    print(document(table.load()), end="")
