"""Planned projects beside the real model server."""

from support.served import another_plan, plan, server

__all__ = ["another_plan", "plan", "server"]
