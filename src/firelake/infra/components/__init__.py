"""The parts of the lake, a ComponentResource a file; `firelake.infra.program` wires them."""
