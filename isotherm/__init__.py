"""
Isotherm follows a directive from the centre to the last commune and back.

The package is that way; each floor knows only those below it (guarded by `make check`):

    doors        web · cli · jobs · simulator   the same acts from every side
    analysis     at which level does action die out
    execution    take up, plan, send on, report, confirm, obstacles
    directives   documents and the tasks taken from them
    accounts     people, posts, what a post reaches
    units        the organisation tree through time
    records      ledger and files, never changed    tallies  counter cells    workdays  the only place that adds days
    country      the country package, as data
    database     the embedded PostgreSQL, its roles, backup
    actor · refusals · words                  what every floor uses

ARCHITECTURE.md follows a text through these rooms to the page.
"""
