"""The house infra: what `pulumi up` makes, and the zip of the transform function."""
