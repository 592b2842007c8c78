"""The parts of the lake, one ComponentResource a file; `firelake.infra.program` wires them together."""
