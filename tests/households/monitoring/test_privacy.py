"""Notices of monitored households never stand on the open web."""

from poverty.notices.sheets import sheet_of, types_on_web


def test_no_page_without_sign_in_knows_the_lists_of_monitoring():
    assert "households.monitoringcase" not in types_on_web()
    assert sheet_of("households.monitoringcase").on_web is False
