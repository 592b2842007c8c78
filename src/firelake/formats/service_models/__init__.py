"""Requests of AWS's APIs, held to botocore's models of the services."""
