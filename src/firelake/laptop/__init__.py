"""A lake on this machine: `firelake up`, `down`, `status` and `demo`."""
