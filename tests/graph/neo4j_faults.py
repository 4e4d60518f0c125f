"""Servers that answer wrongly, or not at all, on real sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reads everything, never answers."""
    while await reader.read(4096):
        pass


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(20)
    writer.write(b"\x93\xf0 what? " * 40)
    await writer.drain()
    await silent(reader, writer)


async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(20)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()
    await silent(reader, writer)


async def hanging_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Closes as soon as somebody calls."""


async def no_common_version(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A Bolt server that speaks none of the versions it is offered."""
    await reader.readexactly(20)
    writer.write(b"\x00\x00\x00\x00")
    await writer.drain()


async def mute_after_handshake(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(20)
    writer.write(b"\x00\x00\x04\x05")  # Bolt 5.4
    await writer.drain()
    await silent(reader, writer)


async def garbage_after_handshake(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(20)
    writer.write(b"\x00\x00\x04\x05")
    await writer.drain()
    await reader.read(4096)
    writer.write(b"\x00\x04\xff\xff\xff\xff\x00\x00")
    await writer.drain()
    await silent(reader, writer)


@asynccontextmanager
async def listening(conversation: Conversation) -> AsyncIterator[int]:
    """The port of 127.0.0.1 where every caller gets *conversation*."""
    callers: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await conversation(reader, writer)
        writer.close()

    def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """At once: a caller whose turn never comes is hung up on too."""
        callers[asyncio.create_task(answer(reader, writer))] = writer

    server = await asyncio.start_server(called, "127.0.0.1", 0)
    try:
        port: int = server.sockets[0].getsockname()[1]
        yield port
    finally:
        server.close()
        for caller in callers:
            caller.cancel()
        await asyncio.gather(*callers, return_exceptions=True)
        for writer in callers.values():
            writer.close()


COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""The message that ends a transaction, as Bolt writes it."""


@asynccontextmanager
async def swallowing(port: int, after: bytes | None = None) -> AsyncIterator[tuple[int, asyncio.Event]]:
    """A port that passes everything on to *port*, until the event is set: then nothing comes back any more.

    It sets the event itself when a caller sends *after*, which is still passed on.
    """
    muted = asyncio.Event()

    async def there(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            if after is not None and after in data:
                muted.set()
            sink.write(data)
            await sink.drain()

    async def back(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            if not muted.is_set():
                sink.write(data)
                await sink.drain()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", port)
        ways = asyncio.create_task(there(reader, to_server)), asyncio.create_task(back(from_server, writer))
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            to_server.close()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async with listening(relay) as own:
        yield own, muted
