"""Units, users and their dated postings. A right always comes from a posting: what, where and until when."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from poverty.areas.models import Area


class Role(models.TextChoices):
    """The ten roles of the product; rights by role stand in rights.py."""

    HELPER = "helper", "帮扶责任人"
    VILLAGE_CLERK = "village_clerk", "村级信息员"
    TOWNSHIP_OFFICER = "township_officer", "乡镇专干"
    COUNTY_REVIEWER = "county_reviewer", "县扶贫办"
    BUREAU_OFFICER = "bureau_officer", "行业部门"
    FINANCE_OFFICER = "finance_officer", "财政"
    INSPECTOR = "inspector", "督查员"
    AUDITOR = "auditor", "审计"
    LEADER = "leader", "领导"
    ADMINISTRATOR = "administrator", "系统管理员"


class Unit(models.Model):
    """An organisation: helping unit, responsible unit, bureau, township government, enterprise."""

    name = models.CharField("单位名称", max_length=100)
    kind = models.CharField("单位类型", max_length=30)
    sector = models.CharField("行业", max_length=30, blank=True)
    affiliation = models.CharField("隶属关系", max_length=30, blank=True)
    address = models.CharField("单位地址", max_length=200, blank=True)
    area = models.ForeignKey(Area, verbose_name="所在区划", on_delete=models.PROTECT, related_name="units")
    is_active = models.BooleanField("在用", default=True)

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


class UserManager(BaseUserManager):
    def get_by_natural_key(self, username):
        return self.get(username=username)


class User(AbstractBaseUser):
    """One person who may sign in, or who is on record as helper without an account (is_active False)."""

    username = models.CharField(
        "账号", max_length=40, unique=True, error_messages={"unique": "该账号已存在。"}
    )
    name = models.CharField("姓名", max_length=40)
    pinyin = models.CharField("拼音", max_length=200, blank=True, db_collation="C")
    is_active = models.BooleanField("可登录", default=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "人员"
        ordering = ["pinyin", "id"]

    def __str__(self):
        return self.name


class Posting(models.Model):
    """A person holds a role for an area, from a day until a day (exclusive; NULL: still)."""

    user = models.ForeignKey(User, verbose_name="人员", on_delete=models.PROTECT, related_name="postings")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    area = models.ForeignKey(Area, verbose_name="区划", on_delete=models.PROTECT, related_name="postings")
    unit = models.ForeignKey(
        Unit, verbose_name="单位", null=True, blank=True, on_delete=models.PROTECT, related_name="postings"
    )
    sector = models.CharField("行业", max_length=30, blank=True)
    title = models.CharField("职务", max_length=60, blank=True)
    valid_from = models.DateField("开始时间")
    valid_to = models.DateField("终止时间", null=True, blank=True)
    document = models.CharField("文件", max_length=200, blank=True)

    class Meta:
        verbose_name = "任职"
        constraints = [
            models.CheckConstraint(
                name="posting_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=models.F("valid_from")),
                violation_error_message="终止时间须晚于开始时间。",
            )
        ]

    def __str__(self):
        return f"{self.user} {self.get_role_display()}"

    @property
    def area_code(self):
        return self.area_id
