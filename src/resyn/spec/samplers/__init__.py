"""One file per sampler type, named after it, holding one `SamplerParams` dataclass."""

from resyn.spec.samplers.params import SamplerParams

__all__ = ["SamplerParams"]
