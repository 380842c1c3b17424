"""Posts of villages tell duties who lives where and which unit helps which village."""

from households.demo import chapters
from households.duties import forces
from villages.demo.duties import tell_of_village_duties
from villages.duties.forces import team, units

forces.register(team_of=team, units=units)
chapters.register(tell_of_village_duties)
