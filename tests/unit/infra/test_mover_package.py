"""The zip of the function that takes moves further: the same bytes, and all that it imports."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path

from firelake.contract.names import MOVER_HANDLER
from firelake.infra.mover_package import mover_zip

# What the runtime of Lambda brings: boto3, and what it needs.
RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")
IMPORT = """
import importlib, sys
sys.path[:0] = sys.argv[1:3]
module = importlib.import_module(sys.argv[3])
assert callable(module.handler)
print(*sorted({name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)))
"""


def test_equal_sources_give_equal_bytes(tmp_path: Path) -> None:
    first, second = mover_zip(tmp_path / "a"), mover_zip(tmp_path / "b")

    assert first.read_bytes() == second.read_bytes()
    assert first.name == second.name
    assert mover_zip(tmp_path / "a") == first


def test_it_holds_our_own_modules_and_no_library(tmp_path: Path) -> None:
    with zipfile.ZipFile(mover_zip(tmp_path)) as archive:
        names = archive.namelist()

    assert {name.partition("/")[0] for name in names} == {"firelake"}
    assert {name.rpartition(".")[2] for name in names} == {"py"}
    assert "firelake/transform/handler.py" not in names


def test_the_runtime_of_lambda_is_all_that_it_needs(tmp_path: Path) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    for name in RUNTIME:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        place = origin.parent if origin.name == "__init__.py" else origin
        (runtime / place.name).symlink_to(place)

    module = MOVER_HANDLER.rpartition(".")[0]
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", IMPORT, mover_zip(tmp_path), runtime, module],
        capture_output=True,
        check=False,
        text=True,
    )

    assert ran.stderr == ""
    imported = set(ran.stdout.split())
    assert "firelake" in imported
    assert imported - {"firelake", "__main__", "__mp_main__"} <= set(RUNTIME)
