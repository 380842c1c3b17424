"""What this app tells the log and the areas, once, when everything is loaded."""

from poverty.areas import bearers
from poverty.audit import actions, naming

naming.register_case_type("jobs.job", "后台任务", "jobs:job")
actions.register({"jobs.retry": "重新运行任务", "jobs.cancel": "取消任务"})
bearers.exempt("jobs.job", "area_code", "a job worked on the place of its day")
