"""${ssm:...} and ${secret:...} in the configuration, read from AWS at the start and while the service runs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.harness import parts
from tests.harness.emulator import Emulator
from tests.harness.tidegate import Tidegate
from tests.integration.service import Client, wait_until
from tests.integration.test_main_job import seed_production

WARNING = {"id": "alert-1", "severity": "warning", "type": "cost", "title": "spend", "message": "above plan"}


def hook(emulator: Emulator, name: str) -> str:
    return f"{emulator.url}/services/T000/B000/{name}"


def set_up(emulator: Emulator) -> dict[str, object]:
    emulator.client("ssm").put_parameter(Name="/tidegate/cluster", Value="production", Type="SecureString")
    emulator.client("ssm").put_parameter(Name="/tidegate/parallelism", Value="7", Type="String")
    emulator.client("secretsmanager").create_secret(
        Name="tidegate/hooks", SecretString=json.dumps({"slack": hook(emulator, "first"), "other": "x"})
    )
    return {
        "scaling": {"default_cluster": "${ssm:/tidegate/cluster}", "parallelism": "${ssm:/tidegate/parallelism}"},
        "alerts": {"slack": {"webhook_url": "${secret:tidegate/hooks#slack}"}},
        "aws": {"references": {"refresh": "1s"}},
    }


def slack_paths(emulator: Emulator) -> list[str]:
    return [message["path"].rsplit("/", 1)[1] for message in emulator.received(to="slack")]


def test_settings_are_read_from_the_parameter_store_and_secrets(
    over_aws: Callable[..., Tidegate], emulator: Emulator
) -> None:
    seed_production(emulator)
    ops = Client(over_aws(set_up(emulator)))

    answer = ops.post("/scale", {"action": "scale_up", "nodegroups": [{"name": "web", "desired_size": 3}]}).json()
    ops.post("/alerts", WARNING)

    assert answer["cluster"] == "production"
    assert answer["results"][0]["status"] == "scaling_initiated"
    assert slack_paths(emulator) == ["first"]


def test_a_rotated_secret_is_used_without_a_restart(over_aws: Callable[..., Tidegate], emulator: Emulator) -> None:
    service = over_aws(set_up(emulator))
    ops = Client(service)
    secrets = emulator.client("secretsmanager")

    secrets.put_secret_value(SecretId="tidegate/hooks", SecretString=json.dumps({"slack": hook(emulator, "second")}))

    def reaches_the_second() -> bool:
        ops.post("/alerts", {**WARNING, "id": f"alert-{len(slack_paths(emulator))}"})
        return slack_paths(emulator)[-1:] == ["second"]

    wait_until(reaches_the_second, 15, "the rotated webhook")
    assert hook(emulator, "second") not in service.process.output()


def test_the_metrics_tell_when_settings_were_last_read(
    over_aws: Callable[..., Tidegate], emulator: Emulator
) -> None:
    ops = Client(over_aws(set_up(emulator)))

    def last_read() -> float:
        name = "\ntidegate_settings_refresh_last_success_timestamp_seconds "
        return float(ops.get("/metrics").text.split(name)[1].split("\n")[0])

    at_the_start = last_read()
    wait_until(lambda: last_read() > at_the_start, 15, "settings to be read again")


def test_the_old_value_goes_on_while_the_new_one_cannot_be_used(
    over_aws: Callable[..., Tidegate], emulator: Emulator
) -> None:
    service = over_aws(set_up(emulator))
    ops = Client(service)

    emulator.client("secretsmanager").put_secret_value(SecretId="tidegate/hooks", SecretString="no JSON any more")

    wait_until(lambda: "settings.refresh_failed" in service.process.output(), 15, "the failure in the log")
    ops.post("/alerts", WARNING)
    assert slack_paths(emulator) == ["first"]
    assert "no JSON any more" not in service.process.output()


def test_a_reference_that_names_nothing_is_told_with_its_line(emulator: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "tidegate.yaml"
    file.write_text("platform: aws\nscaling:\n  default_cluster: ${ssm:/no/such}\n")
    argv = [parts.tidegate_binary(), "config", "check", "--config", file]

    done = subprocess.run(argv, env=emulator.environment(), capture_output=True, text=True, timeout=60)

    assert done.returncode == 2
    assert f"{file}:3: ${{ssm:/no/such}}: " in done.stderr
    assert "ParameterNotFound" in done.stderr


def test_show_masks_what_came_from_aws(emulator: Emulator, tmp_path: Path) -> None:
    set_up(emulator)
    file = tmp_path / "tidegate.yaml"
    file.write_text("scaling:\n  default_cluster: ${ssm:/tidegate/cluster}\n")
    argv = [parts.tidegate_binary(), "config", "show", "--config", file]

    done = subprocess.run(argv, env=emulator.environment(), capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
    assert 'default_cluster: "********"' in done.stdout
    assert "production" not in done.stdout
