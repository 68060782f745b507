"""The map of the site."""

from django.contrib import admin
from django.urls import include, path

from newsportal import media
from newsportal.operating.csp_views import csp_reports
from newsportal.operating.metrics import metrics
from newsportal.security_txt import security_txt

urlpatterns = [
    path("admin/", admin.site.urls),
    # First, because what stands below a story's id (`comments/`) would be taken for a story's slug.
    path("", include("comments.urls")),
    path("", include("articles.urls")),
    path("health/", include("newsportal.health")),
    path("metrics", metrics),
    path("csp-reports/", csp_reports),
    path("media/<path:path>", media.serve_media),
    path("favicon.ico", media.favicon),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("site.webmanifest", media.manifest, name="manifest"),
]

handler400 = "newsportal.errors.bad_request"
handler403 = "newsportal.errors.permission_denied"
handler404 = "newsportal.errors.page_not_found"
handler500 = "newsportal.errors.server_error"
