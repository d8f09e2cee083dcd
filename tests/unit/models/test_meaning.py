"""What a status means that is no answer."""

from __future__ import annotations

import pytest

from resyn.models.meaning import Meaning, read_meaning

QUOTA = "You exceeded your current quota, please check your plan and billing details."


@pytest.mark.parametrize(
    ("status", "said", "meaning"),
    [
        (400, "max_tokens is too large", Meaning.REFUSED),
        (413, "", Meaning.REFUSED),
        (422, "", Meaning.REFUSED),
        (429, "Rate limit reached for gpt-4o on requests per min (RPM): Limit 3, Used 3", Meaning.WEATHER),
        (429, "Request too large for gpt-4o on tokens per min (TPM): Limit 10000, Requested 12000.", Meaning.REFUSED),
        (429, QUOTA, Meaning.NO_CREDIT),
        (429, f"{QUOTA} For more information, head over to: https://ai.google.dev/gemini-api/docs/rate-limits. * Qu", Meaning.WEATHER),
        (429, f"{QUOTA} Please retry in 36.9s.", Meaning.WEATHER),
        (400, "Your credit balance is too low to access the API.", Meaning.NO_CREDIT),
        (400, "the prompt says: your credit balance", Meaning.REFUSED),
        (401, "", Meaning.BAD_KEY),
        (402, "", Meaning.NO_CREDIT),
        (403, "", Meaning.BAD_KEY),
        (404, "", Meaning.NOT_THERE),
        (307, "", Meaning.NOT_THERE),
        (408, "", Meaning.WEATHER),
        (500, "", Meaning.WEATHER),
        (529, "Overloaded", Meaning.WEATHER),
    ],
)
def test_a_status_and_the_words_beside_it(status: int, said: str, meaning: Meaning) -> None:
    """An empty account is told from a limit by the minute, and a request that no minute has room for from one that may wait."""
    assert read_meaning(status, said, has_answered=True) is meaning


def test_a_400_that_speaks_of_the_key_is_about_the_key_until_it_was_taken() -> None:
    """Later it is about what the request says."""
    assert read_meaning(400, "API key not valid", has_answered=False) is Meaning.BAD_KEY
    assert read_meaning(400, "API key not valid", has_answered=True) is Meaning.REFUSED
