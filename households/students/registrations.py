"""What 师生结对 tells the apps above: words for the log, which places."""

from households.demo import chapters
from households.students.demo import tell_of_students
from poverty.areas import bearers
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type

register_case_type("households.school", "学校", "households:school")
register_actions(
    {
        "households.school.add": "登记学校",
        "households.school.rename": "学校改名",
        "households.school.close": "登记学校停办",
        "households.school.head": "登记责任校长",
        "households.teacher.add": "登记教师",
        "households.teacher.update": "修改教师",
        "households.teacher.leave": "登记教师离开",
        "households.student.pair": "师生结对",
        "households.student.end": "终止师生结对",
        "households.student.withdraw": "撤销师生结对",
        "households.student.act": "登记师生结对活动",
        "households.student.unact": "撤销师生结对活动",
    }
)
bearers.register(bearers.Column("学校", "households.school", "area"))

chapters.register(tell_of_students)
