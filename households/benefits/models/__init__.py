"""Policies, what was received, loans, training and jobs, solar stations."""

from households.benefits.models.benefit import Benefit, BenefitIncome
from households.benefits.models.figures import CoverageFigure, CoverageRun, PeopleFigure
from households.benefits.models.loan import Loan, LoanRepayment
from households.benefits.models.policy import Policy
from households.benefits.models.solar import SolarShare, SolarStation, StationCorrection
from households.benefits.models.work import Job, Trainee, Training

__all__ = [
    "Benefit",
    "BenefitIncome",
    "CoverageFigure",
    "CoverageRun",
    "Job",
    "Loan",
    "LoanRepayment",
    "PeopleFigure",
    "Policy",
    "SolarShare",
    "SolarStation",
    "StationCorrection",
    "Trainee",
    "Training",
]
