"""The ten roles of the product and the levels of area at which each is held."""

from django.db import models

from poverty.areas.models import Level


class Role(models.TextChoices):
    """What a person is posted as; the rights of each role stand in rights.py."""

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


# A village clerk of a county would see a county: the level is part of the role. Provinces and cities read
# and manage accounts; they have no desk of their own in the county's procedure.
ROLE_LEVELS: dict[str, tuple[int, ...]] = {
    Role.HELPER: (Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY),
    Role.VILLAGE_CLERK: (Level.VILLAGE,),
    Role.TOWNSHIP_OFFICER: (Level.TOWNSHIP,),
    Role.COUNTY_REVIEWER: (Level.COUNTY,),
    Role.BUREAU_OFFICER: (Level.COUNTY, Level.CITY, Level.PROVINCE),
    Role.FINANCE_OFFICER: (Level.COUNTY, Level.CITY, Level.PROVINCE),
    Role.INSPECTOR: (Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY, Level.CITY, Level.PROVINCE),
    Role.AUDITOR: (Level.TOWNSHIP, Level.COUNTY, Level.CITY, Level.PROVINCE),
    Role.LEADER: (Level.TOWNSHIP, Level.COUNTY, Level.CITY, Level.PROVINCE),
    Role.ADMINISTRATOR: (Level.COUNTY, Level.CITY, Level.PROVINCE),
}
