"""What catches mistakes of the program that Pulumi lets pass when no engine and no AWS looks on."""
