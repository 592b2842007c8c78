"""The real `pulumi` runs this project's program against the embedded cloud."""
