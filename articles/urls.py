"""The readers' addresses of stories. An id may be any text, so that an impossible one is a plain 404."""

from django.urls import path

from articles import error_views, feeds, preview_views, search_page, sitemaps, views
from articles.states import HOUSE_WORDS, House
from newsportal.caching import public_page

app_name = "articles"
urlpatterns = [
    path("", views.front, name="front"),
    path("articles/<str:article_id>/", views.article, name="article_by_id"),
    # Before the story, because it would be taken for a slug.
    path("articles/<str:article_id>/error/", error_views.report, name="report_error"),
    path("articles/<str:article_id>/<str:slug>/", views.article, name="article"),
    path("sections/<str:slug>/", views.section, name="section"),
    path("sections/<str:slug>/feed/", public_page(feeds.SectionFeed()), name="section_feed"),
    path("sections/<str:slug>/feed/atom/", public_page(feeds.SectionAtomFeed()), name="section_atom_feed"),
    path("tags/<str:slug>/", views.tag, name="tag"),
    path("tags/<str:slug>/feed/", public_page(feeds.TagFeed()), name="tag_feed"),
    path("tags/<str:slug>/feed/atom/", public_page(feeds.TagAtomFeed()), name="tag_atom_feed"),
    path("people/<str:slug>/", views.person, name="person"),
    path("people/<str:slug>/feed/", public_page(feeds.PersonFeed()), name="person_feed"),
    path("people/<str:slug>/feed/atom/", public_page(feeds.PersonAtomFeed()), name="person_atom_feed"),
    path("search/", search_page.search, name="search"),
    path("preview/<str:token>/", preview_views.shared, name="preview"),
    path("error-report/<str:token>/", error_views.reported, name="error_report"),
    path("corrections/", views.corrections, name="corrections"),
    path("corrections/feed/", public_page(feeds.CorrectionsFeed()), name="corrections_feed"),
    *(path(f"{slug}/", views.house_page, {"slug": slug}) for slug in House.values if slug not in HOUSE_WORDS),
    path("about/<str:slug>/", views.further_page, name="house_page"),
    path("feed/", public_page(feeds.LatestFeed()), name="feed"),
    path("feed/atom/", public_page(feeds.LatestAtomFeed()), name="atom_feed"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-stories.xml", sitemaps.stories, name="sitemap_of_stories"),
    path("sitemap-lists.xml", sitemaps.lists, name="sitemap_of_lists"),
    path("news-sitemap.xml", sitemaps.news, name="news_sitemap"),
    path("robots.txt", views.robots, name="robots"),
]
