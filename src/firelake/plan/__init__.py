"""What a volume of events needs, costs and breaks: arithmetic on a workload and a stack's settings.

Nothing here asks AWS anything, but for the sample that `measure` may take of a stream.
"""
