"""Who is to be bound, as what."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role


class MemberForm(forms.Form):
    """A WeChat ID and a role."""

    wechat_id = forms.CharField(label=_("WeChat ID"), max_length=20)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(Role.DEVELOPER, Role.DEVELOPER.label), (Role.EXPERIENCER, Role.EXPERIENCER.label)],
        widget=forms.HiddenInput,
    )
