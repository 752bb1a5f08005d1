from latent_explorer.scene.items import Halo, Trail
from latent_explorer.scene.presenter_marks import LASER_SECONDS, LINE_SECONDS, PresenterMarks
from tests.stage import of_kind


def test_the_halo_is_where_the_mouse_is():
    marks = PresenterMarks().move((30, 40), 0.0)
    assert [one.px for one in of_kind(marks.make_items(0.0, 1.0), Halo)] == [(30, 40)]
    assert not marks.move(None, 1.0).make_items(1.0, 1.0)
    assert not marks.fades


def test_the_laser_leaves_a_trail_that_fades_from_its_end():
    marks = PresenterMarks()
    for step in range(5):
        marks = marks.move((10 * step, 0), 0.1 * step, laser=True)
    (trail,) = of_kind(marks.make_items(0.4, 1.0), Trail)
    assert trail.points[-1] == (40, 0)
    assert trail.strengths[0] < trail.strengths[-1] == 1
    assert marks.fades
    gone = marks.forget(0.4 + LASER_SECONDS)
    assert not gone.fades
    assert not of_kind(gone.make_items(2.0, 1.0), Trail)


def test_a_line_of_the_marker_stays_while_it_is_drawn_and_then_fades():
    marks = PresenterMarks().press((0, 0)).move((50, 50), 0.0)
    assert marks.is_drawing
    assert marks.forget(100.0) == marks  # it is not done yet
    done = marks.release(100.0).move((90, 90), 101.0)
    (line,) = of_kind(done.make_items(101.0, 1.0), Trail)
    assert line.points == ((0, 0), (50, 50))
    assert set(line.strengths) == {1.0}
    (faint,) = of_kind(done.make_items(100.0 + LINE_SECONDS - 0.5, 1.0), Trail)
    assert 0 < faint.strengths[0] < 1
    assert not done.forget(100.0 + LINE_SECONDS).strokes
