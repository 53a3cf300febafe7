"""A throwaway PostgreSQL from the machine's own binaries."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder with initdb and pg_ctl: on PATH, or where Debian and Homebrew put them."""
    on_path = shutil.which("pg_ctl")
    if on_path:
        return Path(on_path).resolve().parent
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/opt/homebrew/opt").glob("postgresql*/bin")]
    return next((place for place in sorted(places, reverse=True) if (place / "initdb").exists()), None)


@contextmanager
def throwaway(binaries: Path) -> Iterator[str]:
    """Runs one until the block ends: the URL of its maintenance database, over a Unix socket only."""
    folder = Path(tempfile.mkdtemp(prefix="yoridokoro-pg-", dir="/tmp"))
    as_user: list[str] = []
    if os.getuid() == 0:
        # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data, options = str(folder / "data"), f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
    initdb = [
        *as_user,
        str(binaries / "initdb"),
        "-D",
        data,
        "-A",
        "trust",
        "-U",
        "postgres",
        "--no-sync",
        "-E",
        "UTF8",
    ]
    subprocess.run([*initdb, "--locale=C.UTF-8"], check=True, capture_output=True)
    control = [*as_user, str(binaries / "pg_ctl"), "-D", data]
    start = [*control, "-o", options, "-w", "-l", str(folder / "log"), "start"]
    subprocess.run(start, check=True, capture_output=True)
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)
