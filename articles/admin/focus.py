"""The focal point of a picture: two numbers, and with a script a point on the picture, moved by keys and clicks."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.pictures import RATIO, SHARED

CENTRE = "0.5x0.5"
# How the site crops: (label, width by height, and the ratio of the crop it is cut from, if any).
PREVIEWS = (
    (_("On pages, 3:2"), RATIO[0] / RATIO[1], None),
    (_("Shared, 1.91:1"), SHARED[0] / SHARED[1], None),
    # A square from the middle of the pages' crop: made by the style sheet, on phones and for portraits.
    (_("Small and portraits, 1:1"), 1.0, RATIO[0] / RATIO[1]),
)


class FocusWidget(forms.MultiWidget):
    """Per cent from the left and from the top. `picture` is the address of the whole picture, if there is one."""

    picture = ""

    def __init__(self) -> None:
        number = {"min": 0, "max": 100, "step": 1}
        super().__init__([forms.NumberInput(number), forms.NumberInput(number)])

    def decompress(self, value: str | None) -> list[int]:
        """The stored `0.25x0.5` in per cent; the centre for anything malformed."""
        try:
            return [round(float(part) * 100) for part in (value or CENTRE).split("x")]
        except ValueError:
            return self.decompress(CENTRE)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The two numbers, and what the script needs."""
        context = self.get_context(name, value, attrs)
        subwidgets = context["widget"]["subwidgets"]
        shown = {"picture": self.picture, "left": subwidgets[0], "top": subwidgets[1], "previews": PREVIEWS}
        return render_to_string("admin/articles/picture/_focus.html", shown)


class FocusField(forms.MultiValueField):
    """What `Picture.ppoi` holds; the centre if nothing is given."""

    widget = FocusWidget

    def __init__(self, **kwargs: Any) -> None:
        parts = [forms.IntegerField(min_value=0, max_value=100, required=False) for _side in range(2)]
        super().__init__(parts, require_all_fields=False, required=False, **kwargs)

    def compress(self, data_list: list[int | None]) -> str:
        """Two numbers in per cent, in their stored form."""
        left, top = (50 if part is None else part for part in (*data_list, None, None)[:2])
        return f"{left / 100:g}x{top / 100:g}"
