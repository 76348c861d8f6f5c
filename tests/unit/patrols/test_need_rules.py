"""Hours, places, obligations, words and files of the need."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from streife.kernel.clock import BERLIN
from streife.patrols.rules.need import aoristic
from streife.patrols.rules.need_blocks import blocks_of, hour_of_week
from streife.patrols.rules.need_duties import duty, inside
from streife.patrols.rules.need_places import outstanding, reach_of
from streife.patrols.rules.need_settings import (
    Obligation,
    dwelling_of,
    obligation_of,
    recipe_of,
    weights_of,
)
from streife.patrols.rules.need_words import (
    hour_reason,
    report_reason,
    sentence,
    span_words,
    spoken,
    visit_reason,
    wish_reason,
)

DATA = Path(__file__).resolve().parents[3] / "data" / "patrols"
FRIDAY = datetime(2026, 11, 27, 14, tzinfo=BERLIN)
MARKET = obligation_of(
    {
        "code": "markt", "name": "Markt", "kind": "market", "legal_basis": "§ 69 GewO",
        "place": "nordmarkt", "from": "07:00", "to": "13:00", "weekdays": [2, 5],
        "every_days": 7, "valid_from": date(2026, 1, 1),
    }
)  # fmt: skip


def content(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return found


def night(**changes: Any) -> Obligation:
    row = {
        "code": "n", "name": "Nacht", "kind": "sperrbezirk", "legal_basis": "§ 120 OWiG",
        "point": [51.5, 7.4], "from": "20:00", "to": "02:00", "every_days": 2,
        "valid_from": date(2026, 1, 1),
    }  # fmt: skip
    return obligation_of(row | changes)


class TestAoristic:
    def test_a_known_moment_belongs_to_its_hour(self) -> None:
        assert aoristic(np.array([26.5]), np.array([0.0]))[0].nonzero()[0].tolist() == [26]

    def test_an_interval_is_spread_by_time(self) -> None:
        weights = aoristic(np.array([10.5]), np.array([2.0]))[0]
        assert weights[[10, 11, 12]].tolist() == [0.25, 0.5, 0.25]

    def test_sunday_night_runs_into_monday(self) -> None:
        weights = aoristic(np.array([167.0]), np.array([2.0]))[0]
        assert weights[[167, 0]].tolist() == [0.5, 0.5]

    def test_a_week_or_more_says_nothing_about_the_hour(self) -> None:
        assert aoristic(np.array([3.0]), np.array([500.0]))[0] == pytest.approx(1 / 168)


class TestBlocks:
    def test_a_shift_is_cut_into_blocks_with_the_hours_they_touch(self) -> None:
        blocks = blocks_of(FRIDAY, FRIDAY + timedelta(hours=8), 7200)
        assert [(b.begins, b.ends) for b in blocks] == [
            (0, 7200), (7200, 14400), (14400, 21600), (21600, 28800),
        ]  # fmt: skip
        assert blocks[0].hours == (4 * 24 + 14, 4 * 24 + 15)

    def test_a_short_rest_belongs_to_the_last_block(self) -> None:
        blocks = blocks_of(FRIDAY, FRIDAY + timedelta(hours=4, minutes=30), 7200)
        assert [(b.begins, b.ends) for b in blocks] == [(0, 7200), (7200, 16200)]

    def test_a_shift_shorter_than_a_block_is_one(self) -> None:
        assert len(blocks_of(FRIDAY, FRIDAY + timedelta(minutes=20), 7200)) == 1

    def test_hours_are_those_of_the_clock_on_the_wall(self) -> None:
        assert hour_of_week(datetime(2026, 7, 5, 22, 30, tzinfo=UTC)) == 0  # Monday 0.30


class TestPlaces:
    METRES = np.array([[0.0, 0.0], [100.0, 0.0], [1000.0, 0.0]])

    def test_a_place_stands_for_the_cells_within_reach(self) -> None:
        assert reach_of(self.METRES, (0, 0), 150).tolist() == [0, 1]

    def test_a_place_between_cells_stands_for_the_nearest(self) -> None:
        assert reach_of(self.METRES, (800, 0), 150).tolist() == [2]

    def test_a_place_outside_the_city_stands_for_nothing(self) -> None:
        assert reach_of(self.METRES, (50_000, 0), 150).tolist() == []

    def test_no_cells_is_no_cells(self) -> None:
        assert reach_of(np.zeros((0, 2)), (0, 0), 150).tolist() == []

    def test_cells_without_value_are_not_chosen(self) -> None:
        assert outstanding(self.METRES, np.array([1.0, 5.0, 0.0]), [], apart=300, most=9) == [1]


class TestDuties:
    def owed(self, given: Obligation, hours: float, *visits: datetime) -> Any:
        return duty(
            given, starts_at=FRIDAY, ends_at=FRIDAY + timedelta(hours=hours),
            shortest=timedelta(minutes=10), visits=visits,
        )  # fmt: skip

    def test_nothing_is_owed_outside_its_hours(self) -> None:
        assert self.owed(MARKET, 8) is None

    def test_a_visit_ends_with_the_hours_and_with_the_shift(self) -> None:
        one = self.owed(night(), 8)
        assert one.opens_at == FRIDAY.replace(hour=20)
        assert one.closes_at == FRIDAY.replace(hour=21, minute=50)
        assert one.due
        assert one.days_ago is None

    def test_hours_after_midnight_belong_to_the_day_before(self) -> None:
        only_friday = night(weekdays=[5])
        assert inside(only_friday, datetime(2026, 11, 28, 1, tzinfo=BERLIN))
        assert not inside(only_friday, datetime(2026, 11, 27, 1, tzinfo=BERLIN))

    def test_of_presence_only_the_full_hour_is_known(self) -> None:
        late = night(**{"from": "20:30"})
        assert inside(late, FRIDAY.replace(hour=20, minute=0))  # there at a quarter to nine
        assert not inside(late, FRIDAY.replace(hour=19, minute=0))

    def test_a_visit_within_the_hours_counts_and_another_does_not(self) -> None:
        yesterday = FRIDAY.replace(day=26, hour=21)
        assert not self.owed(night(), 8, yesterday).due
        assert self.owed(night(), 8, yesterday.replace(hour=12)).due
        assert self.owed(night(every_days=1), 8, yesterday).due

    def test_an_ended_row_owes_nothing(self) -> None:
        assert self.owed(night(valid_to=date(2026, 11, 27)), 8) is None
        assert self.owed(night(months=[6, 7]), 8) is None


class TestWords:
    NAMES = ("Lärm", "Abfall")

    def test_counts_are_said_with_the_commonest_field(self) -> None:
        text = sentence(
            "Nordmarkt",
            span_words(FRIDAY.replace(hour=18), FRIDAY.replace(hour=20)),
            [
                report_reason([9, 5], self.NAMES, 8, 5),
                visit_reason(FRIDAY - timedelta(days=3), FRIDAY),
                wish_reason("Bürgerinnen und Bürger", "abends laut"),
            ],
        )
        assert text == (
            "Nordmarkt, Freitag 18–20 Uhr: 14 Hinweise in 8 Wochen, davon 9 „Lärm“; "
            "letzter Besuch vor 3 Tagen; Wunsch (Bürgerinnen und Bürger): abends laut"
        )

    @pytest.mark.parametrize("recent", [[0, 0], [4, 0], [2, 2]])
    def test_no_number_under_five_is_said(self, recent: list[float]) -> None:
        given = report_reason(recent, self.NAMES, 8, 5)
        assert given["code"] == "few-reports"
        assert not any(str(n) in spoken(given) for n in (1, 2, 3, 4))

    def test_no_part_under_five_is_said(self) -> None:
        given = report_reason([4, 3], self.NAMES, 8, 5)
        assert spoken(given) == "7 Hinweise in 8 Wochen, Verschiedenes"

    def test_usual_hours_are_not_worth_a_word(self) -> None:
        assert hour_reason(1.2, 1.0) is None
        assert hour_reason(0.0, 0.0) is None
        assert spoken(hour_reason(3.0, 1.2) or {}) == "um diese Zeit 2,5-mal so viel wie im Mittel"

    def test_days_are_those_of_the_calendar(self) -> None:
        late = FRIDAY.replace(hour=0, minute=10)
        assert spoken(visit_reason(late - timedelta(minutes=20), late)) == "letzter Besuch gestern"
        assert spoken(visit_reason(late, late)) == "heute schon besucht"
        assert spoken(visit_reason(None, late)) == "noch kein Besuch erfasst"

    def test_midnight_ends_a_span_as_24(self) -> None:
        end = FRIDAY.replace(hour=0) + timedelta(days=1)
        assert span_words(FRIDAY.replace(hour=22), end) == "Freitag 22–24 Uhr"


class TestFiles:
    def test_the_shipped_files_are_sound(self) -> None:
        weights = weights_of(content("weights.yaml"))
        assert {row.code for row in weights.fields} >= {"abfall", "rauschmittel", "other"}
        assert weights.fewest >= 5
        assert [seconds for seconds, _ in dwelling_of(content("dwell.yaml")).dwells] == [
            600, 780, 960,
        ]  # fmt: skip
        rows = [obligation_of(row) for row in content("obligations.yaml")["obligations"]]
        assert {"playground", "station", "youth", "sperrbezirk", "market"} <= {r.kind for r in rows}
        recipe = recipe_of(content("forecast.yaml"))
        assert sum(recipe.own) + sum(recipe.all_kinds) + recipe.even == pytest.approx(1)

    @pytest.mark.parametrize(
        "dwells",
        [
            [],
            [{"minutes": 10, "share": 0.2}, {"minutes": 13, "share": 0.9}],  # not concave
            [{"minutes": 13, "share": 0.9}, {"minutes": 10, "share": 1.0}],  # not ascending
            [{"minutes": 10, "share": 1.0}, {"minutes": 13, "share": 1.0}],  # longer for nothing
        ],
    )
    def test_ways_to_stay_that_cannot_be_are_refused(self, dwells: list[dict[str, float]]) -> None:
        with pytest.raises(ValueError, match=r"dwells"):
            dwelling_of(content("dwell.yaml") | {"dwells": dwells})

    @pytest.mark.parametrize(
        "change",
        [
            {"place": "", "point": None},
            {"place": "nordmarkt", "kind_of_site": "school"},
            {"weekdays": [0, 8]},
            {"every_days": 0},
            {"from": "25:00"},
        ],
    )
    def test_obligations_that_cannot_be_are_refused(self, change: dict[str, Any]) -> None:
        row = content("obligations.yaml")["obligations"][0]
        with pytest.raises(ValueError, match=r".+"):
            obligation_of(row | change)

    def test_a_field_named_twice_is_refused(self) -> None:
        given = content("weights.yaml")
        with pytest.raises(ValueError, match="genau einmal"):
            weights_of(given | {"fields": [*given["fields"], given["fields"][0]]})

    @pytest.mark.parametrize(
        "change", [{"fewest": 1}, {"own_finding_factor": -1}, {"reach_metres": 0}]
    )
    def test_figures_out_of_bounds_are_refused(self, change: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="liegt nicht zwischen"):
            weights_of(content("weights.yaml") | change)

    def test_weights_that_do_not_fit_the_widths_are_refused(self) -> None:
        given = content("forecast.yaml")
        with pytest.raises(ValueError, match="je Breite"):
            recipe_of(given | {"own": given["own"][:-1]})
