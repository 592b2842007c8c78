"""The parts of the lake, one ComponentResource a file; `infra.program` wires them together."""
