"""`resyn models check`: find out whether the models of a project can be asked, without a generation."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from resyn.errors import ModelUnavailable
from resyn.models.client import open_client
from resyn.spec import Model, Provider, Runtime

_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Say whether a provider serves the models that a project uses."""

    provider: str
    models: tuple[str, ...]
    problem: str
    """Why they cannot be asked; "" where they can."""
    hint: str = ""


def check(models: Iterable[Model], runtime: Runtime) -> tuple[Checked, ...]:
    """Return, for each provider in use, whether its models can be asked now."""
    by_provider: dict[tuple[str, str], set[str]] = {}
    for model in models:
        by_provider.setdefault((model.provider, model.provider_type), set()).add(model.model)
    return asyncio.run(_check_all(by_provider, runtime))


async def _check_all(by_provider: dict[tuple[str, str], set[str]], runtime: Runtime) -> tuple[Checked, ...]:
    checks = (_check(name, kind, names, runtime) for (name, kind), names in sorted(by_provider.items()))
    return tuple(await asyncio.gather(*checks))


async def _check(name: str, provider_type: str, models: set[str], runtime: Runtime) -> Checked:
    names = tuple(sorted(models))
    client = open_client(name, provider_type, runtime.providers.get(name, Provider()))
    try:
        failed = await client.check(frozenset(models), _TIMEOUT_SECONDS)
    except ModelUnavailable as error:
        return Checked(provider=name, models=names, problem=error.message, hint=error.hint)
    finally:
        await client.close()
    return Checked(provider=name, models=names, problem=failed.reason if failed else "")
