"""What pages of the command line have in common: a self-contained shell, charts, tables."""
