"""Django REST framework with SimpleJWT on 127.0.0.1:$PORT, over a SQLite file in the folder that is its argument.

Its views are those of SimpleJWT's guide and the one of the preset's README. There is no sign-up in SimpleJWT, so the accounts are made
here: emily, and maria, who is switched off as soon as she has logged in; their password is $PASSWORD.
"""

import importlib.metadata
import os
import pathlib
import socketserver
import sys
import wsgiref.simple_server

import django
from django.conf import settings

WANTED = pathlib.Path(__file__).with_name("requirements.txt").read_text().strip()
NAME, VERSION = WANTED.split("==")
if (found := importlib.metadata.version(NAME)) != VERSION:
    sys.exit(f"this is {NAME} {found}, and {VERSION} is pinned")
if "--version-only" in sys.argv:
    sys.exit(0)

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="a key for tests, which signs nothing else",
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": pathlib.Path(sys.argv[1]) / "db.sqlite3"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework",
        "rest_framework_simplejwt",
        "rest_framework_simplejwt.token_blacklist",
    ],
    REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"]},
    SIMPLE_JWT={"UPDATE_LAST_LOGIN": True},
)
django.setup()

from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db.models.signals import post_save
from django.urls import path
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt import views


class Me(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request):
        u = request.user
        return Response({"id": u.id, "username": u.username, "email": u.email})


urlpatterns = [
    path("api/token/", views.TokenObtainPairView.as_view()),
    path("api/token/refresh/", views.TokenRefreshView.as_view()),
    path("api/token/blacklist/", views.TokenBlacklistView.as_view()),
    path("api/me/", Me.as_view()),
]


def switch_off(sender, instance, **_):
    if instance.username == "maria" and instance.last_login:
        User.objects.filter(pk=instance.pk).update(is_active=False)


class Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        pass


call_command("migrate", verbosity=0)
for name in "emily", "maria":
    User.objects.create_user(name, f"{name}@example.com", os.environ["PASSWORD"])
post_save.connect(switch_off, sender=User)
wsgiref.simple_server.make_server("127.0.0.1", int(os.environ["PORT"]), get_wsgi_application(), Server, Quiet).serve_forever()
