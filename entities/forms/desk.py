"""Input of the desk's queues of categories and names."""

from django import forms

from platform_site.web.paging import search_key


class QueueFilter(forms.Form):
    """What the desk's queue shows: `show` is "waiting" or "decided", `q` an AppID or a part of a name."""

    show = forms.ChoiceField(choices=[("waiting", ""), ("decided", "")], required=False)
    q = forms.CharField(required=False, max_length=64)

    def cleaned(self) -> dict[str, str]:
        """Clean values; what makes no sense counts as not given."""
        self.is_valid()
        found = self.cleaned_data
        return {"show": found.get("show") or "waiting", "q": search_key(found.get("q", ""))}
