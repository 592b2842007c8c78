"""The parts of the lake, a ComponentResource a file; `firelake.infra.lake` wires them."""
