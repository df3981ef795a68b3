"""Addresses of entities (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver, path

from entities.views import profile, register, settings

app_name = "entities"
urlpatterns: list[URLPattern | URLResolver] = [
    path("register/information/", register.register_information, name="register_information"),
    path("register/information/identity/", register.register_identity, name="register_identity"),
    path("register/information/sms/", register.register_sms, name="register_sms"),
    path("register/entity-types/", register.register_entity_types, name="register_entity_types"),
    path("register/complete/", register.register_complete, name="register_complete"),
    path("console/<str:appid>/profile/", profile.profile, name="profile"),
    path("console/<str:appid>/profile/check-name/", profile.profile_check_name, name="profile_check_name"),
    path("console/<str:appid>/settings/", settings.settings_basic, name="settings_basic"),
    path("media/avatars/<str:sha256>.png", profile.avatar, name="avatar"),
]
