"""The house local: the embedded cloud, which runs the Pulumi program of infra on this machine."""
