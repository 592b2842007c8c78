"""Delivery: a stand-in for Firehose between a Kinesis stream and S3."""
