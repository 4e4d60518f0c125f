"""Small French agreements that pages and the command line share."""

from graph.wording import typeset as typeset

TO_CONFIRM = "personne n'a encore vérifié cette fiche auprès du partenaire : appelez avant d'orienter."


def plural(number: int, one: str, many: str | None = None) -> str:
    """« 0 besoin », « 1 besoin », « 2 besoins »: in French zero is singular."""
    return f"{number} {one if number < 2 else many or one + 's'}"


def needs_counted(number: int) -> str:
    return plural(number, "besoin")


def partners_counted(number: int) -> str:
    return plural(number, "partenaire")
