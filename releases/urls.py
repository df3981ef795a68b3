"""Addresses of releases (full paths; design/routes.md)."""

from django.urls import URLPattern, URLResolver, path

from releases.views import desk, phone, publishing, static_view, submissions, versions

app_name = "releases"
urlpatterns: list[URLPattern | URLResolver] = [
    path("console/<str:appid>/versions/", versions.versions, name="versions"),
    path("console/<str:appid>/versions/code.png", versions.program_code, name="program_code"),
    path("console/<str:appid>/versions/builds/<int:pk>/submit/", submissions.order_submit, name="order_submit"),
    path("console/<str:appid>/versions/builds/<int:pk>/delete/", submissions.build_delete_ask, name="build_delete_ask"),
    path("console/<str:appid>/versions/builds/deleted/", submissions.build_delete, name="build_delete"),
    path("console/<str:appid>/versions/orders/<int:pk>/", submissions.order_detail, name="order_detail"),
    path("console/<str:appid>/versions/orders/<int:pk>/delete/", submissions.order_delete_ask, name="order_delete_ask"),
    path("console/<str:appid>/versions/orders/deleted/", submissions.order_delete, name="order_delete"),
    path("console/<str:appid>/versions/orders/<int:pk>/publish/", publishing.publish_ask, name="publish_ask"),
    path("console/<str:appid>/versions/orders/published/", publishing.publish, name="publish"),
    path("desk/", desk.desk, name="desk"),
    path("desk/orders/<int:pk>/", desk.desk_order, name="desk_order"),
    path("desk/orders/<int:pk>/approve/", desk.desk_approve, name="desk_approve"),
    path("desk/orders/<int:pk>/reject/", desk.desk_reject, name="desk_reject"),
    path("desk/orders/<int:pk>/pages/<path:path>", static_view.desk_page, name="desk_page"),
    path("desk/orders/<int:pk>/assets/<path:path>", static_view.desk_asset, name="desk_asset"),
    path("desk/orders/<int:pk>/skins/<path:path>", static_view.desk_skin, name="desk_skin"),
    path("phone/programs/", phone.phone_programs, name="phone_programs"),
    path("phone/programs/<str:appid>/", static_view.phone_page, name="phone_program"),
    path("phone/programs/<str:appid>/<path:path>", static_view.phone_page, name="phone_page"),
    path("phone/program-assets/<str:appid>/<path:path>", static_view.phone_asset, name="phone_asset"),
    path("phone/program-skins/<str:appid>/<path:path>", static_view.phone_skin, name="phone_skin"),
]
