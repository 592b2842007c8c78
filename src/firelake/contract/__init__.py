"""What all parts of Firelake agree on: events and their fields, names, S3 layout, reasons.

The house holds no behaviour of its own beyond reading and checking `events.toml`. It uses the
standard library only, does no I/O but reading that file, and imports no other house, so that the
Lambda, the Pulumi program and the command line can all stand on it.

| module | holds |
| --- | --- |
| `firelake.contract.types` | the types that a field of an event may have |
| `firelake.contract.events` | the contract as objects: load it, look up fields and events |
| `firelake.contract.lint` | the rules that an `events.toml` must keep |
| `firelake.contract.sources` | where producers of other shapes write id, name and time |
| `firelake.contract.lines` | where in an `events.toml` a key stands |
| `firelake.contract.reserved_words` | the names that Athena would want quoted |
| `firelake.contract.changes` | which changes from one contract version to the next are safe |
| `firelake.contract.layout` | the S3 prefixes: build a key, parse a key |
| `firelake.contract.object_names` | the object names that Firehose gives |
| `firelake.contract.utc` | moments in UTC |
| `firelake.contract.facts` | limits and choices that several parts share |
| `firelake.contract.names` | names that several parts share: columns, tables, variables, metrics |
| `firelake.contract.reasons` | why an event can be invalid |
| `firelake.contract.errors` | what this house raises |
"""
