"""The table of Compare: what is best is emphasised where better means something, and the line says what the numbers
say."""

import re
from dataclasses import replace

import pytest

from latent_explorer.labs.compare import metrics_table
from latent_explorer.labs.compare.metrics_table import COLUMNS, ModelMetrics
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import prediction_cover

ERROR, KL, CYCLE, NEAR, APART, DRAWN, ALONG = COLUMNS
BASE = ModelMetrics(
    "a",
    error=0.01,
    held_out_error=0.02,
    kl=20.0,
    variational=True,
    cycle_error=0.3,
    near_share=0.9,
    apart_share=0.2,
    drawn_share=0.3,
    path=(9, 9),
)


def table(**columns) -> tuple[ModelMetrics, ...]:
    """A model for each value of the columns."""
    count = len(next(iter(columns.values())))
    return tuple(replace(BASE, model="abcd"[i], **{n: some[i] for n, some in columns.items()}) for i in range(count))


@pytest.mark.parametrize(
    ("column", "name", "values"),
    [
        (ERROR, "error", [0.02, 0.01, 0.03]),
        (CYCLE, "cycle_error", [0.5, 0.2, 0.6]),
        (NEAR, "near_share", [0.5, 0.9, 0.7]),
        (DRAWN, "drawn_share", [0.0, 0.4, 0.2]),
    ],
)
def test_the_best_is_the_one_with_the_least_error_or_the_most_pictures(column, name, values):
    assert metrics_table.find_best(column, table(**{name: values})) == {1}


def test_one_way_makes_no_model_the_best():
    assert metrics_table.find_best(ALONG, table(path=[(3, 9), (9, 9)])) == frozenset()


def test_neither_more_nor_less_of_the_divergence_is_better():
    assert metrics_table.find_best(KL, table(kl=[10.0, 20.0])) == frozenset()


def test_what_reads_the_same_is_not_told_apart():
    assert metrics_table.find_best(CYCLE, table(cycle_error=[0.301, 0.302])) == frozenset()
    assert metrics_table.find_best(CYCLE, table(cycle_error=[0.301, 0.302, 0.4])) == {0, 1}


def test_errors_that_are_small_and_read_unlike_are_told_apart():
    assert metrics_table.find_best(ERROR, table(error=[3.7e-5, 2.6e-5])) == {1}
    assert metrics_table.find_best(ERROR, table(error=[3.72e-5, 3.69e-5])) == frozenset()


def test_an_error_of_the_picture_is_not_compared_with_one_of_the_held_out_pictures():
    assert metrics_table.find_best(ERROR, table(error=[0.01, None], held_out_error=[0.02, 0.03])) == frozenset()
    assert metrics_table.find_best(ERROR, table(error=[None, None], held_out_error=[0.02, 0.03])) == {0}
    mixed = table(cycle_error=[0.2, 0.4], from_stand_in=[True, False])
    assert metrics_table.find_best(CYCLE, mixed) == frozenset()


def test_one_alone_is_not_the_best():
    assert metrics_table.find_best(NEAR, table(near_share=[0.1, None])) == frozenset()


def test_figures_are_written_as_what_they_are():
    assert ERROR.format_value(BASE) == "0.0100"
    assert KL.format_value(BASE) == "20.0"
    assert KL.format_value(replace(BASE, variational=False, kl=None)) == metrics_table.NOT_APPLICABLE
    assert NEAR.format_value(BASE) == "90%"
    assert DRAWN.format_value(replace(BASE, drawn_share=None)) == metrics_table.PENDING
    assert DRAWN.format_value(replace(BASE, drawn_share=None, judged=False)) == metrics_table.NOT_APPLICABLE
    assert ALONG.format_value(BASE) == "9 of 9"
    assert CYCLE.format_value(replace(BASE, cycle_error=None)) == metrics_table.PENDING


def test_without_the_picture_the_held_out_error_stands_in_and_is_marked():
    absent = replace(BASE, error=None, from_stand_in=True)
    assert ERROR.format_value(absent) == "0.0200*"
    assert KL.format_value(absent) == "≈20.0"
    assert "*" in ERROR.explanation


def test_without_any_picture_nothing_is_awaited():
    none = replace(BASE, error=None, held_out_error=None, kl=None, cycle_error=None)
    awaited = {column.format_value(none) for column in (ERROR, KL, CYCLE)}
    assert awaited == {metrics_table.PENDING}
    absent = replace(none, has_picture=False)
    assert {column.format_value(absent) for column in (ERROR, KL, CYCLE)} == {metrics_table.NOT_APPLICABLE}


def test_a_way_that_leaves_the_data_is_told_first():
    said = metrics_table.make_summary_line(table(path=[(5, 9), (9, 9), (9, 9)]), "nothing")
    assert re.match(r".*\ba passes .*\bb and c\b", said)


def test_a_difference_is_told_where_it_exceeds_that_of_two_trainings():
    said = metrics_table.make_summary_line(table(drawn_share=[0.02, 0.5]), "nothing")
    assert re.search(r"\b50% of b's .*\b2% of a's", said)
    assert metrics_table.make_summary_line(table(drawn_share=[0.2, 0.22]), "nothing") == "nothing"
    assert metrics_table.find_best(DRAWN, table(drawn_share=[0.2, 0.22])) == frozenset()


@pytest.mark.parametrize("less", [0.15, 0.2, 0.1975])  # 0.3 - 0.2 is less than 0.1 as the machine counts
def test_a_difference_counts_as_it_is_displayed(less):
    some = table(drawn_share=[less, less + 0.1])
    assert metrics_table.find_best(DRAWN, some) == {1}
    assert metrics_table.make_summary_line(some, "nothing") != "nothing"


def test_the_error_is_told_only_while_the_mouse_rests():
    some = table(error=[0.01, 0.05])
    assert re.match(r"a copies this sample best, b worst", metrics_table.make_summary_line(some, "nothing"))
    assert metrics_table.make_summary_line(some, "nothing", moving=True) == "nothing"


def test_while_nothing_is_known_the_lab_s_own_line_stands():
    assert metrics_table.make_summary_line((ModelMetrics("a"), ModelMetrics("b")), "the hint") == "the hint"


def test_each_column_is_found_where_it_stands():
    rect = Rect(100, 50, 400, 80)
    for number, place in enumerate(metrics_table.split_columns(rect, 1.0)):
        assert metrics_table.find_column_at((place.centre[0] - rect.x) / rect.width, rect, 1.0) == number
    assert metrics_table.split_columns(rect, 1.0)[-1].right <= rect.right
    assert metrics_table.find_column_at(1.0, rect, 1.0) == len(COLUMNS) - 1


def test_how_far_the_way_is_off_the_data_is_covered_with_its_pictures():
    rect = Rect(0, 0, 500, 40)
    left = prediction_cover.cover_pictures(
        tuple(metrics_table.make_row_items(rect, 0, table(path=[(5, 9), (9, 9)]), 1.0))
    )
    assert [item.text for item in left] == ["0.0100", "20.0", "0.30", "90%", "20%", "30%", "?"]
