"""Readers' addresses of comments. Ids are accepted as any text, so that an impossible one is a plain 404."""

from django.urls import path

from comments import feeds, views
from newsportal.caching import public_page

app_name = "comments"
urlpatterns = [
    path("articles/<str:article_id>/comments/", views.page, name="page"),
    path("articles/<str:article_id>/comments/new/", views.new, name="new"),
    path("articles/<str:article_id>/comments/feed/", public_page(feeds.CommentFeed()), name="feed"),
    path("comments/<str:public_id>/", views.permalink, name="permalink"),
    path("comments/<str:public_id>/answers/", views.answers, name="answers"),
    path("comments/<str:public_id>/answers/feed/", feeds.answers_feed, name="answers_feed"),
    path("comments/<str:public_id>/report/", views.report, name="report"),
    path("report/<str:token>/", views.report_status, name="report_status"),
    path("comments/<str:public_id>/recommend/", views.recommend, name="recommend"),
    path("my-comment/<str:token>/", views.my_comment, name="my_comment"),
    path("my-comment/<str:token>/erasure/", views.comment_erasure, name="comment_erasure"),
    path("my-address/", views.ask_for_address, name="ask_for_address"),
    # No token is this short.
    path("my-address/asked/", views.address_asked, name="address_asked"),
    path("my-address/<str:token>/erasure/", views.address_erasure, name="address_erasure"),
    path("my-address/<str:token>/export/", views.address_export, name="address_export"),
    path("my-address/<str:token>/", views.my_address, name="my_address"),
    path("moderation/", views.moderation, name="moderation"),
    path("my-address/<str:token>/subscriptions/", views.subscriptions, name="subscriptions"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("guidelines/", views.guidelines, name="guidelines"),
    path("privacy/", views.privacy, name="privacy"),
]
