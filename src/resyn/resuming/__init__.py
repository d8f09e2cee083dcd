"""What is on disk, looked at; and what `resume.decide` says, carried out."""
