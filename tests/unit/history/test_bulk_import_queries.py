"""What an import asks of Athena, and how it ends what a killed run left behind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from firelake.aws.query_run import Athena
from firelake.history.bulk_import.athena_queries import AthenaQueries
from firelake.history.bulk_import.run import ImportAnswer, InsertOutcome
from firelake.history.bulk_import.statements import MARK
from firelake.operations.errors import LakeQueryError
from tests.fakes.athena_client import FakeAnswer, FakeAthena

NOW_S = 1_795_176_000
OURS = f"INSERT INTO x\n{MARK}SELECT 1"


class ListingAthena(FakeAthena):
    """Also lists what others asked, two a page, the newest first.

    Attributes:
        others: State, age in seconds and text of each, the newest first.
        listed: How many pages were asked for.
    """

    def __init__(self, answer: FakeAnswer, others: list[tuple[str, int, str]]) -> None:
        super().__init__(lambda _sql, _parameters: answer)
        self.others = others
        self.listed = 0

    def list_query_executions(self, *, WorkGroup: str, NextToken: str = "0") -> dict[str, Any]:  # noqa: N803
        assert WorkGroup == "operators"
        self.listed += 1
        start = int(NextToken)
        page = {"QueryExecutionIds": [f"other-{start}", f"other-{start + 1}"]}
        return page if start + 2 >= len(self.others) else {**page, "NextToken": str(start + 2)}

    def batch_get_query_execution(self, *, QueryExecutionIds: list[str]) -> dict[str, Any]:  # noqa: N803
        told: list[dict[str, Any]] = []
        for query_id in QueryExecutionIds:
            state, age_s, text = self.others[int(query_id.removeprefix("other-"))]
            begun = datetime.fromtimestamp(NOW_S - age_s, UTC)
            status = {"State": state, "SubmissionDateTime": begun}
            told.append({"QueryExecutionId": query_id, "Query": text, "Status": status})
        return {"QueryExecutions": told}

    def get_query_execution(self, *, QueryExecutionId: str) -> dict[str, Any]:  # noqa: N803
        if not QueryExecutionId.startswith("other-"):
            return super().get_query_execution(QueryExecutionId=QueryExecutionId)
        state = "CANCELLED" if QueryExecutionId in self.stopped else "RUNNING"
        return {"QueryExecution": {"Status": {"State": state}}}

    def get_query_results(self, **given: Any) -> dict[str, Any]:  # noqa: ANN401
        if given.pop("MaxResults", None) == 1:
            return {"UpdateCount": 7, "ResultSet": {}}
        return super().get_query_results(**given)


def queries(fake: FakeAthena) -> AthenaQueries:
    runner = Athena(
        cast("Any", fake), database="lake", workgroup="operators", sleep=lambda _seconds: None
    )
    return AthenaQueries(runner)


def test_a_question_tells_its_rows_and_what_it_read() -> None:
    answer = FakeAnswer(columns=[("n", "bigint")], rows=[["3"], [None]])

    assert queries(ListingAthena(answer, [])).ask("SELECT 1") == ImportAnswer(
        [("3",), (None,)], 12_345
    )


def test_an_insert_tells_how_many_rows_it_wrote() -> None:
    assert queries(ListingAthena(FakeAnswer(), [])).insert("INSERT") == InsertOutcome(7, 12_345)


def test_a_statement_that_fails_is_an_error_for_an_operator() -> None:
    fake = ListingAthena(FakeAnswer(states=("FAILED",), reason="too much"), [])

    with pytest.raises(LakeQueryError, match="too much"):
        queries(fake).insert("INSERT")


def test_what_a_killed_run_left_is_stopped_and_nothing_else() -> None:
    fake = ListingAthena(
        FakeAnswer(),
        [
            ("RUNNING", 10, "SELECT 1"),
            ("RUNNING", 20, OURS),
            ("QUEUED", 30, OURS),
            ("SUCCEEDED", 40, OURS),
            ("RUNNING", 5000, OURS),
            ("SUCCEEDED", 6000, OURS),
            ("SUCCEEDED", 7000, OURS),
            ("SUCCEEDED", 8000, OURS),
        ],
    )

    assert queries(fake).end_others(NOW_S - 1860) == 2
    assert fake.stopped == ["other-1", "other-2"]
    # The third page has none that is young enough, after which there is none.
    assert fake.listed == 3
