"""What all parts of Firelake agree on: events and their fields, names, S3 layout, reasons.

The house holds no behaviour of its own beyond reading and checking `events.toml`. It uses the
standard library only, does no I/O but reading that file, and imports no other house, so that the
Lambda, the Pulumi program and the command line can all stand on it.

| module | holds |
| --- | --- |
| `firelake.contract.types` | the types that a field of an event may have |
| `firelake.contract.constraints` | what a field's values must be besides of their type |
| `firelake.contract.patterns` | patterns of texts, matched in one pass |
| `firelake.contract.pattern_syntax` | what a pattern may say, read into a tree |
| `firelake.contract.character_classes` | the classes of characters in a pattern |
| `firelake.contract.events` | the contract as objects: load it, look up fields and events |
| `firelake.contract.lint` | the rules that an `events.toml` must keep |
| `firelake.contract.lint_constraints` | the rules that the constraints of a field must keep |
| `firelake.contract.members` | what is asked of the members of a field's structs |
| `firelake.contract.sources` | where producers of other shapes write id, name and time |
| `firelake.contract.presets` | where widely used producers write them |
| `firelake.contract.column_names` | what a column may be called |
| `firelake.contract.paths` | paths to a value in an event |
| `firelake.contract.time_patterns` | how a producer writes times |
| `firelake.contract.lines` | where in an `events.toml` a key stands |
| `firelake.contract.reserved_words` | the names that Athena would want quoted |
| `firelake.contract.printable` | which texts are printable |
| `firelake.contract.change` | one difference between two contracts, and its verdict |
| `firelake.contract.changes` | which changes from one contract version to the next are safe |
| `firelake.contract.constraint_changes` | which changes of a field's constraints are |
| `firelake.contract.claim_schedule` | where a claim is kept: an item of its own, or a page |
| `firelake.contract.in_force` | which settings were in force when |
| `firelake.contract.layout` | the S3 prefixes: build a key, parse a key |
| `firelake.contract.object_names` | the object names that Firehose gives |
| `firelake.contract.utc` | moments in UTC |
| `firelake.contract.facts` | limits and choices that several parts share |
| `firelake.contract.names` | names that several parts share: columns, tables, variables, metrics |
| `firelake.contract.reasons` | why an event can be invalid |
| `firelake.contract.errors` | what this house raises |
"""
