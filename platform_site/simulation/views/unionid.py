"""The UnionID explainer: a person, a Mini Program and a call; what is answered, and which rule decided."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.door import StaffRequest, staff_only
from accounts.models import MiniProgram, WeChatPerson
from accounts.permissions import Permission
from entities.queries import display_name
from openplatform.identifiers import openid_of, unionid_under
from openplatform.unionid_rules import UNIONID_RULES, Call, unionid_for
from platform_site.simulation import queries

MOST = 50  # people and programs offered, and programs compared


class ExplainForm(forms.Form):
    """Who, where and by which call; read from the address."""

    person = forms.CharField(label=_("Person (WeChat ID)"), required=False, max_length=64)
    program = forms.CharField(label=_("Mini Program (AppID)"), required=False, max_length=64)
    call = forms.ChoiceField(label=_("Call"), choices=Call.choices, required=False)
    authorised = forms.BooleanField(label=_("The person has allowed that their information is read"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        for name, listed in (("person", "people"), ("program", "programs")):
            self.fields[name].widget.attrs["list"] = listed

    def asked(self) -> tuple[WeChatPerson | None, MiniProgram | None]:
        """The person and the Mini Program; what nobody has is said beside its field."""
        self.is_valid()
        wechat_id, appid = (self.cleaned_data.get(name, "").strip() for name in ("person", "program"))
        person = queries.person_named(wechat_id)
        program = queries.programs_with_bindings().filter(appid=appid).first() if appid else None
        if wechat_id and person is None:
            self.add_error("person", _("Nobody has this WeChat ID."))
        if appid and program is None:
            self.add_error("program", _("No Mini Program has this AppID."))
        return person, program


@staff_only(Permission.WORLD_STEER)
@require_safe
def unionid(request: StaffRequest) -> HttpResponse:
    """The explainer."""
    form = ExplainForm(request.GET or None)
    person, program = form.asked() if request.GET else (None, None)
    programs = list(queries.programs_with_bindings()[:MOST])
    context: dict[str, Any] = {
        "form": form,
        "people": queries.people()[:MOST],
        "programs": [(row.appid, display_name(row)) for row in programs],
        "rules": UNIONID_RULES,
        "person": person,
        "program": program,
    }
    if person is not None and program is not None:
        call = Call(form.cleaned_data.get("call") or Call.LOGIN)
        allowed = form.cleaned_data.get("authorised", False)
        context |= {
            "decision": unionid_for(person, program, call=call, is_authorised=allowed),
            "openid": openid_of(person, program),
            "name": display_name(program),
            "call": call,
        }
    if person is not None:
        context["compared"] = [_row(person, row) for row in programs]
    return render(request, "simulation/unionid.html", context)


def _row(person: WeChatPerson, program: MiniProgram) -> dict[str, str]:
    """What one Mini Program knows this person by."""
    binding = getattr(program, "open_binding", None)
    return {
        "name": display_name(program),
        "openid": openid_of(person, program),
        "account": binding.account.label if binding else "",
        "unionid": unionid_under(person, binding.account) if binding else "",
    }
