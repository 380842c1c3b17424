"""Units, users and their dated postings. A right always comes from a posting: what, where and until when."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    BigIntegerRangeField,
    DateRangeField,
    IntegerRangeField,
)
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.utils import timezone
from django.utils.crypto import salted_hmac

from poverty.accounts.options.affiliations import AFFILIATIONS
from poverty.accounts.options.education import EDUCATION_DEGREES
from poverty.accounts.options.political_status import POLITICAL_STATUSES
from poverty.accounts.options.ranks import RANKS
from poverty.accounts.options.sectors import SECTORS
from poverty.accounts.options.skills import SKILLS
from poverty.accounts.options.unit_kinds import UNIT_KINDS
from poverty.accounts.querysets import PostingQuerySet, UnitQuerySet, UserQuerySet
from poverty.accounts.rights import ROLE_RIGHTS
from poverty.accounts.roles import Role
from poverty.accounts.scope import NOWHERE, Scope, scope_from
from poverty.areas.models import Area
from poverty.fields.document_types import DOCUMENT_TYPES, RESIDENT_ID
from poverty.fields.option_field import OptionField
from poverty.fields.sealed import SealedField
from poverty.fields.sexes import SEXES
from poverty.sql.constraints import no_overlap, text_key

__all__ = ["ApiToken", "Posting", "Role", "SignInThrottle", "Unit", "User"]


class Unit(models.Model):
    """An organisation: helping unit, responsible unit, bureau, township government, enterprise."""

    name = models.CharField("单位名称", max_length=100)
    kind = OptionField("单位类型", UNIT_KINDS, blank=False)
    sector = OptionField("行业", SECTORS)
    affiliation = OptionField("单位隶属关系", AFFILIATIONS)
    address = models.CharField("单位地址", max_length=200, blank=True)
    area = models.ForeignKey(
        Area, verbose_name="所在区划", on_delete=models.PROTECT, related_name="units", db_index=False
    )
    is_active = models.BooleanField("在用", default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "单位"
        ordering = ["area", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name"],
                name="one_unit_of_a_name_in_an_area",
                violation_error_message="本区划已有同名单位。",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def area_code(self):
        return self.area_id

    def audit_case(self):
        """How the log names this: type, id, area."""
        return "accounts.unit", self.pk, self.area_id


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """`get_by_natural_key` is what the sign-in asks."""

    def get_by_natural_key(self, username):
        return self.get(username=username)


class User(AbstractBaseUser):
    """One person: who may sign in, or who is on record (a helper) without an account: username NULL."""

    username = models.CharField(
        "账号", max_length=40, unique=True, null=True, blank=True, error_messages={"unique": "该账号已存在。"}
    )
    name = models.CharField("姓名", max_length=40)
    pinyin = models.CharField("拼音", max_length=200, blank=True, db_collation="C")
    initials = models.CharField("拼音首字母", max_length=40, blank=True, db_collation="C")
    unit = models.ForeignKey(
        Unit, verbose_name="单位名称", null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )
    is_active = models.BooleanField("可登录", default=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=True)
    # Part of the session's check value: raising it ends every session of this person at once.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    # forms.md 3.1
    sex = OptionField("性别", SEXES)
    document_type = OptionField("证件类型", DOCUMENT_TYPES, default=RESIDENT_ID)
    identity = SealedField(kind="identity", verbose_name="证件号码", null=True, blank=True)
    identity_hash = models.BinaryField(
        null=True, editable=False, unique=True
    )  # keyed; one person, one record
    identity_last4_hash = models.BinaryField(null=True, editable=False)
    identity_faults = ArrayField(models.CharField(max_length=40), default=list, blank=True, editable=False)
    phone = SealedField(kind="phone", verbose_name="联系电话", null=True, blank=True)
    phone_hash = models.BinaryField(null=True, editable=False)
    political_status = OptionField("政治面貌", POLITICAL_STATUSES)
    education = OptionField("学历", EDUCATION_DEGREES)
    rank = OptionField("职务级别", RANKS)
    position = models.CharField("派出单位职务", max_length=60, blank=True)
    skills = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name="技术特长")
    is_resident_team = models.BooleanField("是否驻村队员", null=True, blank=True)  # NULL: not asked

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "人员"
        ordering = ["pinyin", "id"]
        indexes = [
            models.Index(fields=["pinyin", "id"], name="user_by_pinyin"),
            models.Index(fields=["identity_last4_hash"], name="user_by_last4"),
        ]
        constraints = [
            models.CheckConstraint(
                name="who_may_sign_in_has_an_account",
                condition=Q(is_active=False) | Q(username__isnull=False),
                violation_error_message="可登录的人员须有账号。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def has_account(self) -> bool:
        """Whether this person was ever given an account (it may be switched off)."""
        return bool(self.username)

    @property
    def area_code(self) -> str:
        """Where the log files what happens to this person: the area of the own unit, else of the latest
        posting, "" with neither."""
        if self.unit_id:
            return self.unit.area_id
        return self.postings.values_list("area", flat=True).order_by("-valid_from", "-id").first() or ""

    def audit_case(self):
        """How the log names this: type, id, area."""
        return "accounts.user", self.pk, self.area_code

    @property
    def skill_labels(self) -> str:
        """技术特长 in words."""
        return SKILLS.labels(self.skills)

    # --- rights -------------------------------------------------------------------------------------------

    @property
    def postings_today(self) -> list["Posting"]:
        """Postings open today, read once per instance and day; none for whoever is not active.

        A request reads its user anew, so a posting that ended a moment ago gives nothing any more.
        """
        today = timezone.localdate()
        day, found = self.__dict__.get("_postings_today", (None, []))
        if day != today:
            found = list(self.postings.open_on(today).order_by("valid_from", "id")) if self._may_act() else []
            self.__dict__["_postings_today"] = (today, found)
            self.__dict__["_scopes"] = {}
        return found

    def forget_rights(self) -> None:
        """Read postings again on the next question: after a service changed them on this very object."""
        self.__dict__.pop("_postings_today", None)
        self.__dict__.pop("_scopes", None)

    def refresh_from_db(self, *args, **kwargs):
        self.forget_rights()
        return super().refresh_from_db(*args, **kwargs)

    def _may_act(self) -> bool:
        return bool(self.is_active and self.pk)

    @property
    def roles_today(self) -> list[Role]:
        """Roles held today, in the product's order, each once."""
        held = {posting.role for posting in self.postings_today}
        return [role for role in Role if role in held]

    @property
    def rights_today(self) -> frozenset[str]:
        """Codes of all rights held somewhere today."""
        return frozenset().union(*(ROLE_RIGHTS.get(p.role, frozenset()) for p in self.postings_today))

    def has_right(self, code: str) -> bool:
        """Whether this right is held anywhere today. Raises KeyError for a right that does not exist."""
        return bool(self.scope(code))

    def scope(self, code: str = "household.view") -> Scope:
        """Where this right is held today; the empty scope when it is not."""
        postings = self.postings_today
        if not self._may_act():
            return NOWHERE
        scopes = self.__dict__.setdefault("_scopes", {})
        if code not in scopes:
            scopes[code] = scope_from(postings, code)
        return scopes[code]

    def has_right_at(self, code: str, area_code: str, *, sector: str | None = None) -> bool:
        """Whether the right is held over an area (right and place from one posting).

        Says False for a helper's own households: those are asked by household (`visible_to`).
        """
        return self.scope(code).covers(area_code, sector)

    # --- sessions -----------------------------------------------------------------------------------------

    def get_session_auth_hash(self):
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self):
        return (self._session_hash(secret) for secret in settings.SECRET_KEY_FALLBACKS)

    def _session_hash(self, secret: str) -> str:
        """Changes with the password and with the epoch; a session that carries another value is over."""
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac(
            "poverty.accounts.User.session", value, secret=secret, algorithm="sha256"
        ).hexdigest()


class Posting(models.Model):
    """A person holds a role for an area, from a day until a day (exclusive; NULL: still)."""

    user = models.ForeignKey(User, verbose_name="人员", on_delete=models.PROTECT, related_name="postings")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    area = models.ForeignKey(
        Area, verbose_name="区划", on_delete=models.PROTECT, related_name="postings", db_index=False
    )
    unit = models.ForeignKey(
        Unit, verbose_name="单位", null=True, blank=True, on_delete=models.PROTECT, related_name="postings"
    )
    sector = OptionField("行业", SECTORS)
    title = models.CharField("职务", max_length=60, blank=True)
    valid_from = models.DateField("开始时间")
    valid_to = models.DateField("终止时间", null=True, blank=True)
    document = models.CharField("文件", max_length=200, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        ordering = ["-valid_from", "-id"]
        indexes = [models.Index(fields=["area", "role"], name="posting_by_area_and_role")]
        constraints = [
            models.CheckConstraint(
                # Equal days: entered by mistake and withdrawn, was never valid, overlaps with nothing.
                name="posting_does_not_end_before_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                violation_error_message="终止时间不能早于开始时间。",
            ),
            models.CheckConstraint(
                name="only_a_bureau_posting_has_a_sector",
                condition=(Q(role=Role.BUREAU_OFFICER) & ~Q(sector=""))
                | (~Q(role=Role.BUREAU_OFFICER) & Q(sector="")),
                violation_error_message="行业部门的任职须选行业，其他角色不填行业。",
            ),
            no_overlap(
                "one_posting_of_a_role_in_an_area_at_a_time",
                "user",
                text_key("role"),
                text_key("area"),
                text_key("sector"),
                message="该人员在此区划已有同一角色的任职，时间重叠。",
            ),
            # Excludes overlapping periods of one person where one is administrator and the other is not: the
            # kinds are the ranges [0,1) and [1,2), and "adjacent" is the only "different" that GiST offers.
            ExclusionConstraint(
                name="an_administrator_holds_no_case_role",
                expressions=[
                    (
                        Func(
                            F("user"),
                            F("user"),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        "&&",
                    ),
                    (
                        Case(
                            When(
                                role=Role.ADMINISTRATOR,
                                then=Func(
                                    Value(0), Value(1), function="int4range", output_field=IntegerRangeField()
                                ),
                            ),
                            default=Func(
                                Value(1), Value(2), function="int4range", output_field=IntegerRangeField()
                            ),
                            output_field=IntegerRangeField(),
                        ),
                        "-|-",
                    ),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            Value("[)"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                violation_error_message="系统管理员不能同时担任业务角色。",
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.get_role_display()}"

    @property
    def area_code(self):
        return self.area_id

    def is_open_on(self, day) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def is_open(self) -> bool:
        """Whether this posting gives rights today."""
        return self.is_open_on(timezone.localdate())

    @property
    def is_over(self) -> bool:
        """Whether this posting has ended, or was withdrawn, by today."""
        return self.valid_to is not None and self.valid_to <= timezone.localdate()

    def audit_case(self):
        """A posting is logged with the person it concerns, in the area of the posting."""
        return "accounts.user", self.user_id, self.area_id


class ApiToken(models.Model):
    """A key for programs, shown once; only its SHA-256 is kept. Ends with the account and by date."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField("用途", max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    expires_at = models.DateTimeField("到期时间")
    last_used_at = models.DateTimeField("最近使用", null=True)

    class Meta:
        verbose_name = "接口密钥"
        ordering = ["-id"]

    def __str__(self):
        return self.name


class SignInThrottle(models.Model):
    """Wrong sign-ins counted for one account name or one address, and uses of what is open to everybody (as keyed
    hashes, never in clear).
    """

    key = models.CharField(max_length=80, unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    blocked_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "登录限制"

    def __str__(self):
        return f"{self.failures} × {self.key[:12]}"
