"""One gate stepper on a page, as a reader's hands and eyes meet it."""

HOUR = 3_600_000  # milliseconds: a page's clock is stopped where no slow machine gets


class Hands:
    """What a reader does with one stepper of a page, and what is then to be seen."""

    def __init__(self, tab, place: int = 0, within: str = "[data-explorable]"):
        self.tab = tab
        self.host = tab.locator(within).nth(place)
        self.map = self.host.locator(".map .scroll").first
        self.text = self.host.get_by_role("textbox", name="Text that the network reads")
        self.steps = self.host.get_by_role("slider", name="Step", exact=True)
        self.unit = self.host.get_by_role("spinbutton", name="Unit")
        self.note = self.host.locator(".text .note")
        self.dashed = self.host.locator(".memory .base")

    @property
    def t(self) -> int:
        """The step that the reader stands at, from 0."""
        return int(self.steps.input_value())

    @property
    def u(self) -> int:
        """The unit that is looked at."""
        return int(self.unit.input_value())

    def press(self, *keys: str) -> None:
        """Press keys while the map has the focus."""
        self.map.focus()
        for key in keys:
            self.tab.keyboard.press(key)

    def button(self, name: str):
        """Return a button by what it says it does now."""
        return self.host.get_by_role("button", name=name, exact=True)

    def choice(self, name: str):
        """Return a list to choose from, by its name."""
        return self.host.get_by_role("combobox", name=name)

    def radio(self, name: str):
        """Return a tab, by its name."""
        return self.host.get_by_role("radio", name=name)

    def as_list(self) -> None:
        """Choose the list of bars, if the cell is drawn."""
        form = self.host.get_by_role("radio", name="list", exact=True)
        if form.is_visible() and not form.is_checked():
            form.click()

    def gate(self, name: str):
        """Return the slider that holds a gate, in the list of bars."""
        self.as_list()
        return self.host.locator(f'input[data-gate="{name}"]')

    def valve(self, name: str):
        """Return a gate's valve in the drawing, the one that is a slider."""
        return self.host.locator(f'.drawn [role="slider"][data-gate="{name}"]')

    def cell(self, t: int, row: int, which: int = 0) -> tuple[float, float]:
        """Return where a cell of a map is, in the window."""
        self.host.locator(".grid").nth(which).scroll_into_view_if_needed()
        script = """([grid, H]) => {
          const { left, top, height } = grid.getBoundingClientRect();
          return [left, top, height / grid.querySelector("canvas").height];
        }"""
        grid = self.host.locator(".grid").nth(which).element_handle()
        left, top, tall = self.tab.evaluate(script, [grid, 0])
        return left + 14 * (t + 0.5), top + tall * (row + 0.5)

    def pixels(self) -> str:
        """Return what the first map shows, as one text."""
        return self.host.locator("canvas").first.evaluate("(node) => node.toDataURL()")

    def values(self) -> dict[str, str]:
        """Return the equation's numbers by the words beside them."""
        self.as_list()
        labels = self.host.locator(".rows .label").all_inner_texts()
        figures = self.host.locator(".rows .figure").all_inner_texts()
        return dict(zip(labels, figures, strict=True))

    def likeliest(self) -> list[str]:
        """Return what is expected next, as it is spoken."""
        return self.host.locator(".next li:not([hidden]) .spoken").all_text_contents()
