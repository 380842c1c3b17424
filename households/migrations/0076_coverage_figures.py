import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Length


class Migration(migrations.Migration):
    dependencies = [("households", "0075_loans_and_measures_arrive_once")]

    operations = [
        migrations.CreateModel(
            name="CoverageRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("area_code", models.CharField(db_collation="C", max_length=6, verbose_name="县")),
                ("year", models.SmallIntegerField(verbose_name="年度")),
                ("as_of", models.DateTimeField(verbose_name="截至")),
                ("unseen_from", models.DateTimeField()),
                (
                    "seconds",
                    models.DecimalField(decimal_places=2, max_digits=8, verbose_name="用时（秒）"),
                ),
                (
                    "policies",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
            ],
            options={
                "verbose_name": "政策覆盖计算",
                "ordering": ["area_code", "year"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("area_code", "year"), name="one_coverage_of_a_county_and_year"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CoverageFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("area_code", models.CharField(db_collation="C", max_length=12, verbose_name="区划")),
                (
                    "length",
                    models.GeneratedField(
                        db_persist=True,
                        expression=Length("area_code"),
                        output_field=models.SmallIntegerField(),
                    ),
                ),
                ("entitled", models.IntegerField(verbose_name="应享受")),
                ("unknown", models.IntegerField(verbose_name="待核实")),
                ("received", models.IntegerField(verbose_name="已享受")),
                ("others", models.IntegerField(verbose_name="不属于却已发放")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=16, verbose_name="发放金额（元）"),
                ),
                ("terms", models.JSONField(default=dict, verbose_name="各期应享受未享受")),
                (
                    "policy",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="households.policy",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="figures",
                        to="households.coveragerun",
                    ),
                ),
            ],
            options={
                "verbose_name": "政策覆盖数字",
                "ordering": ["run", "area_code", "policy"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "length", "area_code", "policy"), name="one_coverage_figure_of_a_place"
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.In(Length("area_code"), [6, 9, 12]),
                        name="a_coverage_figure_is_of_a_place",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            unknown__gte=0,
                            received__gte=0,
                            others__gte=0,
                            amount__gte=0,
                            entitled__gte=F("received"),
                        ),
                        name="coverage_figures_fit_together",
                    ),
                ],
            },
        ),
    ]
