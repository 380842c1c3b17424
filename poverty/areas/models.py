"""The administrative tree. The code is the key and the path: what lies below 220503 begins with 220503."""

from django.db import models
from django.db.models import BigIntegerField, F, Q
from django.db.models.functions import Cast, Left, Length

from poverty.areas.querysets import AreaQuerySet, SettlementFactQuerySet, SettlementQuerySet
from poverty.fields.states import MET, UNKNOWN, UNMET
from poverty.sql.constraints import no_overlap, text_key
from poverty.sql.periods import ends_after_it_begins


class Level(models.IntegerChoices):
    """Levels by length of code: 2, 4, 6, 9, 12 digits."""

    PROVINCE = 2, "省"
    CITY = 4, "市"
    COUNTY = 6, "县"
    TOWNSHIP = 9, "乡镇"
    VILLAGE = 12, "村"


class Area(models.Model):
    """A place, from province to village, under its official code. A used code is never given to another."""

    code = models.CharField("区划代码", max_length=12, primary_key=True, db_collation="C")
    name = models.CharField("名称", max_length=60)
    level = models.SmallIntegerField("级别", choices=Level.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name="上级",
        null=True,
        on_delete=models.PROTECT,
        related_name="children",
        db_index=False,
    )
    pinyin = models.CharField("拼音", max_length=200, blank=True, db_collation="C")
    valid_from = models.DateField("设立", null=True, blank=True)  # NULL: before anything recorded here
    valid_to = models.DateField("撤销", null=True, blank=True)  # NULL: in force

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = "行政区划"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="area_code_has_the_length_of_its_level",
                condition=Q(code__regex=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")
                & Q(level=Length("code")),
                violation_error_message="区划代码的位数与级别不符。",
            ),
            models.CheckConstraint(
                name="area_code_begins_with_the_code_of_its_parent",
                condition=Q(parent__isnull=True)
                | Q(parent=Left("code", Length("parent")), level__gt=Length("parent")),
                violation_error_message="区划代码须以上级代码开头。",
            ),
            models.CheckConstraint(
                name="area_ends_after_it_begins",
                condition=ends_after_it_begins(),
                violation_error_message="撤销日期须晚于设立日期。",
            ),
        ]
        indexes = [models.Index(fields=["parent", "code"], name="area_children")]

    def __str__(self):
        return self.name

    @property
    def area_code(self):
        return self.code

    def audit_case(self):
        """Return type, number and place in the log; a code is digits, so it serves as number."""
        return "areas.area", int(self.code), self.code


class AreaName(models.Model):
    """A former name: borne from valid_from (NULL: as far back as is known) until valid_to.

    The present name stands on the area.
    """

    area = models.ForeignKey(
        Area, verbose_name="区划", on_delete=models.PROTECT, related_name="names", db_index=False
    )
    name = models.CharField("名称", max_length=60)
    valid_from = models.DateField("起", null=True, blank=True)
    valid_to = models.DateField("止")
    document = models.CharField("文件", max_length=200, blank=True)  # by which the name was given up

    class Meta:
        verbose_name = "曾用名"
        ordering = ["area", F("valid_from").asc(nulls_first=True)]
        constraints = [
            no_overlap(
                "area_bears_one_name_at_a_time",
                Cast("area", BigIntegerField()),  # a code is digits and never begins with 0
                message="该区划在这段时间已有名称记录。",
            )
        ]
        indexes = [models.Index(fields=["area"], name="area_names")]

    def __str__(self):
        return self.name


class StagedArea(models.Model):
    """A line of a divisions file while it is being imported: a temporary table, gone with the transaction."""

    line = models.IntegerField(primary_key=True)
    # Keys without a constraint: the place may be new, its parent may stand in another line, or nowhere.
    area = models.ForeignKey(
        Area, on_delete=models.DO_NOTHING, related_name="+", db_column="code", null=True, db_constraint=False
    )
    name = models.CharField(max_length=60)
    level = models.SmallIntegerField()
    parent = models.ForeignKey(
        Area,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_column="parent_code",
        null=True,  # NULL: the file gives no parent
        db_constraint=False,
    )
    pinyin = models.CharField(max_length=200, db_collation="C")

    class Meta:
        managed = False
        db_table = "areas_staged"

    def __str__(self):
        return f"{self.line}: {self.area_id}"


class AreaChange(models.Model):
    """A merge, move or abolition of a place, carried out at once with everything that bears the code."""

    class Kind(models.TextChoices):
        MERGE = "merge", "合并"
        MOVE = "move", "划转"
        ABOLISH = "abolish", "撤销"

    kind = models.CharField("类型", max_length=10, choices=Kind.choices)
    old = models.ForeignKey(
        Area, verbose_name="原区划", on_delete=models.PROTECT, related_name="changes_from", db_index=False
    )
    new = models.ForeignKey(
        Area,
        verbose_name="新区划",
        null=True,
        on_delete=models.PROTECT,
        related_name="changes_to",
        db_index=False,
    )
    on = models.DateField("生效日期")
    document = models.CharField("文件", max_length=200)
    recorded_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = "区划变更"
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["old"], name="area_change_of_the_old"),
            models.Index(fields=["new"], name="area_change_to_the_new"),
        ]

    def __str__(self):
        return f"{self.old_id} → {self.new_id or '撤销'}"


class Settlement(models.Model):
    """A natural village (自然村) or village group (村民小组) under an administrative village."""

    class Kind(models.TextChoices):
        NATURAL_VILLAGE = "natural_village", "自然村"
        GROUP = "group", "村民小组"

    village = models.ForeignKey(
        Area, verbose_name="行政村", on_delete=models.PROTECT, related_name="settlements", db_index=False
    )
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=20, choices=Kind.choices)
    valid_from = models.DateField("设立", null=True, blank=True)
    valid_to = models.DateField("撤销", null=True, blank=True)

    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = "自然村/村民小组"
        ordering = ["village", "name"]
        indexes = [models.Index(fields=["village", "name"], name="settlements_of_a_village")]
        constraints = [
            models.UniqueConstraint(
                fields=["village", "kind", "name"],
                condition=Q(valid_to__isnull=True),
                name="one_open_settlement_of_a_name_in_a_village",
                violation_error_message="本村已有同名的自然村/村民小组。",
            ),
            models.CheckConstraint(
                name="settlement_ends_after_it_begins",
                condition=ends_after_it_begins(),
                violation_error_message="撤销日期须晚于设立日期。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def area_code(self):
        return self.village_id


class SettlementFact(models.Model):
    """Whether a shared supply reaches a settlement, from a day on, by which bureau document."""

    class Fact(models.TextChoices):
        WATER = "water", "安全饮用水"
        POWER = "power", "生活用电"
        BROADCASTING = "broadcasting", "广播电视"
        ROAD = "road", "通硬化路"

    settlement = models.ForeignKey(
        Settlement, verbose_name="自然村/村民小组", on_delete=models.PROTECT, related_name="facts"
    )
    fact = models.CharField("事项", max_length=20, choices=Fact.choices)
    reached = models.BooleanField("是否达到", null=True, blank=True)  # NULL: not known
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)
    scheme = models.CharField("工程名称", max_length=100, blank=True)
    document_name = models.CharField("文件", max_length=200, blank=True)
    document_date = models.DateField("文件日期", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    objects = SettlementFactQuerySet.as_manager()

    class Meta:
        verbose_name = "自然村事项"
        ordering = ["settlement", "fact", "-valid_from"]
        constraints = [
            no_overlap(
                "settlement_fact_holds_one_value_at_a_time",
                "settlement",
                text_key("fact"),
                message="该事项在这段时间已有记录。",
            ),
            models.CheckConstraint(
                name="settlement_fact_ends_after_it_begins",
                condition=ends_after_it_begins(),
                violation_error_message="止的日期须晚于起的日期。",
            ),
        ]

    def __str__(self):
        return f"{self.get_fact_display()} {self.valid_from}"

    @property
    def area_code(self):
        return self.settlement.village_id

    @property
    def state(self) -> int:
        """达标, 未达标 or 待核实: a value that is not known."""
        return UNKNOWN if self.reached is None else MET if self.reached else UNMET
