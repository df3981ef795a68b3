"""Addresses of verification (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver, path

from verification.views import (
    apply,
    apply_contact,
    apply_draft,
    desk,
    details,
    payments,
    register,
    register_failed,
    register_parts,
    remittance,
    wallet,
)

APPLY = "console/<str:appid>/settings/verification/apply/"
STEPS = ("agreement", "papers", "name", "invoice", "payment", "audit")
FORMS = ("papers", "name", "invoice")

app_name = "verification"
urlpatterns: list[URLPattern | URLResolver] = [
    path("register/information/", register.register_information, name="register_information"),
    path("register/information/identity/", register_parts.register_identity, name="register_identity"),
    path("register/information/entity/", register_parts.register_entity, name="register_entity"),
    path("register/information/sms/", register_parts.register_sms, name="register_sms"),
    path("register/entity-types/", register_parts.register_entity_types, name="register_entity_types"),
    path("register/failed/", register_failed.register_failed, name="register_failed"),
    path("register/failed/start-over/", register_failed.register_start_over, name="register_start_over"),
    path("register/complete/", register_parts.register_complete, name="register_complete"),
    path("register/remittance/", remittance.register_remittance, name="register_remittance"),
    path("console/<str:appid>/remittance/", remittance.remittance, name="remittance"),
    path("console/<str:appid>/remittance/status/", remittance.remittance_status, name="remittance_status"),
    path("console/<str:appid>/settings/verification/", details.details, name="details"),
    path("console/<str:appid>/settings/verification/start/", details.start, name="start"),
    path(APPLY, apply.apply, name="apply"),
    *(path(f"{APPLY}{step}/", apply.apply_step, {"step": step}, name="apply_step") for step in STEPS),
    *(path(f"{APPLY}{step}/draft/", apply_draft.apply_draft, {"step": step}, name="apply_draft") for step in FORMS),
    path(f"{APPLY}type/", apply.apply_type, name="apply_type"),
    path(f"{APPLY}sms/", apply_contact.apply_sms, name="apply_sms"),
    path(f"{APPLY}operator/", apply_contact.apply_operator, name="apply_operator"),
    path(f"{APPLY}letter/", apply_draft.apply_letter, name="apply_letter"),
    path(f"{APPLY}reopen/", apply.apply_reopen, name="apply_reopen"),
    path(f"{APPLY}withdraw/", apply.apply_withdraw, name="apply_withdraw"),
    path("desk/verifications/", desk.desk_verifications, name="desk_verifications"),
    path("desk/verifications/<int:pk>/", desk.desk_verification, name="desk_verification"),
    path("desk/verifications/<int:pk>/call/", desk.desk_verification_call, name="desk_verification_call"),
    path("desk/verifications/<int:pk>/pass/", desk.desk_verification_pass, name="desk_verification_pass"),
    path(
        "desk/verifications/<int:pk>/send-back/", desk.desk_verification_send_back, name="desk_verification_send_back"
    ),
    path("desk/verifications/<int:pk>/fail/", desk.desk_verification_fail, name="desk_verification_fail"),
    path(
        "desk/verifications/<int:pk>/papers/<int:paper>/", desk.desk_verification_paper, name="desk_verification_paper"
    ),
    path("desk/verifications/<int:pk>/reveal/", desk.desk_verification_reveal, name="desk_verification_reveal"),
    path("console/<str:appid>/payments/<int:pk>/status/", payments.pay_status, name="pay_status"),
    path("phone/pay/<int:pk>/scanned/<str:key>/", payments.phone_pay_scanned, name="phone_pay_scanned"),
    path("phone/pay/<int:pk>/", payments.phone_pay, name="phone_pay"),
    path("phone/pay/<int:pk>/password/", payments.phone_pay_password, name="phone_pay_password"),
    path("phone/pay/<int:pk>/cancelled/", payments.phone_pay_cancelled, name="phone_pay_cancelled"),
    path("phone/wallet/", wallet.phone_wallet, name="phone_wallet"),
    path("phone/wallet/open/", wallet.phone_wallet_open, name="phone_wallet_open"),
    path("phone/wallet/top-up/", wallet.phone_wallet_top_up, name="phone_wallet_top_up"),
    path("phone/wallet/password/", wallet.phone_wallet_password, name="phone_wallet_password"),
]
