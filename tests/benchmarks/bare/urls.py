"""The product's addresses and those of the bare pages."""

from django.urls import path

from seminar.urls import urlpatterns as of_the_product
from tests.benchmarks.bare import views

urlpatterns = [
    path("bare/form/", views.show_form, name="bare_form"),
    path("bare/insert/", views.insert),
    path("bare/rows/", views.list_rows),
    path("bare/static/", views.show_static),
    *of_the_product,
]
