"""What `resyn init` writes, as package data."""
