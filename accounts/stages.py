"""The stage of a log-in that allauth does not have: the administrator's scan."""

from allauth.account.stages import LoginStage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.lifecycle import AccountStatus


class AdministratorScanStage(LoginStage):
    """After the right password of a Mini Program's account, a person with the log-in right must scan."""

    key = "administrator_scan"
    urlname = "accounts:login_scan"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if user is None or user.is_staff or user.is_open_platform or user.status != AccountStatus.REGISTERED:
            return None, True
        return HttpResponseRedirect(reverse(self.urlname)), True

    def is_resumable(self, request: HttpRequest) -> bool:
        """Opening the log-in page again begins anew: another account may be meant."""
        return False
