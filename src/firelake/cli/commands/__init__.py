"""The commands of `firelake`: a module NAME has a function NAME_command, or a Typer `group`."""
