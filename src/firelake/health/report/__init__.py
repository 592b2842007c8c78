"""`firelake report`: what came into a lake over some time, as one page that needs nothing else."""
