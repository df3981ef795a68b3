"""Addresses of entities (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver, path

from entities.views import categories, desk_categories, desk_names, drafts, names, papers, profile, settings

app_name = "entities"
urlpatterns: list[URLPattern | URLResolver] = [
    path("console/<str:appid>/profile/", profile.profile, name="profile"),
    path("console/<str:appid>/profile/check-name/", profile.profile_check_name, name="profile_check_name"),
    path("console/<str:appid>/settings/", settings.settings_basic, name="settings_basic"),
    path("console/<str:appid>/settings/name/", names.name_change, name="name_change"),
    path("console/<str:appid>/settings/name/confirm/", names.name_confirm, name="name_confirm"),
    path("console/<str:appid>/settings/name/changed/", names.name_changed, name="name_changed"),
    path("console/<str:appid>/settings/name/withdraw/", names.name_withdraw, name="name_withdraw"),
    path("console/<str:appid>/settings/avatar/", settings.settings_avatar, name="settings_avatar"),
    path("console/<str:appid>/settings/introduction/", settings.settings_introduction, name="settings_introduction"),
    path("console/<str:appid>/settings/search/", settings.settings_search, name="settings_search"),
    path("console/<str:appid>/settings/entity/", settings.settings_entity, name="settings_entity"),
    path("console/<str:appid>/settings/categories/", categories.categories, name="categories"),
    path("console/<str:appid>/settings/categories/papers/", categories.category_papers, name="category_papers"),
    path("console/<str:appid>/settings/categories/<int:pk>/", categories.category, name="category"),
    path("desk/categories/", desk_categories.desk_categories, name="desk_categories"),
    path("desk/categories/<int:pk>/", desk_categories.desk_category, name="desk_category"),
    path("desk/categories/<int:pk>/approve/", desk_categories.desk_category_approve, name="desk_category_approve"),
    path("desk/categories/<int:pk>/reject/", desk_categories.desk_category_reject, name="desk_category_reject"),
    path("desk/names/", desk_names.desk_names, name="desk_names"),
    path("desk/names/<int:pk>/", desk_names.desk_name, name="desk_name"),
    path("desk/names/<int:pk>/approve/", desk_names.desk_name_approve, name="desk_name_approve"),
    path("desk/names/<int:pk>/reject/", desk_names.desk_name_reject, name="desk_name_reject"),
    path("papers/upload/", papers.paper_upload, name="paper_upload"),
    path("papers/<int:pk>/", papers.paper, name="paper"),
    path("desk/papers/<int:pk>/", papers.desk_paper, name="desk_paper"),
    path("drafts/<slug:kind>/", drafts.draft_save, name="draft_save"),
    path("media/avatars/<str:sha256>.png", profile.avatar, name="avatar"),
]
