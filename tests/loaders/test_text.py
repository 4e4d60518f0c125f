"""Bytes of a file, a pipe or a device, and what counts as a line."""

import os
import threading
from pathlib import Path

import pytest

from graph.errors import FileRefused
from loaders import text
from loaders.text import LARGEST, content, lines_of


def test_a_device_without_end_is_refused() -> None:
    with pytest.raises(FileRefused, match=r"zero : ce n'est pas un fichier ordinaire\."):
        content(Path("/dev/zero"))


def test_a_named_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    pipe = tmp_path / "liste.txt"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"AFPA - GRETA\n" * 10_000,))
    writer.start()

    data = content(pipe)
    writer.join()

    assert data == b"AFPA - GRETA\n" * 10_000


def test_a_pipe_that_nobody_writes_to_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "SILENCE", 0.05)
    pipe = tmp_path / "liste.txt"
    os.mkfifo(pipe)

    with pytest.raises(FileRefused, match=r"liste\.txt : le tube ne transmet rien\."):
        content(pipe)


def test_a_pipe_without_end_is_read_no_further_than_the_largest_file(tmp_path: Path) -> None:
    pipe = tmp_path / "liste.txt"
    os.mkfifo(pipe)

    def write() -> None:
        with pipe.open("wb", buffering=0) as file:
            try:
                for _ in range(LARGEST // 65_536 + 100):
                    file.write(b"x" * 65_536)
            except BrokenPipeError:
                pass

    writer = threading.Thread(target=write)
    writer.start()

    with pytest.raises(FileRefused, match="dépasse 20 Mo"):
        content(pipe)
    writer.join()


def test_lines_are_those_of_an_editor() -> None:
    assert lines_of("a\x0cb\x85c\u2028d\x1ee\r\nf\rg\n\nh\n") == ["a\x0cb\x85c\u2028d\x1ee", "f", "g", "", "h"]
    assert lines_of("a") == ["a"]
    assert lines_of("") == []
