"""Figures of employment stand beside those of policies, of the same run, and how many students have no teacher."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import In


class Migration(migrations.Migration):
    dependencies = [("households", "0082_papers_of_monitoring")]

    operations = [
        migrations.AddField(
            model_name="coveragerun",
            name="with_people",
            field=models.BooleanField(default=False, verbose_name="含就业和学生"),
        ),
        migrations.CreateModel(
            name="PeopleFigure",
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
                ("employed", models.IntegerField(default=0, verbose_name="至少1人就业（户）")),
                ("none", models.IntegerField(default=0, verbose_name="无人就业（户）")),
                ("unknown", models.IntegerField(default=0, verbose_name="就业待核实（户）")),
                ("labour_unknown", models.IntegerField(default=0, verbose_name="劳动力情况待核实（户）")),
                ("has", models.IntegerField(default=0, verbose_name="已有产业或就业（户）")),
                ("without", models.IntegerField(default=0, verbose_name="既无产业又无就业（户）")),
                ("unsure", models.IntegerField(default=0, verbose_name="产业或就业待核实（户）")),
                ("persons", models.IntegerField(default=0, verbose_name="就业人数")),
                ("trained", models.IntegerField(default=0, verbose_name="参加培训（人）")),
                ("students_without", models.IntegerField(default=0, verbose_name="没有结对教师的学生")),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="households.coveragerun",
                    ),
                ),
            ],
            options={
                "verbose_name": "就业和学生数字",
                "ordering": ["run", "area_code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "length", "area_code"), name="one_people_figure_of_a_place"
                    ),
                    models.CheckConstraint(
                        condition=In(Length("area_code"), [9, 12]), name="a_people_figure_is_of_a_place"
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            employed__gte=0,
                            none__gte=0,
                            unknown__gte=0,
                            labour_unknown__gte=0,
                            has__gte=0,
                            without__gte=0,
                            unsure__gte=0,
                            persons__gte=0,
                            trained__gte=0,
                            students_without__gte=0,
                        ),
                        name="people_figures_are_counts",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            employed=F("has") + F("without") + F("unsure") - F("none") - F("unknown"),
                            persons__gte=F("employed"),
                        ),
                        name="work_figures_fit_together",
                    ),
                ],
            },
        ),
    ]
