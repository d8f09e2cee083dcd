"""What must survive: responses, traces, staged batches, kernel locks, atomic files."""
