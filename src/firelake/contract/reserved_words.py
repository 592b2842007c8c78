"""Words that Athena wants quoted, and that no declared field may therefore be named."""

from __future__ import annotations

from typing import Final

# https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html, "Reserved keywords to escape in
# DDL statements". The page spells Hive's CACHE as CASHE: both are refused.
DDL_RESERVED_WORDS: Final = frozenset(
    """
    all alter and array as authorization between bigint binary boolean both by cache case cashe
    cast char column commit conf constraint create cross cube current current_date
    current_timestamp cursor database date dayofweek decimal delete describe distinct div double
    drop else end exchange exists extended external extract false fetch float floor following for
    foreign from full function grant group grouping having if import in inner insert int integer
    intersect interval into is join lateral left less like local macro map more none not null
    numeric of on only or order out outer over partialscan partition percent preceding precision
    preserve primary procedure range reads reduce references regexp revoke right rlike rollback
    rollup row rows select set smallint start table tablesample then time timestamp to transform
    trigger true truncate unbounded union uniquejoin update user using utc_timestamp values varchar
    views when where window with
    """.split()  # noqa: SIM905 - words are easier to compare with the page without quotes
)

# The same page, "Reserved keywords to escape in SQL SELECT statements", and UNESCAPE of its
# earlier versions. CURRENT_ROLE and AUTO are not on it, but Trino, which Athena runs, reserves
# them: https://trino.io/docs/current/language/reserved.html
SELECT_RESERVED_WORDS: Final = frozenset(
    """
    alter and as auto between by case cast constraint create cross cube current_catalog
    current_date current_path current_role current_schema current_time current_timestamp
    current_user deallocate delete describe distinct drop else end escape except execute exists
    extract false first for from full group grouping having in inner insert intersect into is join
    json_array json_exists json_object json_query json_table json_value last left like listagg
    localtime localtimestamp natural normalize not null of on or order outer prepare recursive
    right rollup select skip table then trim true uescape unescape union unnest using values when
    where with
    """.split()  # noqa: SIM905 - words are easier to compare with the page without quotes
)

RESERVED_WORDS: Final = DDL_RESERVED_WORDS | SELECT_RESERVED_WORDS
