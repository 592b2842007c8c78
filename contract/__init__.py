"""What all parts of Firelake agree on: events and their fields, names, S3 layout, reasons.

The house holds no behaviour of its own beyond reading and checking `events.toml`. It uses the
standard library only, does no I/O but reading that file, and imports no other house, so that the
Lambda, the Pulumi program and the command line can all stand on it.

| module | holds |
| --- | --- |
| `contract.types` | the types that a field of an event may have |
| `contract.events` | the contract as objects: load it, look up fields and events |
| `contract.lint` | the rules that an `events.toml` must keep |
| `contract.sources` | where producers of other shapes write id, name and time |
| `contract.lines` | where in an `events.toml` a key stands |
| `contract.reserved_words` | the names that Athena would want quoted |
| `contract.changes` | which changes from one contract version to the next are safe |
| `contract.layout` | the S3 prefixes: build a key, parse a key |
| `contract.object_names` | the object names that Firehose gives |
| `contract.utc` | moments in UTC |
| `contract.names` | names that several parts share: columns, tables, variables, metrics |
| `contract.reasons` | why an event can be invalid |
| `contract.errors` | what this house raises |
"""
