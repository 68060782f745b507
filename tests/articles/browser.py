"""What a browser would send of a form on a page: read off the page's own HTML."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    """The fields of the form with this id, with the values that they would be sent with (no buttons, no templates)."""

    def __init__(self, form_id: str) -> None:
        super().__init__(convert_charrefs=True)
        self.form_id = form_id
        self.action: str | None = None
        self.fields: dict[str, list[str]] = {}
        self.buttons: list[str] = []
        self._inside = False
        self._text: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("id") == self.form_id
            self.action = given.get("action") if self._inside else self.action
        name = given.get("name")
        if tag == "option" and self._select and "selected" in given:
            self.fields.setdefault(self._select, []).append(given.get("value") or "")
        if not self._inside or not name or "__prefix__" in name:
            return
        if tag == "input":
            self._input(name, given)
        elif tag == "textarea":
            self._text = name
            self.fields[name] = [""]
        elif tag == "select":
            self._select = name

    def _input(self, name: str, given: dict[str, str | None]) -> None:
        kind = given.get("type", "text")
        if kind == "submit":
            self.buttons.append(name)
        elif kind not in {"checkbox", "radio", "file"} or "checked" in given:
            self.fields.setdefault(name, []).append(given.get("value") or ("on" if kind == "checkbox" else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "textarea" and self._text:
            # A browser drops the line feed right after the opening tag.
            self.fields[self._text] = [self.fields[self._text][0].removeprefix("\n")]
            self._text = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._text:
            self.fields[self._text][0] += data


def read_form(html: str, form_id: str) -> _Form:
    form = _Form(form_id)
    form.feed(html)
    form.close()
    return form
