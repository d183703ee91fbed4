"""A training bench on a page, as a reader's hands and eyes meet it."""

import re

from explored import Hands
from playwright.sync_api import expect

PERPLEXITY = re.compile(r"perplexity ([\d.]+) on fresh")
STEP = re.compile(r"Step ([\d,]+),")


class BenchHands:
    """What a reader does with the training bench of a page, and what is seen then."""

    def __init__(self, tab, within: str = "[data-explorable]"):
        self.tab = tab
        self.host = tab.locator(within).first
        self.message = self.host.locator(".message")
        self.numbers = self.host.locator(".numbers")
        self.file = self.host.locator("input[type=file]")
        self.file_note = self.host.locator(".home .note")
        self.own = self.host.get_by_role("textbox", name="Your own text")

    def button(self, name: str):
        """Return a button by what it says it does now."""
        return self.host.get_by_role("button", name=name, exact=True)

    def press(self, *names: str) -> None:
        """Press buttons, one after the other."""
        for name in names:
            self.button(name).click()

    def radio(self, name: str, place: int = 0):
        """Return a tab by its name; place: of which network."""
        return self.host.get_by_role("radio", name=name, exact=True).nth(place)

    def choose(self, name: str, option: str, place: int = 0) -> None:
        """Choose of a list; place: of which network."""
        self.host.get_by_label(name).nth(place).select_option(label=option)

    def begin(self) -> None:
        """Make the networks, and let them take no step but those that are asked for."""
        self.choose("Pace", "1 step a second")
        self.press("Start", "Pause")
        expect(self.button("One step")).to_be_enabled()
        expect(self.numbers).to_contain_text("Step ")

    def steps(self, until: int) -> None:
        """Train step by step until that one is done."""
        while (step := self.step) < until:
            self.press("One step")
            expect(self.numbers).to_contain_text(f"Step {step + 1},")

    def train(self, until: int) -> None:
        """Train as fast as it goes, at least to that step, and pause."""
        self.choose("Pace", "as fast as it goes")
        self.press("Start" if self.button("Start").count() else "Go on")
        self.tab.wait_for_function(
            """([root, until]) => {
              const words = root.firstChild.shadowRoot.querySelector(".numbers").textContent;
              return Number(/Step ([\\d,]+),/.exec(words)?.[1].replaceAll(",", "")) >= until;
            }""",
            arg=[self.host.element_handle(), until],
        )
        self.press("Pause")
        expect(self.button("Go on")).to_be_visible()

    @property
    def step(self) -> int:
        """The step that the networks are at."""
        return int(STEP.search(self.numbers.inner_text())[1].replace(",", ""))

    @property
    def perplexities(self) -> list[float]:
        """The perplexities on fresh text, network by network."""
        return [float(p) for p in PERPLEXITY.findall(self.numbers.inner_text())]

    def look(self) -> Hands:
        """Look inside; return the hands of the stepper that is there."""
        self.press("Look inside now")
        expect(self.host.locator(".trained")).to_be_visible()
        return Hands(self.tab, within=".trained")
