"""What `pulumi up` runs in this folder: the bootstrap, from a checkout that nobody installed."""

import sys
from pathlib import Path

# Pulumi makes `.venv` of requirements.txt where there is none, which has not this project.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from firelake.infra.bootstrap.program import program
from firelake.infra.entry import run

run(program)
