"""The administrative tree. The official code is the key and the path: what lies below 220503 begins with 220503."""

from django.db import models
from django.db.models import Q


class Level(models.IntegerChoices):
    """Levels by length of code: 2, 4, 6, 9, 12 digits."""

    PROVINCE = 2, "省"
    CITY = 4, "市"
    COUNTY = 6, "县"
    TOWNSHIP = 9, "乡镇"
    VILLAGE = 12, "村"


class Area(models.Model):
    """A place of the official division codes, from province to village. A used code is never given to another place."""

    code = models.CharField("区划代码", max_length=12, primary_key=True, db_collation="C")
    name = models.CharField("名称", max_length=60)
    level = models.SmallIntegerField("级别", choices=Level.choices)
    parent = models.ForeignKey(
        "self", verbose_name="上级", null=True, on_delete=models.PROTECT, related_name="children", db_index=False
    )
    pinyin = models.CharField("拼音", max_length=200, blank=True, db_collation="C")
    valid_from = models.DateField("设立", null=True)  # NULL: before anything recorded here
    valid_to = models.DateField("撤销", null=True)  # NULL: in force

    class Meta:
        verbose_name = "行政区划"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="area_code_has_the_length_of_its_level",
                condition=Q(code__regex=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"),
            ),
        ]
        indexes = [models.Index(fields=["parent", "code"], name="area_children")]

    def __str__(self):
        return self.name


class AreaName(models.Model):
    """A name a place bore from valid_from until valid_to; the current one also stands on the area."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="names")
    name = models.CharField("名称", max_length=60)
    valid_from = models.DateField("起", null=True)
    valid_to = models.DateField("止", null=True)
    document = models.CharField("文件", max_length=200, blank=True)

    class Meta:
        verbose_name = "曾用名"

    def __str__(self):
        return self.name


class AreaChange(models.Model):
    """A merge, move or abolition of a place, carried out in one transaction with everything that bears the code."""

    class Kind(models.TextChoices):
        MERGE = "merge", "合并"
        MOVE = "move", "划转"
        ABOLISH = "abolish", "撤销"

    kind = models.CharField("类型", max_length=10, choices=Kind.choices)
    old = models.ForeignKey(Area, verbose_name="原区划", on_delete=models.PROTECT, related_name="changes_from")
    new = models.ForeignKey(
        Area, verbose_name="新区划", null=True, on_delete=models.PROTECT, related_name="changes_to"
    )
    on = models.DateField("生效日期")
    document = models.CharField("文件", max_length=200)
    recorded_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = "区划变更"

    def __str__(self):
        return f"{self.old_id} → {self.new_id or '撤销'}"


class Settlement(models.Model):
    """A natural village (自然村) or village group (村民小组) under an administrative village."""

    class Kind(models.TextChoices):
        NATURAL_VILLAGE = "natural_village", "自然村"
        GROUP = "group", "村民小组"

    village = models.ForeignKey(Area, verbose_name="行政村", on_delete=models.PROTECT, related_name="settlements")
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=20, choices=Kind.choices)
    valid_from = models.DateField("设立", null=True)
    valid_to = models.DateField("撤销", null=True)

    class Meta:
        verbose_name = "自然村/村民小组"
        ordering = ["village", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["village", "kind", "name"],
                condition=Q(valid_to__isnull=True),
                name="one_open_settlement_of_a_name_in_a_village",
                violation_error_message="本村已有同名的自然村/村民小组。",
            )
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

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="facts")
    fact = models.CharField("事项", max_length=20, choices=Fact.choices)
    reached = models.BooleanField("是否达到", null=True)  # NULL: not known
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True)
    scheme = models.CharField("工程名称", max_length=100, blank=True)
    document_name = models.CharField("文件", max_length=200, blank=True)
    document_date = models.DateField("文件日期", null=True)
    note = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = "自然村事项"

    def __str__(self):
        return f"{self.get_fact_display()} {self.valid_from}"
