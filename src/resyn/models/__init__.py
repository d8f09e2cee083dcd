"""Talking to models: wire formats, limits, retries."""
