from django.apps import AppConfig


class OpenPlatformConfig(AppConfig):
    name = "openplatform"
    verbose_name = "Open Platform"

    def ready(self) -> None:
        """A paid fee of the developer qualification is this app's: say so to who charges."""
        from openplatform.actions.qualifications import fee_paid
        from openplatform.queries import FEE
        from verification.actions.fees import ON_PAID

        ON_PAID[FEE] = fee_paid
