"""Are results in a sweep's files twice?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

KEYS = {"runs": ("point", "policy", "replication"), "periods": ("point", "policy", "replication", "week")}
"""What a row of results is of, by the kind of its file."""


def doubled(files: Sequence[Path], kind: str) -> int:
    """Rows of these files, all of a kind, that are of what another row is of; files that are missing have none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    keys = list(KEYS[kind])
    tables = [pq.read_table(file, columns=keys) for file in files if file.exists()]
    if not tables:
        return 0
    table = pa.concat_tables(tables)
    return int(table.num_rows - table.group_by(keys).aggregate([]).num_rows)
