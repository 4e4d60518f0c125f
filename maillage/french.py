"""The French of click's own sentences: it asks gettext, which reads `locale/fr/LC_MESSAGES/messages.mo` here."""

import gettext
import os
from importlib.resources import files


def speak() -> None:
    """From now on the command line speaks French, whatever the language of the terminal."""
    os.environ["LANGUAGE"] = "fr"
    gettext.bindtextdomain("messages", str(files("maillage") / "locale"))
    gettext.textdomain("messages")
