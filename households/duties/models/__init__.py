"""Duties as dated data, and the records that show them done."""

from households.duties.models.diary import DiaryNote, HelpAction
from households.duties.models.presence import Leave, Presence
from households.duties.models.records import DutyRecord
from households.duties.models.rules import Duty

__all__ = ["DiaryNote", "Duty", "DutyRecord", "HelpAction", "Leave", "Presence"]
