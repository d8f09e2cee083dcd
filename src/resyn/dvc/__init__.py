"""Everything that talks to DVC."""
