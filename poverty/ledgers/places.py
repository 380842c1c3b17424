"""What stands beside each other under 台账: ledgers, what was exported, verifying, and what others add."""

from poverty.web.navigation import Place, links

# A place whose address does not exist (yet) is not drawn.
PLACES = (
    Place("台账", "ledgers:list", ("household.export",), "columns", ("ledgers:list", "ledgers:ledger")),
    Place("导出记录", "ledgers:exports", ("household.export",), "download", ("ledgers:export",)),
    Place("导入", "ledgers:imports", ("register.import", "benefit.record"), "upload", ("ledgers:import",)),
    Place("核验", "ledgers:verify", ("household.export",), "shield", ("ledgers:verify",)),
)


def tabs(request) -> list[tuple[str, str, None, bool]]:
    """The tabs of this page for `web/tabs.html`."""
    found = links(request.user, PLACES, request.resolver_match.view_name)
    return [(one.label, one.url, None, one.active) for one in found]
