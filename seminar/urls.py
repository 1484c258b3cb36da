"""Every address of the site; rooms bring their own."""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from seminar import views

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.redirect_to_language, name="root"),
    path("healthz", views.show_health, name="healthz"),
    path("readyz", views.show_readiness, name="readyz"),
    path("preferences/font-size/", views.set_font_size, name="set_font_size"),
    path("accounts/language/", views.set_staff_language, name="set_staff_language"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("", include("registration.urls")),
        path("", include("agenda.urls")),
    ),
]
