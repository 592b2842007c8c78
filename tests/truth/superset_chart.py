"""The program that asks a chart of Superset's models, without its server, with every time grain.

Run by a Python that has Superset, with the URI of the lake; it prints the rows of each grain.
"""

from __future__ import annotations

from typing import Final

PROGRAM: Final = """
import os
import sys
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path

_CONFIG = '''
from superset.utils.log import StdOutEventLogger
class EventLogger(StdOutEventLogger):
    def log(self, *args, **options):
        pass
EVENT_LOGGER = EventLogger()
SECRET_KEY = "of-a-process-that-ends"
SQLALCHEMY_DATABASE_URI = "sqlite://"
'''


def main(uri: str) -> None:
    from superset.app import create_app

    with create_app().app_context():
        from superset.connectors.sqla.models import SqlaTable, TableColumn
        from superset.models.core import Database
        from superset.sql.parse import Table

        lake = Database(database_name="lake", sqlalchemy_uri=uri)
        schema = lake.url_object.database
        assert schema in lake.get_all_schema_names()
        views = lake.get_all_view_names_in_schema(catalog=None, schema=schema)
        assert ("event_lesson__started", schema, None) in {tuple(view) for view in views}, views
        view = Table("event_lesson__started", schema)
        dataset = SqlaTable(table_name=view.table, schema=schema, database=lake)
        dataset.columns = [
            TableColumn(column_name=each["column_name"], type=str(each["type"]), is_dttm=True)
            for each in lake.get_columns(view)
        ]
        found = {}
        for grain in lake.grains():
            if grain.duration is None:
                continue
            answer = dataset.query(
                {
                    "granularity": "created_datetime",
                    "from_dttm": datetime(2026, 11, 1),
                    "to_dttm": datetime(2126, 11, 1),
                    "is_timeseries": True,
                    "groupby": ["platform"],
                    "metrics": [
                        {"expressionType": "SQL", "sqlExpression": "count(*)", "label": "lessons"}
                    ],
                    "filter": [{"col": "dt", "op": ">=", "val": "2026-11-01"}],
                    "extras": {"time_grain_sqla": grain.duration},
                    "columns": [],
                    "orderby": [],
                    "row_limit": 10_000,
                }
            )
            assert answer.error_message is None, answer.error_message
            lessons = Counter()
            for _, platform, count in answer.df.itertuples(index=False):
                lessons[platform] += int(count)
            found[str(grain.duration)] = sorted(lessons.items())
        print(found)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        config = Path(home, "superset_config.py")
        config.write_text(_CONFIG)
        os.environ |= {"SUPERSET_HOME": home, "SUPERSET_CONFIG_PATH": str(config)}
        main(sys.argv[1])
"""
