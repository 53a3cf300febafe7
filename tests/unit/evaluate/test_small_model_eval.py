"""A real small model is judged over the wire: what it says is nonsense, that it is judged is not."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.evaluate.__main__ import main
from benchmarks.evaluate.report import Report
from tests.small_model import NAME, small_model

pytestmark = [pytest.mark.xdist_group("small_model"), pytest.mark.timeout(600)]


def test_a_real_model_is_judged_in_three_calls(tmp_path: Path) -> None:
    chosen = ("--limit", "1", "--cases", "*/people.en/*", "--concurrency", "1", "--max-output-tokens", "64")
    with small_model() as address:
        result = CliRunner().invoke(
            main,
            ["--base-url", address, "--model", NAME, "--out", str(tmp_path), *chosen],
            env={"OPENAI_API_KEY": "", "YORIDOKORO_LLM_TIMEOUT_SECONDS": "200"},
        )
    assert result.exit_code == 0, result.output
    (written,) = tmp_path.iterdir()
    report = Report.model_validate_json(written.read_text("utf-8"))
    assert [(r.sort, r.language) for r in report.results] == [("capture", "en"), ("answer", "en")]
    assert all(r.failed in (None, "truncated", "invalid") for r in report.results)
    assert all(r.tokens_in > 300 and 0 < r.tokens_out <= 128 for r in report.results)
    assert all(r.checks or r.failed for r in report.results)
    assert "captures all right" in result.stdout
