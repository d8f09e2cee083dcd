"""Program → identity, ranges, what to run and why; then the one writer that writes it."""
