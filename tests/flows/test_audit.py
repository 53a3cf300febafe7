"""python -m bot audit: admins export the trail, and their look-ups are in it; forget leaves tips when asked to."""

import json

import pytest

from playground.server import LocalSlack
from tests.flows.conftest import on_both_databases
from tests.flows.test_command_line import Run, environment, imported, run

__all__ = ["environment", "imported", "run"]
"""Fixtures."""

TEAM = ("--workspace", "T0SMALL")


@on_both_databases
@pytest.mark.usefixtures("imported")
def test_look_ups_by_the_command_line_are_in_the_trail(run: Run) -> None:
    run("search", "議事録の要約", *TEAM, "--as", "U0BEN")
    run("export", *TEAM)
    run("questions", *TEAM)
    lines = [json.loads(line) for line in run("audit", *TEAM, "--as", "U0CHIE", "--format", "json").stdout.splitlines()]
    assert [(line["action"], line["who"]["kind"]) for line in lines] == [
        ("tips.imported", "operator"),
        ("tips.searched", "operator"),
        ("tips.exported", "operator"),
        ("questions.read", "operator"),
        ("audit.read", "person"),
    ]
    assert lines[-1]["who"]["id"] == "U0CHIE"
    assert "議事録" not in str(lines)
    assert "operator" in run("audit", *TEAM, "--since", "2020-01-01").stdout
    assert run("audit", *TEAM, "--since", "2999-01-01").stdout == ""


@pytest.mark.usefixtures("imported")
def test_only_admins_have_their_look_up_noted_under_their_name(run: Run, slack: LocalSlack) -> None:
    assert "Only admins" in run("audit", *TEAM, "--as", "U0BEN", code=1).stderr
    run("audit", *TEAM, "--since", "yesterday", code=2)
    assert slack.calls


@pytest.mark.usefixtures("imported")
def test_forget_says_what_stays_without_a_name(run: Run) -> None:
    said = run("forget", "U0AYA", *TEAM, "--keep-tips", "--yes").stderr
    assert "0 tips withdrawn, 0 left without a name" in said
