"""Names of Data Designer's that mean nothing here, and what to write in their place."""

from __future__ import annotations

_RUN = "how a run goes is no part of a config: `batch_size` is in params.yaml, limits and restarts are with the models and columns"
_INSIDE = "it describes Data Designer's own scheduler"

ABSENT = {
    "AgentRolloutFormat": "write the rollouts into seeds/ as JSON Lines and take LocalFileSeedSource",
    "AgentRolloutSeedSource": "write the rollouts into seeds/ as JSON Lines and take LocalFileSeedSource",
    "DataDesignerScriptParams": "a script takes its arguments from the command line itself",
    "InfoType": "`resyn schema` tells what there is",
    "JinjaRenderingEngine": "templates are always sandboxed",
    "RequestAdmissionTuningConfig": "limits adapt by themselves; bounds are `limits` of ModelConfig",
    "RunConfig": _RUN,
    "SchedulingMetadata": _INSIDE,
    "SchedulingMetadataError": _INSIDE,
    "ThrottleConfig": "limits adapt by themselves; bounds are `limits` of ModelConfig",
    "DataFrameSeedSource": "write the table into seeds/ (`LocalFileSeedSource.from_dataframe(df, 'seeds/rows.parquet')`)",
    "HuggingFaceSeedSource": "download the files into seeds/ and take LocalFileSeedSource: DVC has to see them change",
}
