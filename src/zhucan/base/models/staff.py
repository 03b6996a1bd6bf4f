"""Organs, the people who work in them, and their posts."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from zhucan.base.enums import OrganKind, Role


class Organ(models.Model):
    """An office: 港南区残疾人联合会, 八塘街道办事处. It answers for a division."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=OrganKind)
    name = models.CharField(max_length=80)
    division = models.ForeignKey("base.Division", models.PROTECT)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Finds users by their sign-in name."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The user of this sign-in name, in any case.

        Raises:
            User.DoesNotExist: there is none.
        """
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """Somebody of the staff. ``username`` is a work name, never an ID or phone number (it stands in logs of others)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Za-z][A-Za-z0-9._-]{2,39}$", "用户名以字母开头，3 到 40 个字母、数字、点或短横。")
        ],
    )
    name = models.CharField(max_length=40)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    password_changed_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Everybody here is staff; there is no Django admin to enter with it."""
        return True


class Post(models.Model):
    """A role in an organ over a division and all below it, from one day to another."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="posts")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=Role)
    division = models.ForeignKey("base.Division", models.PROTECT)
    from_ = models.DateField()
    until = models.DateField(null=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["user", "from_"]),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("from_")), name="post_ends_after_it_began"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organ} {self.get_role_display()}"
