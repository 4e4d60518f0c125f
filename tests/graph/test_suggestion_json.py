"""The JSON of a suggestion: names, order and shape that programs rely on."""

import json
from dataclasses import replace

from graph.suggestion_json import to_json
from tests.graph.offers import ask, directory, partner, service

ALPHA, BETA, GAMMA = partner("Alpha"), partner("Beta"), partner("Gamma")


def test_the_shape_is_the_promised_one() -> None:
    found = ask(
        directory(
            ALPHA,
            BETA,
            GAMMA,
            service(ALPHA, "permis"),
            service(BETA, "permis"),
            replace(service(GAMMA, "trajets"), age_min=25),
        ),
        "permis",
        "trajets",
        limit=1,
        situations=["sans-abri"],
    )
    written = json.loads(json.dumps(to_json(found, "r1")))

    assert list(written) == [
        *("id", "suggestions", "team", "uncovered", "relaxations", "safety", "excluded"),
    ]
    assert written["id"] == "r1"
    [suggested] = written["suggestions"]
    assert list(suggested) == ["rank", "partner", "service", "needs", "score", "reasons"]
    assert list(suggested["partner"]) == ["id", "name"]
    assert list(suggested["service"]) == ["id", "name", "origin"]
    assert all(list(r) == ["code", "text"] for r in suggested["reasons"])
    assert list(written["team"]) == ["lead", "members", "alternatives", "optimal"]
    [member] = written["team"]["members"]
    assert member == {"partner": written["team"]["lead"], "needs": ["permis"]}
    [alternatives] = written["team"]["alternatives"]
    assert {alternatives["member"], *alternatives["partners"]} == {"alpha", "beta"}
    assert written["uncovered"] == ["trajets"]
    assert [list(r) for r in written["relaxations"]] == [["need", "text"]]
    assert [s["number"] for s in written["safety"]] == ["115"]
    assert [(e["partner"], e["service"], [r["code"] for r in e["reasons"]]) for e in written["excluded"]] == [
        ("gamma", "gamma/accueil", ["age"])
    ]


def test_a_request_without_an_id_has_none() -> None:
    assert to_json(ask(directory(), "permis"))["id"] is None


def test_a_partner_cut_by_the_limit_is_not_called_excluded() -> None:
    found = ask(directory(ALPHA, BETA, service(ALPHA, "permis"), service(BETA, "permis")), "permis", limit=1)

    assert len(found.suggestions) == 1
    assert found.eligible == 2
    assert found.excluded == ()
