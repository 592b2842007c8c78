"""The transform Lambda: decodes, validates, claims and answers what Firehose hands it.

May use `contract`, msgspec, Powertools and the runtime's boto3, and nothing more: everything here
goes into the zip.
"""
