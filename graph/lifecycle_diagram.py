"""The table of the moves as a Mermaid diagram, for the README."""

from graph.lifecycle import INITIAL, TRANSITIONS
from graph.state_words import STATES


def diagram() -> str:
    """Every state but `erreur`, which each of them may become; it would hide the others."""
    lines = ["stateDiagram-v2"]
    ends = [state for state, targets in TRANSITIONS.items() if not targets and state != "erreur"]
    lines += [f"    {state} : {STATES[state]}" for state in TRANSITIONS if state != "erreur"]
    lines += [f"    [*] --> {state}" for state in INITIAL]
    lines += [f"    {state} --> {target}" for state, targets in TRANSITIONS.items() for target in targets]
    lines += [f"    {state} --> [*]" for state in ends]
    return "\n".join(lines)
