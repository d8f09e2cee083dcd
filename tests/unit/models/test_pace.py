"""How many requests are in flight, decided from what came back."""

from collections import deque

from resyn.models.pace import ANSWERS_A_SLOT, FIRST, Pace, Start


def settled(limit: int, most: int = 64) -> Pace:
    """Return a pace that no longer grows fast."""
    return Pace(most, Start(limit, grows=False))


def answer(pace: Pace, times: int, latency: float = 1.0) -> None:
    """Give answers that each were one of as many as are allowed."""
    for _ in range(times):
        pace.answered(latency, pace.limit)


def test_it_grows_fourfold_each_round_trip_up_to_what_the_config_allows() -> None:
    """16, 64, 256, and no further."""
    pace = Pace(256)
    seen = [pace.limit]
    for _ in range(3):
        answer(pace, pace.limit)
        seen.append(pace.limit)
    assert seen == [FIRST, 64, 256, 256]
    assert Pace(4).limit == 4


def test_a_burst_of_which_half_is_rejected_ends_at_the_half_that_was_not() -> None:
    """Each rejection takes the slot it had."""
    pace = settled(64)
    for _ in range(32):
        pace.rejected()
    assert pace.limit == 32


def test_answers_earn_slots_slowly_once_something_was_rejected() -> None:
    """One for every twelve, so that a limit is tried again without running into it all the time."""
    pace = Pace(64)
    for _ in range(4):
        pace.rejected()
    answer(pace, 2 * ANSWERS_A_SLOT)
    assert pace.limit == FIRST - 4 + 2


def test_bad_luck_on_the_way_up_ends_no_growth() -> None:
    """5% of 429 at random: as many in flight, after as many answers, as without."""
    pace = Pace(64)
    for _ in range(3):
        pace.rejected()
        answer(pace, 19)
    assert pace.limit == 64


def test_one_rejection_in_twenty_at_random_does_not_shrink_it() -> None:
    """Bad luck is not a crowd: 5% of 429 costs their retries and nothing else."""
    pace = settled(64)
    for _ in range(200):
        answer(pace, 19)
        pace.rejected()
    assert pace.limit >= 62


def test_it_never_goes_below_one() -> None:
    """Something has to find out when it is better."""
    pace = settled(2)
    for _ in range(9):
        pace.rejected()
    assert pace.limit == 1


def test_a_limit_that_is_not_reached_does_not_grow() -> None:
    """A few requests at a time say nothing of what many would do."""
    pace = Pace(64)
    for _ in range(100):
        pace.answered(1.0, in_flight=3)
    assert pace.limit == FIRST


def endpoint(pace: Pace, capacity: float, answers: int, base: float = 1.0) -> list[int]:
    """Answer with the latency of an endpoint that works on `capacity` requests at once; return the limit after each answer."""
    limits = []
    in_flight = deque[float]()  # the load that each met when it was sent
    for _ in range(answers):
        while len(in_flight) < pace.limit:
            in_flight.append(len(in_flight) + 1)
        load = in_flight.popleft()
        pace.answered(base * max(1.0, load / capacity), len(in_flight) + 1)
        limits.append(pace.limit)
    return limits


def test_an_endpoint_that_gets_slow_and_says_nothing_is_not_overrun() -> None:
    """Four times too many in flight bring four times the latency and not one more answer: the load comes down, and stays near."""
    limits = endpoint(Pace(256), capacity=32, answers=20_000)
    assert max(limits[:1000]) > 96
    assert all(48 <= limit <= 144 for limit in limits[5_000:])


def test_answers_that_get_longer_do_not_shrink_it_for_good() -> None:
    """A cut that makes nothing faster is undone: the answers were longer, not the endpoint slower."""
    pace = Pace(64)
    answer(pace, 500, latency=1.0)
    assert pace.limit == 64
    answer(pace, 140, latency=5.0)
    assert pace.limit == 48
    answer(pace, 200, latency=5.0)
    assert pace.limit == 64
    answer(pace, 500, latency=5.0)
    assert pace.limit == 64


def test_the_next_process_begins_where_this_one_ended() -> None:
    """Also when it ends while a smaller limit is on trial."""
    pace = Pace(64)
    answer(pace, 500, latency=1.0)
    answer(pace, 140, latency=5.0)
    assert pace.state == Start(64, grows=True)
    assert Pace(32, pace.state).limit == 32
