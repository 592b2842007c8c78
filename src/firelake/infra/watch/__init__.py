"""Watch, the pure part: which alarms, event rules and dashboard a stack gets, and why."""
