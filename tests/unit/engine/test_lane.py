"""What one model is sent, decided with made-up times."""

from resyn.engine.compiled import CellNode
from resyn.engine.lane import Landing, Lane, Question
from resyn.engine.steps import Waiting
from resyn.engine.window import Row
from resyn.models.limits import RateLimits
from resyn.models.outcome import Answered, Failed, Refused
from resyn.models.pace import Start
from resyn.models.request import Request
from resyn.spec import Limits, Tombstone

ANSWERED = Answered(body=b"{}", input_tokens=10, output_tokens=20, latency_ms=5)


def question(number: int = 0) -> Question:
    """Return a question nobody waits for."""
    message = {"role": "user", "content": "x" * 40}
    return Question(Request(alias="a", provider="p", provider_type="openai", model="m", messages=(message,), seed=number, attempt=0), [])


def lane(questions: int, **limits: int) -> Lane:
    """Return a lane with questions that wait."""
    made = Lane(Limits(**limits), now=0)  # type: ignore[arg-type] # whole numbers only
    for number in range(questions):
        made.put(question(number))
    return made


def taken(of: Lane, now: float) -> list[Question]:
    """Return all that may be sent at a time."""
    questions = []
    while (one := of.take(now)) is not None:
        questions.append(one)
    return questions


def test_no_more_than_the_limit_is_in_flight_and_a_landing_frees_its_slot() -> None:
    """Whatever it brought; the next question goes at once."""
    made = lane(5, max_parallel_requests=2)
    first, second = taken(made, 0)
    assert made.take(0) is None
    assert made.landed(first, ANSWERED, now=1, jitter=0) == Landing(outcome=ANSWERED)
    assert made.take(1) is not None
    assert made.landed(second, Failed(reason="500", status=500), now=1, jitter=0.5) == Landing(retry_in=0.5)
    assert made.take(1) is not None
    assert (made.in_flight, made.retrying, made.queued) == (2, 1, 1)


def test_a_retry_holds_no_slot_while_it_waits_and_goes_first_after() -> None:
    """It has waited longest."""
    made = lane(3, max_parallel_requests=1)
    (first,) = taken(made, 0)
    made.landed(first, Failed(reason="500", status=500), now=0, jitter=0)
    made.put_back(first)
    assert made.take(1) is first
    assert made.counts.asked == 1
    assert made.counts.sent == 2


def test_one_that_is_told_to_wait_for_a_quarter_of_an_hour_waits_a_minute_and_holds_up_no_other() -> None:
    """It holds no slot meanwhile, and what was never sent goes at once."""
    made = lane(3, max_parallel_requests=1)
    (first,) = taken(made, 0)
    landing = made.landed(first, Failed(reason="429", status=429, retry_after=1000.0), now=0, jitter=0.5)
    assert landing == Landing(retry_in=60.0)
    assert made.look().again == 60.0
    for second in (1, 2):
        (other,) = taken(made, second)
        assert made.landed(other, ANSWERED, now=second, jitter=0) == Landing(outcome=ANSWERED)


def test_what_goes_on_with_a_row_is_sent_before_what_begins_one() -> None:
    """So batches finish one after the other and not all at the end: time that is over, or a kill, leaves whole ones."""
    made = lane(2)
    title = CellNode("title", column=None, needs=frozenset({"text"}), waits_for=frozenset({"text"}))  # type: ignore[arg-type] # no code to run
    later = question(2)
    later.waiting.append(Waiting(Row("b00000", 0), title, cell=None))  # type: ignore[arg-type] # it never goes on
    made.put(later)
    assert [one.request.seed for one in taken(made, 0)] == [2, 0, 1]
    made.landed(later, ANSWERED, now=3, jitter=0)
    assert made.look().spent == {"title": 3}


def test_a_refusal_is_final() -> None:
    """Asking again would not help."""
    made = lane(1)
    (first,) = taken(made, 0)
    refused = Refused(status=400, body=b"no")
    assert made.landed(first, refused, now=0, jitter=0).outcome == refused


def test_requests_a_minute_are_kept_to() -> None:
    """One a second, and the lane says when the next may go."""
    made = lane(3, max_parallel_requests=4, requests_per_minute=60)
    assert len(taken(made, 0)) == 1
    assert made.wake_in(0) == 1
    assert len(taken(made, 1)) == 1


def test_what_shares_a_call_counts_as_one_request_a_minute() -> None:
    """As the endpoint counts: of texts to embed, a whole call goes each second, and none of them alone."""
    made = Lane(Limits(max_parallel_requests=64, requests_per_minute=60), now=0, a_call=4)
    for number in range(9):
        made.put(question(number))
    assert len(taken(made, 0)) == 4
    assert made.wake_in(0) == 1
    assert len(taken(made, 1)) == 4
    assert len(taken(made, 2)) == 1


def test_tokens_a_minute_are_reserved_before_and_corrected_after() -> None:
    """A prompt of 10 tokens and a guess of 256 against 60 a second; the answer had 20."""
    made = lane(3, max_parallel_requests=4, tokens_per_minute=3600)
    (first,) = taken(made, 0)
    assert round(made.wake_in(0) or 0, 1) == round(266 / 60, 1)
    made.landed(first, ANSWERED, now=0, jitter=0)
    assert round(made.wake_in(0) or 0, 1) == round(30 / 60, 1)


def test_what_headers_say_is_left_is_not_overrun() -> None:
    """The requests in flight count, though the headers do not know of them."""
    made = lane(9, max_parallel_requests=3)
    first, *others = taken(made, 0)
    told = RateLimits(limit_requests=100, remaining_requests=3, reset_requests=99.0)
    made.landed(first, Answered(body=b"", input_tokens=1, output_tokens=1, latency_ms=1, limits=told), now=0, jitter=0)
    assert len(others) == 2
    assert len(taken(made, 0)) == 1
    made.landed(others[0], ANSWERED, now=0, jitter=0)
    assert made.take(0) is None
    assert round(made.wake_in(0) or 0, 6) == 1


def test_a_dead_endpoint_gets_new_requests_one_at_a_time_and_is_given_up_in_the_end() -> None:
    """Those that failed go on by their own waits."""
    made = lane(40, max_parallel_requests=16)
    failed = taken(made, 0)
    for one in failed:
        made.landed(one, Failed(reason="down"), now=0, jitter=0)
    assert made.take(0) is None
    assert made.failing == "down"
    assert len(taken(made, 60)) == 1
    made.put_back(failed[0])
    assert taken(made, 60) == failed[:1]
    down = Failed(reason="down")
    assert made.landed(failed[0], down, now=300, jitter=0) == Landing(down=down)


def test_an_answer_after_an_outage_lets_everything_go_at_once() -> None:
    """What failed while the endpoint was out need not wait any longer."""
    made = lane(20, max_parallel_requests=16)
    for one in taken(made, 0):
        made.landed(one, Failed(reason="down"), now=0, jitter=0)
    (probe,) = taken(made, 30)
    assert made.landed(probe, ANSWERED, now=31, jitter=0).ends_outage
    assert made.failing == ""
    assert len(taken(made, 31)) == 3


def test_a_rejection_takes_a_slot() -> None:
    """429 and its like shrink the limit; a 500 does not."""
    made = lane(20, max_parallel_requests=16)
    first, second, *_ = taken(made, 0)
    made.landed(first, Failed(reason="500", status=500), now=0, jitter=0)
    assert made.limit == 16
    made.landed(second, Failed(reason="429", status=429), now=0, jitter=0)
    assert made.limit == 15


def test_a_question_given_back_was_never_sent() -> None:
    """A budget that is reached leaves the counts as they were."""
    made = lane(1, requests_per_minute=60, tokens_per_minute=6000)
    (first,) = taken(made, 0)
    made.give_back(first, 0)
    assert (made.in_flight, made.counts.sent, made.counts.asked, made.queued) == (0, 0, 0, 1)
    assert taken(made, 0) == [first]  # nor does it use up what a minute allows


def test_a_request_that_was_given_up_is_not_one_that_was_served() -> None:
    """Or an endpoint that breaks down at the end would have one tombstone after another bring the next."""
    made = lane(3, max_parallel_requests=3)
    made.limits = Limits(max_parallel_requests=3, tombstone=Tombstone(failures=1, seconds=0, served=1))
    answered, first, second = taken(made, 0)
    failed = Failed(reason="500", status=500)
    made.landed(first, failed, now=0, jitter=0)
    made.landed(answered, ANSWERED, now=0, jitter=0)
    made.landed(second, failed, now=0, jitter=0)
    made.put_back(first)
    made.put_back(second)
    again = taken(made, 1)
    assert again == [second, first]
    assert isinstance(made.landed(first, failed, now=1, jitter=0).outcome, Refused)
    assert made.landed(second, failed, now=1, jitter=0).outcome is None


def test_texts_that_shared_a_call_fail_once() -> None:
    """A single 429 for 32 of them is no outage, and takes one call's worth of 16 from what may be in flight."""
    made = Lane(Limits(max_parallel_requests=512), now=0, start=Start(512, grows=False))
    for number in range(600):
        made.put(question(number))
    first = taken(made, 0)
    shared, *others = [first[start : start + 32] for start in range(0, 512, 32)]
    answered = [made.landed(one, ANSWERED, now=1, jitter=0) for call in others for one in call]
    failure = Failed(reason="429", status=429)
    for one in shared:
        made.landed(one, failure, now=1, jitter=0)
    assert len(answered) == 480
    assert made.limit == 512 - 32
    assert made.take(1) is not None
