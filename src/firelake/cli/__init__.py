"""The command line `firelake`: options and printing; what a command does is in other rooms."""
