"""Posts of villages tell duties who lives where, which unit helps which village, and who leads there."""

from households.demo import chapters
from households.duties import forces
from villages.demo.duties import tell_of_village_duties
from villages.demo.evaluations import tell_of_evaluations
from villages.duties.forces import leaders, team, units

forces.register(team_of=team, units=units, leading=leaders)
chapters.register(tell_of_village_duties)
chapters.register(tell_of_evaluations)
