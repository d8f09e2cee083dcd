"""Profilers of Data Designer's: report.html profiles every column, scores of judges among them."""

from __future__ import annotations

from resyn.config.written import Name, Whole, Written


class JudgeScoreProfilerConfig(Written):
    """A summary of a judge's scores: accepted, without effect."""

    model_alias: Name
    """Which model would write the summary."""
    summary_score_sample_size: Whole | None = 20
    """How many scores it would be shown."""
