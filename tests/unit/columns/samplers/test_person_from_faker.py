"""Persons that hang together."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import faker
import pyarrow as pa
import pytest
from faker.config import AVAILABLE_LOCALES

from resyn.columns.samplers.person_from_faker import PERSON, pools
from resyn.columns.samplers.persons.rules import rules_of
from resyn.errors import ResynError
from resyn.spec.samplers.person_from_faker import PersonFromFaker

Draw = Callable[..., pa.Array]
Persons = tuple[str, list[dict[str, Any]]]

LOCALES = ["en_US", "ja_JP", "de_DE", "pt_BR", "ar_SA", "hi_IN", "fr_FR", "ru_RU", "zh_CN", "en_GB"]
REFERENCE = dt.date(2026, 1, 1)
in_every_locale = pytest.mark.parametrize("locale", LOCALES)


def shape(text: str) -> str:
    """Return the form of a number: which places are digits and which are letters."""
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "0", text))


@pytest.fixture(scope="module", params=LOCALES)
def person_list(request: pytest.FixtureRequest, draw: Draw) -> Persons:
    """A locale and 3,000 persons of it."""
    return request.param, draw(PersonFromFaker(locale=request.param, age_range=(0, 100)), range(3000)).to_pylist()


def test_ages_fit_birth_dates_at_the_reference_date(person_list: Persons) -> None:
    """Both ends of the range are there."""
    for person in person_list[1]:
        born = dt.date.fromisoformat(person["birth_date"])
        assert person["age"] == REFERENCE.year - born.year - ((REFERENCE.month, REFERENCE.day) < (born.month, born.day))
    assert {0, 100} <= {person["age"] for person in person_list[1]} <= set(range(101))


def test_first_names_fit_the_sex(person_list: Persons) -> None:
    """Each is one that Faker has for that sex in that locale."""
    locale, persons = person_list
    provider = faker.Faker(locale).factories[0].provider("faker.providers.person")
    for sex, names in (("Male", "first_names_male"), ("Female", "first_names_female")):
        known = set(getattr(provider, names, None) or provider.first_names)
        drawn = {person["first_name"] for person in persons if person["sex"] == sex}
        assert drawn <= known
        assert len(drawn) > 0.3 * min(len(known), 1000)


def test_emails_are_made_from_the_name_in_ascii(person_list: Persons) -> None:
    """At domains that are reserved for examples (RFC 2606), so that they reach nobody."""
    for person in person_list[1]:
        if person["email_address"]:
            assert re.fullmatch(r"[a-z0-9]+[._]?[a-z0-9]+@example\.(com|org|net)", person["email_address"])
    latin = [person for person in person_list[1] if person["last_name"].isascii() and person["last_name"].isalpha()]
    assert all(person["last_name"].lower() in person["email_address"] for person in latin if person["email_address"])


def test_japanese_names_are_read_as_japanese(draw: Draw) -> None:
    """佐藤 is Sato: what stands for a letter by itself is its Chinese reading."""
    pairs = faker.Faker("ja_JP").factories[0].provider("faker.providers.person").last_name_pairs
    readings = {name: latin.lower() for name, _, latin in pairs}
    people = [person for person in draw(PersonFromFaker(locale="ja_JP"), range(300)).to_pylist() if person["email_address"]]
    assert all(readings[person["last_name"]] in person["email_address"] for person in people)


@pytest.mark.parametrize("field", ["postcode", "phone_number", "building_number"])
@in_every_locale
def test_numbers_have_every_form_that_faker_gives_them(draw: Draw, locale: str, field: str) -> None:
    """Faker's own draws are the reference, for the forms only."""
    generator = faker.Faker(locale)
    generator.seed_instance(1)
    expected = {shape(str(getattr(generator, field)())) for _ in range(200)}
    ours = {"building_number": "street_number"}.get(field, field)
    drawn = draw(PersonFromFaker(locale=locale), range(30_000)).field(ours).unique().to_pylist()
    assert expected <= {shape(text) for text in drawn}


def test_minors_have_no_phone_email_degree_or_marriage(person_list: Persons) -> None:
    """As in Data Designer, which leaves phone and email out below 18."""
    for person in person_list[1]:
        fields = [person[name] for name in ("phone_number", "email_address", "occupation", "education_level")]
        assert all(fields) if person["age"] >= 18 else not any(fields)
        if person["age"] < 18:
            assert (person["marital_status"], person["bachelors_field"]) == ("never_married", "no_degree")
        assert (person["bachelors_field"] != "no_degree") == (person["education_level"] in {"bachelors", "graduate", "doctorate"})


def test_texts_are_whole(person_list: Persons) -> None:
    """No field is empty, none has a pattern left in it, and the locale is the one asked for."""
    locale, persons = person_list
    for person in persons:
        assert person["locale"] == locale
        assert person.pop("unit") == ""  # as in Data Designer
        assert not [value for value in person.values() if isinstance(value, str) and re.search(r"^$|[{}#?]|\d%", value)]
        assert all(person[name] for name in ("first_name", "last_name", "street_number", "street_name", "city", "postcode", "country"))


def test_sex_city_and_ages_can_be_given(draw: Draw) -> None:
    """One of several cities is chosen; a single age is a range."""
    persons = draw(PersonFromFaker(sex="Female", city=("Ulm", "Köln"), age_range=(30, 30), locale="de_DE"))
    assert set(persons.field("sex").to_pylist()) == {"Female"}
    assert set(persons.field("city").to_pylist()) == {"Ulm", "Köln"}
    assert set(persons.field("age").to_pylist()) == {30}


def test_someone_born_on_29_february_turns_older_on_1_march(draw: Draw) -> None:
    """At the end of February of another year the oldest 20-year-olds are born the day after the youngest 21-year-olds."""
    for reference, first, last in [
        ("2025-02-28", "2004-02-29", "2005-02-28"),
        ("2024-02-29", "2003-03-01", "2004-02-29"),
        ("2026-01-01", "2005-01-02", "2006-01-01"),
    ]:
        born = draw(PersonFromFaker(age_range=(20, 20)), range(5000), reference_date=reference).field("birth_date").to_pylist()
        assert (min(born), max(born)) == (first, last)


def test_patronymics_are_middle_names(draw: Draw) -> None:
    """Where a locale has them; elsewhere there is none."""
    russian = draw(PersonFromFaker(locale="ru_RU", sex="Female")).field("middle_name")
    assert all(name.endswith(("вна", "чна")) for name in russian.to_pylist())
    assert draw(PersonFromFaker(locale="de_DE")).field("middle_name").null_count == 1000


def test_other_data_than_the_plans_is_refused(draw: Draw) -> None:
    """Faker changes its lists between versions; the same name would be another's."""
    params = PersonFromFaker(locale="de_DE")
    draw(params, pools=pools(params))
    with pytest.raises(ResynError, match="the installed Faker has other data for de_DE than the one this plan was made with"):
        draw(params, pools={"faker:de_DE": "sha256:0"})


def test_a_sampler_is_known_without_loading_faker() -> None:
    """Only who draws persons pays for its import."""
    code = "import sys, resyn.columns.samplers.person_from_faker; sys.exit('faker' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("locale", sorted(AVAILABLE_LOCALES))
def test_every_locale_of_faker_has_persons(draw: Draw, locale: str) -> None:
    """Whole, of the right age, with names that fit the sex; what a locale lacks comes from where Faker takes it."""
    persons = draw(PersonFromFaker(locale=locale), range(60))
    assert persons.type == PERSON
    for name in ("first_name", "last_name", "city", "postcode", "street_name", "phone_number", "email_address", "occupation"):
        assert all(persons.field(name).to_pylist())
    rules = rules_of(locale, ["first_name", "first_name_male", "first_name_female"])
    for person in persons.to_pylist():
        born = dt.date.fromisoformat(person["birth_date"])
        assert person["age"] == REFERENCE.year - born.year - ((REFERENCE.month, REFERENCE.day) < (born.month, born.day))
        assert re.fullmatch(r"[a-z0-9]+[._]?[a-z0-9]+@example\.(com|org|net)", person["email_address"])
        names = rules.get(f"first_name_{person['sex'].lower()}", rules["first_name"]).alternatives
        assert person["first_name"] in names or any("{{" in name for name in names)
