"""The files in `deploy/` refer only to settings, addresses and figures that exist. The programs that read them find
nothing wrong with them, if they are installed."""

import os
import re
import shutil
import subprocess
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from newsportal.limits import PICTURE_BYTES
from newsportal.operating import tallies
from newsportal.operating.limits import BEAT_LATE_SECONDS
from newsportal.serving import HEAD_SECONDS

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
ALERTS = [
    rule for group in yaml.safe_load((DEPLOY / "prometheus-rules.yml").read_text())["groups"] for rule in group["rules"]
]
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def settings_of_the_table() -> set[str]:
    table = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([A-Z][A-Z0-9_]*)` \|", table, flags=re.MULTILINE))


@pytest.mark.django_db
def test_every_figure_that_an_alert_asks_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "own", tallies.Tally())
    tallies.note_answer("writing", 429, 0.1)
    tallies.note("database_errors", "OperationalError")
    tallies.note("csp_reports", "kept")
    text = Client().get("/metrics").content.decode()
    told = {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}
    asked = {name for alert in ALERTS for name in re.findall(r"portal_\w+", alert["expr"])}
    assert len(asked) >= 14
    assert asked - told == set()


def test_every_alert_says_what_it_is_and_the_guide_what_to_do() -> None:
    guide = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    for alert in ALERTS:
        assert alert["labels"]["severity"] in {"page", "ticket"}
        assert alert["annotations"]["summary"]
        assert f"| `{alert['alert']}` |" in guide, alert["alert"]
    assert re.findall(r"^\| `(Portal\w+)` \|", guide, flags=re.MULTILINE) == [alert["alert"] for alert in ALERTS]


def test_a_proxy_gives_an_idle_connection_up_before_the_portal_does() -> None:
    nginx = re.search(r"upstream portal {[^}]*keepalive_timeout (\d+)s;", (DEPLOY / "nginx.conf").read_text())
    caddy = re.search(r"transport http {[^}]*keepalive (\d+)s\n", (DEPLOY / "Caddyfile").read_text())
    assert nginx
    assert caddy
    assert max(int(nginx[1]), int(caddy[1])) < HEAD_SECONDS


def test_the_alert_of_the_worker_is_as_patient_as_readiness() -> None:
    [late] = [alert for alert in ALERTS if alert["alert"] == "PortalWorkerLate"]
    assert late["expr"].endswith(f"> {BEAT_LATE_SECONDS:.0f}")


def test_compose_sets_settings_that_there_are_and_asks_for_what_must_be_given() -> None:
    given = COMPOSE["services"]["portal"]["environment"]
    assert set(given) - settings_of_the_table() == set()
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    example = (DEPLOY / "compose.env.example").read_text()
    assert asked == set(re.findall(r"^([A-Z_]+)=", example, flags=re.MULTILINE))
    assert {"SECRET_KEY", "DATABASE_PASSWORD", "SITE_HOST"} <= set(re.findall(r"\$\{(\w+):\?", str(COMPOSE)))


def test_compose_names_networks_volumes_and_services_that_it_has() -> None:
    for name, service in COMPOSE["services"].items():
        assert set(service["networks"]) <= set(COMPOSE["networks"]), name
        named = {volume.partition(":")[0] for volume in service.get("volumes", ()) if volume[0] not in "./"}
        assert named <= set(COMPOSE["volumes"]), name
        assert set(service.get("depends_on", ())) <= set(COMPOSE["services"]), name
        assert "no-new-privileges:true" in service["security_opt"], name
    for name in ("portal", "pages", "proxy"):
        assert (COMPOSE["services"][name]["read_only"], COMPOSE["services"][name]["cap_drop"]) == (True, ["ALL"]), name
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]
    # At a single address: they have no other network in common.
    shared = set(COMPOSE["services"]["proxy"]["networks"]) & set(COMPOSE["services"]["portal"]["networks"])
    assert shared == {"inside"}
    address = COMPOSE["services"]["proxy"]["networks"]["inside"]["ipv4_address"]
    assert COMPOSE["services"]["portal"]["environment"]["TRUSTED_PROXIES"] == address


def test_nobody_else_is_given_the_address_of_the_proxy_which_stays_when_the_portal_is_replaced() -> None:
    proxy = COMPOSE["services"]["proxy"]
    [addresses] = COMPOSE["networks"]["inside"]["ipam"]["config"]
    address = ip_address(proxy["networks"]["inside"]["ipv4_address"])
    assert address in ip_network(addresses["subnet"])
    # The others, which start before it, get theirs from this range.
    assert address not in ip_network(addresses["ip_range"])
    assert "depends_on" not in proxy


def test_the_image_has_the_tools_of_the_server_that_compose_runs() -> None:
    [server] = re.findall(r"^postgres:(\d+)-bookworm$", COMPOSE["services"]["database"]["image"])
    assert f"postgresql-client-{server}" in (DEPLOY / "Dockerfile").read_text()


def test_the_image_is_rootless_and_takes_only_what_runs() -> None:
    steps = (DEPLOY / "Dockerfile").read_text()
    assert re.findall(r"^USER (\S+)", steps, flags=re.MULTILINE) == ["10001:10001"]
    copied = re.findall(r"^COPY (?!--from)(.+) \./?\S*$", steps, flags=re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert names == {"requirements.txt", "manage.py", "locale", "templates", "newsportal", "articles", "comments"}
    kept = re.findall(r"^!(\S+)", (DEPLOY / "Dockerfile.dockerignore").read_text(), flags=re.MULTILINE)
    assert set(kept) == names
    assert all((ROOT / name).exists() for name in names)
    for name in re.findall(r"\b([A-Z_]+)=\S+", re.findall(r"^ENV (.*)$", steps, flags=re.MULTILINE)[0]):
        assert name in settings_of_the_table() | {"PYTHONDONTWRITEBYTECODE"}


def test_nginx_lets_pass_what_editors_upload() -> None:
    [most] = re.findall(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx.conf").read_text())
    assert int(most) * 1024 * 1024 > PICTURE_BYTES


def test_caddy_leaves_what_is_too_large_to_the_portal_and_logs_nothing_of_a_request() -> None:
    told = (DEPLOY / "Caddyfile").read_text()
    # It cuts such a body off on its way to the portal, and the editor gets a "bad gateway".
    assert "max_size" not in told
    assert "request delete" in told


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_proxies_say_themselves_who_asks(name: str) -> None:
    told = (DEPLOY / name).read_text()
    assert re.search(r"X-Forwarded-For (\$remote_addr|\{remote_host\})", told)
    assert "X-Request-ID" in told


def judged(*command: str, **environment: str) -> tuple[int, str]:
    """What a program says about our files: its exit status and its output. Without the program the test is skipped."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]} here")
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["portal.service", "portal-worker.service"])
def test_systemd_understands_every_line_of_the_units(name: str, tmp_path: Path) -> None:
    told = (DEPLOY / name).read_text().replace("/srv/portal/.venv/bin/python", "/usr/bin/env")
    (tmp_path / name).write_text(told)
    assert judged("systemd-analyze", "verify", "--man=no", str(tmp_path / name)) == (0, "")


def test_caddy_takes_its_file(tmp_path: Path) -> None:
    file = str(DEPLOY / "Caddyfile")
    status, words = judged(
        "caddy",
        "validate",
        "--adapter",
        "caddyfile",
        "--config",
        file,
        SITE_HOST="news.example.org",
        HOME=str(tmp_path),
    )
    assert (status, "Valid configuration" in words.splitlines()) == (0, True), words


def test_prometheus_takes_its_files(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "prometheus-rules.yml", tmp_path / "portal-rules.yml")
    shutil.copy(DEPLOY / "prometheus.yml", tmp_path)
    status, words = judged("promtool", "check", "config", str(tmp_path / "prometheus.yml"))
    assert (status, f"SUCCESS: {len(ALERTS)} rules found" in words) == (0, True), words


def test_each_alert_fires_where_it_should_and_not_a_little_below_its_measure() -> None:
    file = ROOT / "tests" / "prometheus-rules.test.yml"
    tried = re.findall(r'alertname="(\w+)"', file.read_text())
    assert tried == [alert["alert"] for alert in ALERTS]
    status, words = judged("promtool", "test", "rules", str(file))
    assert status == 0, words


@pytest.mark.parametrize("name", ["portal.service", "portal-worker.service"])
def test_units_start_commands_that_there_are_and_are_confined(name: str) -> None:
    told = (DEPLOY / name).read_text()
    [command] = re.findall(r"^ExecStart=/srv/portal/\.venv/bin/python manage\.py (\w+)$", told, flags=re.MULTILINE)
    assert (ROOT / "newsportal" / "management" / "commands" / f"{command}.py").exists()
    lines = set(told.splitlines())
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "Restart=always"} <= lines
    assert "ReadWritePaths=/srv/portal/var" in lines


def test_the_command_for_operators_acts_as_the_unit_does(tmp_path: Path) -> None:
    unit = (DEPLOY / "portal.service").read_text()
    named = {name: re.findall(rf"^{name}=(\S+)", unit, flags=re.MULTILINE) for name in ("User", "WorkingDirectory")}
    (settings,) = re.findall(r"^EnvironmentFile=(\S+)", unit, flags=re.MULTILINE)
    script = (DEPLOY / "portal").read_text()
    assert named == {"User": ["portal"], "WorkingDirectory": ["/srv/portal"]}
    assert all(words in script for words in (f". {settings}\n", "cd /srv/portal\n", "/usr/sbin/runuser -u portal -- "))

    (tmp_path / "env").write_text('PUBLISHER="The Example Press"\nSECRET_KEY=a+b/c=\n')
    (tmp_path / "runuser").write_text('#!/bin/sh\necho "$PUBLISHER|$SECRET_KEY|$(pwd)|$*"\n')
    (tmp_path / "runuser").chmod(0o755)
    here = (
        script.replace(settings, f"{tmp_path}/env")
        .replace("/usr/sbin", str(tmp_path))
        .replace("/srv/portal", str(tmp_path))
    )
    done = subprocess.run(
        ["/bin/sh", "-c", here, "portal", "backup", "/mnt/two words/"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    told = f"The Example Press|a+b/c=|{tmp_path}|-u portal -- .venv/bin/python manage.py backup /mnt/two words/\n"
    assert done.stdout == told
