"""Pages of helping: papers of responsibility, agreements, trainings of cadres."""
