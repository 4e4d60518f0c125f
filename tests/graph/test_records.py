"""The neutral records: byte-stable, exact, and refused with the line when they are not what they should be."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings

from graph.directory import Change
from graph.errors import FileRefused, InputRefused
from graph.model import Conditions, Decision, DecisionId, DecisionKind, NeedCode, Partner, Resolved, SituationCode
from graph.record_fields import from_instant, instant
from graph.records import (
    KINDS,
    Contents,
    counts,
    decision_record,
    digest,
    from_lines,
    from_records,
    partner_record,
    service_record,
    to_lines,
    to_records,
)
from loaders.reference import reference
from tests.conformance.values import change, partner, resolved, service
from tests.strategies import changes, times

PLAIN = Contents(
    partners={each.id: each for each in (partner("p2"), partner("p1"))},
    services={each.id: each for each in (service("s1", "p1"),)},
    stamp=4,
)
PLAIN_LINES = """\
{"kind":"maillage","format":1,"schema":3,"stamp":4}
{"kind":"partner","id":"p1","name":"Partenaire p1","acronym":null,"partner_kind":"organisation","network":null,\
"commune":null,"unit_of":null,"domains":[],"seats":[],"standing":"unknown","standing_reason":null,"status":"active",\
"verified_on":null,"version":1}
{"kind":"partner","id":"p2","name":"Partenaire p2","acronym":null,"partner_kind":"organisation","network":null,\
"commune":null,"unit_of":null,"domains":[],"seats":[],"standing":"unknown","standing_reason":null,"status":"active",\
"verified_on":null,"version":1}
{"kind":"service","id":"s1","partner":"p1","name":"Service s1","needs":["permis"],"main":[],"age_min":null,\
"age_max":null,"required":[],"preferred":[],"excluded":[],"territories":["FR"],"places":[],"sectors":[],\
"welcome":"unconditional","modes":["on_site"],"access":["professionnel"],"internal":false,"origin":"inferred",\
"source":null,"note":null,"full_until":null,"closed_until":null,"closed":false,"verified_on":null,\
"verified_by":null,"edited":false,"version":1}
{"kind":"end","records":3}
"""


def contents_of(change: Change) -> Contents:
    return Contents(
        reference=reference(),
        partners={p.id: p for p in change.partners},
        services={s.id: s for s in change.services},
        resolved={r.mention.id: r for r in change.resolved},
        decisions={d.id: d for d in change.decisions},
        stamp=1,
    )


def test_an_export_is_written_as_it_was_the_first_time() -> None:
    """Changing these bytes is a new schema: old backups must stay readable."""
    assert b"".join(to_lines(to_records(PLAIN))).decode() == PLAIN_LINES


@settings(max_examples=50, deadline=None)
@given(change=changes())
def test_records_give_back_the_contents_they_were_made_from(change: Change) -> None:
    contents = contents_of(change)

    lines = b"".join(to_lines(to_records(contents)))
    back = from_records(from_lines(lines.splitlines(keepends=True), "export"))

    assert (back.partners, back.services) == (contents.partners, contents.services)
    assert (back.resolved, back.decisions) == (contents.resolved, contents.decisions)
    assert b"".join(to_lines(to_records(back))) == lines


@settings(max_examples=50, deadline=None)
@given(change=changes())
def test_equal_contents_give_equal_bytes(change: Change) -> None:
    turned = Change(change.partners[::-1], change.services[::-1], change.resolved[::-1], change.decisions[::-1])

    assert list(to_lines(to_records(contents_of(turned)))) == list(to_lines(to_records(contents_of(change))))
    assert digest(turned) == digest(change)


def test_every_record_starts_with_its_kind_and_holds_json_only() -> None:
    for record in to_records(Contents(reference())):
        assert next(iter(record)) == "kind"
        assert json.loads(json.dumps(record)) == record


def test_counts_name_every_kind_in_alphabetical_order() -> None:
    found = counts(PLAIN)

    assert list(found) == sorted(KINDS.values())
    assert (found["partners"], found["services"], found["decisions"]) == (2, 1, 0)


@given(times, times)
def test_the_order_of_written_times_is_the_order_of_the_times(one: datetime, other: datetime) -> None:
    assert (instant(one) < instant(other)) == (one < other)
    assert from_instant(instant(one)) == one


def test_times_are_written_in_utc() -> None:
    paris = timezone(timedelta(hours=2))

    assert instant(datetime(2026, 7, 1, 0, 30, tzinfo=paris)) == "2026-06-30T22:30:00.000000Z"
    assert from_instant("2026-07-01T00:30:00+02:00") == datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="no time zone"):
        instant(datetime(2026, 7, 1))


def test_groups_keep_their_order_and_sets_are_sorted() -> None:
    a, b, c = SituationCode("mineur"), SituationCode("qpv"), SituationCode("parent")
    conditions = Conditions(required=(frozenset({b, a}), frozenset({c})))

    record = service_record(service("s1", "p1", conditions=conditions, needs=frozenset(map(NeedCode, "ba"))))

    assert record["required"] == [["mineur", "qpv"], ["parent"]]
    assert record["needs"] == ["a", "b"]


def test_a_record_names_the_kind_of_a_value_apart_from_its_own() -> None:
    word = Decision(DecisionId("d"), DecisionKind.SPLIT, ("a", "b"), "deux", "moi", datetime(2026, 1, 1, tzinfo=UTC))

    assert (partner_record(partner("p"))["kind"], partner_record(partner("p"))["partner_kind"]) == (
        "partner",
        "organisation",
    )
    assert (decision_record(word)["kind"], decision_record(word)["decision_kind"]) == ("decision", "split")


# digests


def test_a_digest_does_not_depend_on_versions_and_depends_on_all_else() -> None:
    base = change(partner("p1"), service("s1", "p1"))
    others = [
        Change(),
        change(partner("p1")),
        change(partner("p1", name="Autre"), service("s1", "p1")),
        change(partner("p1"), service("s1", "p1", note="Appeler avant.")),
        change(partner("p1"), service("s1", "p1"), removed_partners=["p2"]),
        change(partner("p1"), service("s1", "p1"), removed_services=["p2"]),
        change(partner("p1"), service("s1", "p1"), removed_mentions=["p2"]),
    ]

    assert digest(change(partner("p1", version=5), service("s1", "p1", version=6))) == digest(base)
    assert len({digest(each) for each in [base, *others]}) == 8


@pytest.mark.parametrize(
    "bad", [partner("p1", name="a\ud800"), partner("p1", acronym="\udfff"), resolved("m1", "p1", line=2**53)]
)
def test_what_no_store_could_keep_has_no_digest(bad: Partner | Resolved) -> None:
    with pytest.raises(InputRefused):
        digest(change(bad))


# lines


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"\xff\xfe{\x00", "JSON"),
        (b'{"kind": "partner", "name": "\\ud800"}', "JSON"),
        (b"[]", "objet"),
        (b"3", "objet"),
        (b"null", "objet"),
    ],
)
def test_a_line_that_is_no_json_object_is_refused_with_its_number(line: bytes, reason: str) -> None:
    with pytest.raises(FileRefused, match=f"ligne 2.*{reason}"):
        list(from_lines([b'{"kind": "maillage"}\n', line], "export"))


@pytest.mark.parametrize("position", range(1, 5))
def test_a_missing_key_is_refused_with_the_line(position: int) -> None:
    lines = PLAIN_LINES.encode().splitlines()
    for key in json.loads(lines[position]):
        spoiled = [json.loads(line) for line in lines]
        del spoiled[position][key]

        with pytest.raises(FileRefused) as refused:
            from_records(spoiled)

        assert refused.value.line in (position + 1, None)


def test_every_cut_of_a_file_is_noticed() -> None:
    whole = PLAIN_LINES.encode()

    for length in range(len(whole) - 1):
        with pytest.raises(FileRefused):
            from_records(from_lines(whole[:length].splitlines(keepends=True), "export"))
