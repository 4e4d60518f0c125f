"""What an adviser does on the page, and what the browser says of it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, Page

WIDE = (1280, 900)
NARROW = (390, 844)


@dataclass
class Visit:
    """A page with all that it asked the network for, and all that the browser complained about."""

    page: Page
    address: str
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def open(self) -> None:
        await self.page.goto(self.address)

    async def ask(
        self, age: int, commune: str, needs: Sequence[str], situations: Sequence[str] = (), sectors: Sequence[str] = ()
    ) -> None:
        """Opens the form, ticks it by the pointer and sends it."""
        await self.open()
        await self.page.fill("#age", str(age))
        await self.page.select_option("#commune", commune)
        for name, codes in (("needs", needs), ("situations", situations), ("sectors", sectors)):
            for code in codes:
                box = self.page.locator(f'input[name="{name}"][value="{code}"]')
                if not await box.is_visible():
                    await self.page.locator("details", has=box).locator("> summary").click()
                await box.check()
        await self.send()

    async def send(self) -> None:
        """By the button, and waits for the answer."""
        async with self.page.expect_navigation():
            await self.page.get_by_role("button", name="Voir les partenaires").click()

    async def enter(self) -> None:
        """The key, on something that leads to another page."""
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def focused(self) -> str:
        """A few words for the element that has the focus."""
        said = await self.page.evaluate(
            """() => { const e = document.activeElement;
                return e.tagName + ' ' + (e.labels?.[0]?.innerText ?? e.innerText ?? '').trim().split('\\n')[0] }"""
        )
        assert isinstance(said, str)
        return said


@asynccontextmanager
async def visit(
    browser: Browser, address: str, size: tuple[int, int] = WIDE, *, scripts: bool = True
) -> AsyncIterator[Visit]:
    """*scripts*: whether the browser runs any; the tests' own questions need them."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="fr-FR", java_script_enabled=scripts
    )
    page = await context.new_page()
    found = Visit(page, address)
    page.on("request", lambda request: found.requested.append(request.url))
    page.on("console", lambda message: found.complaints.append(message.text))
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    try:
        yield found
    finally:
        await context.close()
