"""What `pulumi up` runs in this folder."""

from infra.bootstrap.program import program

program()
