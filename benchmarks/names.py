"""Lists of partners of any size, as people write them: types × own names × places, typing errors, acronyms, repeats.

Drawn from a seed. Each organisation is written two or three times on average, never quite alike; units are written
with or without the organisation that holds them.
"""

import random
from collections.abc import Iterator

from graph.lexicon import Nature
from graph.model import Mention
from loaders import lexicon
from loaders.reading import MentionIds

_OWN = """
Tremplin Horizon Passerelle Boussole Étincelle Escale Envol Rebond Relais Phare Sillage Ancrage Cap Vague Marée Voile
Tournesol Coquelicot Olivier Chêne Tilleul Mimosa Amandier Genêt Bruyère Colibri Hirondelle Alouette Goéland Héron
Jean-Moulin Louise-Michel Victor-Hugo Marie-Curie Jules-Ferry Simone-Veil Rosa-Parks Léo-Lagrange Olympe-de-Gouges
Émile-Zola Albert-Camus George-Sand Pierre-Loti Gustave-Eiffel Ambroise-Croizat Germaine-Tillion Frédéric-Mistral
Saint-Exupéry Saint-Vincent Sainte-Anne Notre-Dame Bon-Pasteur Beau-Soleil Belle-Rive Bel-Air Grand-Large Haute-Rive
Diagonale Mosaïque Arc-en-Ciel Kaléidoscope Équinoxe Solstice Zénith Aurore Alizé Mistral Tramontane Zéphyr Noroît
Atout Élan Essor Déclic Impulsion Initiative Parcours Trajectoire Itinéraire Carrefour Rond-Point Traverse Sentier
Nouvelle-Donne Second-Souffle Main-Tendue Pas-à-Pas Coup-de-Pouce Trait-d'Union Porte-Ouverte Terre-Neuve Clé-de-Sol
"""
_QUALITIES = "Solidaire Nouveau Libre Citoyen Populaire Partagé Durable Maritime Rural Urbain Créatif Numérique"
_TYPES = """
Centre social|Épicerie sociale|Régie de quartier|Chantier d'insertion|Foyer de jeunes travailleurs|Auto-école sociale
Maison de quartier|Espace jeunes|Recyclerie|Ressourcerie|Association|Garage solidaire|Lycée|Collège|Maison des jeunes
Entreprise d'insertion|Jardin de cocagne|Club de prévention|Médiathèque|Crèche|Ferme pédagogique|Tiers-lieu|Théâtre
"""
_UNITS = "Pôle insertion|Service logement|Accueil de jour|Antenne|Équipe mobile|Service jeunesse|Pôle santé"
OWN = _OWN.split()
QUALITIES = _QUALITIES.split()
TYPES = [type_ for line in _TYPES.split("\n") for type_ in line.split("|") if type_]
UNITS = _UNITS.split("|")


def mentions(number: int, seed: int = 5) -> list[Mention]:
    """*number* rows of one list, in an order drawn too."""
    drawn = random.Random(seed)
    ids = MentionIds("liste-generee.csv")
    rows: list[tuple[str, str | None]] = []
    for written in _organisations(drawn):
        rows.extend(written)
        if len(rows) >= number:
            break
    rows = rows[:number]
    drawn.shuffle(rows)
    return [ids.mention(line, 0, raw, commune=commune) for line, (raw, commune) in enumerate(rows, start=2)]


def _organisations(drawn: random.Random) -> Iterator[list[tuple[str, str | None]]]:
    """Without end: all the ways one organisation, or its units, are written."""
    known = lexicon.packaged()
    places = [p.name for p in known.places if p.kind == "commune"]
    networks = [t.forms for t in known.terms if t.many or t.agencies or t.nature is Nature.CARRIER]
    weights = [1 / (rank + 5) for rank in range(len(places))]  # big towns are named more often
    seen: set[str] = set()
    while True:
        place = drawn.choices(places, weights)[0]
        kind = drawn.random()
        if kind < 0.35:
            forms = drawn.choice(networks)
            names = [f"{form} {place}" for form in forms[:3]]
        elif kind < 0.5:
            forms, own = drawn.choice(networks), _own(drawn)
            names = [f"{form} {own}" for form in forms[:2]] + [f"{forms[0]} {own} {place}"]
        else:
            type_, own = drawn.choice(TYPES), _own(drawn)
            names = [f"{type_} {own}", f"{type_} {own} {place}", f"{type_} {own} ({place})", f"{own} - {type_}"]
            if drawn.random() < 0.2:
                names.append(f"{_initials(f'{type_} {own}')} ({type_} {own})")
        if names[0] in seen:
            continue
        seen.add(names[0])
        written = [_as_written(drawn, drawn.choice(names)) for _ in range(drawn.choice((1, 1, 2, 3, 5)))]
        if drawn.random() < 0.15:
            unit = drawn.choice(UNITS)
            written += [f"{names[0]} ({unit})", f"{unit} {names[0]}"]
        yield [(name, place if drawn.random() < 0.4 else None) for name in written]


def _own(drawn: random.Random) -> str:
    first = drawn.choice(OWN)
    chance = drawn.random()
    if chance < 0.35:
        return f"{first} {drawn.choice(QUALITIES)}"
    second = drawn.choice(OWN)
    return f"{first} {second}" if chance < 0.7 and second != first else first


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.replace("-", " ").split() if len(word) > 2).upper()


def _as_written(drawn: random.Random, name: str) -> str:
    """Case, separators, and one letter in ten names."""
    chance = drawn.random()
    if chance < 0.3:
        name = name.upper()
    elif chance < 0.4:
        name = name.lower()
    elif chance < 0.5:
        name = name.replace("-", " ")
    if drawn.random() < 0.1 and len(name) > 8:
        at = drawn.randrange(3, len(name) - 2)
        if name[at].isalpha() and name[at + 1].isalpha():
            mistakes = (name[at + 1] + name[at], name[at], name[at] * 2 + name[at + 1])
            name = name[:at] + drawn.choice(mistakes) + name[at + 2 :]
    return name
