"""CloudWatch's alarms, evaluated as AWS does: MiniStack looks at no dimension and no period."""
