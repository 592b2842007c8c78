"""What an operator does with Firelake: the command `firelake` and the parts that it is made of.

May use every other house; nothing but the tests uses this one.
"""
