"""Posts of villages tell duties who lives where, which unit helps which village, and who leads there."""

from households import today_below
from households.demo import chapters
from households.duties import forces
from villages.demo.duties import tell_of_village_duties
from villages.demo.evaluations import tell_of_evaluations
from villages.duties.forces import leaders, team, units
from villages.evaluations.today import evaluation_tasks

forces.register(team_of=team, units=units, leading=leaders)
today_below.register(evaluation_tasks)
chapters.register(tell_of_village_duties)
chapters.register(tell_of_evaluations)
