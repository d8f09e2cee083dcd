"""What can be wrong in a project's folder, found and mended; nothing is lost on the way."""

from resyn.doctor.doctor import examine

__all__ = ["examine"]
