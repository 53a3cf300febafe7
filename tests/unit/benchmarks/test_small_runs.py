"""The benchmarks of what comes round still run: small, and nothing in them goes wrong unseen."""

import sys

import pytest

from benchmarks import digests, home


def test_digests_are_sent_to_everybody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "argv", ["digests", "--people", "8", "--tips", "80"])
    digests.main()
    assert "8 digests for 8 people" in capsys.readouterr().out
    assert caplog.records == []


def test_home_is_drawn_for_colleagues_and_hosts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "argv", ["home", "--people", "40", "--tips", "80", "--runs", "2"])
    home.main()
    told = capsys.readouterr().out
    assert (told.count("ratio"), told.count("Home")) == (2, 2)
    assert caplog.records == []
