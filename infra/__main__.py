"""What `pulumi up` runs in this folder: the lake, from a checkout that nobody installed."""

import sys
from pathlib import Path

# Pulumi makes `.venv` of infra/requirements.txt where there is none, which has not this project.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from firelake.infra.entry import run
from firelake.infra.program import program

run(program)
