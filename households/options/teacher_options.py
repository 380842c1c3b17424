"""师生结对 (校长负责制, 校长、班主任、教师一对一; seed-facts.md F19): posts of teachers and what they do for a student."""

from poverty.fields.options import Option, Options

HEADMASTER, CLASS_TEACHER, TEACHER = "headmaster", "class_teacher", "teacher"
TEACHER_POSTS = Options(
    "teacher_posts",
    [Option(HEADMASTER, "校长"), Option(CLASS_TEACHER, "班主任"), Option(TEACHER, "教师")],
)

# Wording (from memory); 控辍保学 is bringing back who left compulsory school, 送教上门 teaching who cannot come.
TEACHER_ACTS = Options(
    "teacher_acts",
    [
        Option("home_visit", "家访"),
        Option("tutoring", "学业辅导", {}, ("辅导",)),
        Option("talk", "谈心谈话", {}, ("谈心",)),
        Option("retention", "控辍保学"),
        Option("home_teaching", "送教上门"),
        Option("aid", "落实资助"),
        Option("other", "其他"),
    ],
)
