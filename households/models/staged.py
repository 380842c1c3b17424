"""Staged rows as the register sees them: the table of poverty.ledgers with the keys it holds as relations."""

from django.db import models
from django.db.models import FilteredRelation, Q, QuerySet

from households.models.household import Household
from households.models.member import Member
from poverty.ledgers.models import Import, StagedCells
from poverty.ledgers.querysets_importing import StagedRowQuerySet


class IncomingQuerySet(StagedRowQuerySet):
    def of(self, imported: Import) -> QuerySet:
        """The rows of an import, with `facts` and `own_facts` of its year, `belongs` (the open membership) and what
        the national system last showed.
        """
        return self.filter(imported=imported.pk).annotate(
            facts=FilteredRelation("household__surveys", condition=Q(household__surveys__year=imported.year)),
            own_facts=FilteredRelation("member__surveys", condition=Q(member__surveys__year=imported.year)),
            belongs=FilteredRelation(
                "member__memberships", condition=Q(member__memberships__valid_to__isnull=True)
            ),
        )


class IncomingRow(models.Model):
    """A row of poverty.ledgers.StagedRow, with household and person as relations."""

    cells = models.OneToOneField(
        StagedCells, primary_key=True, db_column="id", on_delete=models.DO_NOTHING, related_name="+"
    )
    imported = models.ForeignKey(Import, on_delete=models.DO_NOTHING, related_name="+")
    number = models.IntegerField()
    household_no = models.CharField(max_length=30)
    member_no = models.CharField(max_length=30)
    area_code = models.CharField(max_length=12, db_collation="C")
    is_head = models.BooleanField()
    leads = models.BooleanField()
    identity_hash = models.BinaryField(null=True)
    head_hash = models.BinaryField(null=True)
    phone_hash = models.BinaryField(null=True)
    member_phone_hash = models.BinaryField(null=True)
    bank_account_hash = models.BinaryField(null=True)
    household = models.ForeignKey(
        Household, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    member = models.ForeignKey(
        Member, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    cell_faults = models.JSONField()
    row_faults = models.JSONField()
    cell_level = models.SmallIntegerField()
    level = models.SmallIntegerField()
    outcome = models.CharField(max_length=10)
    differences = models.JSONField()
    kept = models.JSONField()
    accepted = models.BooleanField(null=True)
    national = models.BooleanField()

    objects = IncomingQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "ledgers_stagedrow"

    def __str__(self):
        return f"{self.number}"
