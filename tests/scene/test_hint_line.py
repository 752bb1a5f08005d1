"""The line below a lab: what to look at, what has no room, and what went wrong."""

from dataclasses import replace

from latent_explorer.engine.results import Failure, Results
from latent_explorer.labs import LABS
from latent_explorer.scene import hint_line
from latent_explorer.scene.items import Text
from tests import stage
from tests.stage import begin


def test_trouble_stands_in_the_hints_place_and_over_the_map_where_there_is_none(world):
    for size in ((1440, 900), (320, 240)):
        state = begin(world, size=size).put(
            replace(begin(world, size=size).status, message="broken.safetensors: damaged")
        )
        hint = LABS["explore"].get_layout(state).hint
        said = stage.of_kind(hint_line.make_message_items(state, Results(), hint), Text)
        assert [item.text for item in said] == ["broken.safetensors: damaged"]
        assert said[0].rect.height > 0
        assert said[0].rect.bottom <= size[1]
        assert said[0].wrap == (hint.height == 0)
        assert hint_line.make_message_items(state.with_message(""), Results(), hint) == []


def test_an_error_is_said_before_a_success_and_a_success_before_a_remark(world):
    state = begin(world)
    hint, failed = LABS["explore"].get_layout(state).hint, Results()
    failed.put("picture", Failure(stage.BROKEN))
    full = {"message": "wrong", "notice": "saved", "remark": "by the way"}
    for results, said, colour in (
        (failed, full, "warn"),
        (Results(), full, "warn"),
        (Results(), {**full, "message": ""}, "good"),
        (Results(), {"remark": full["remark"]}, "muted"),
    ):
        shown = state.put(replace(state.status, **said))
        (line,) = stage.of_kind(hint_line.make_message_items(shown, results, hint), Text)
        assert (line.text, line.colour) == (next(filter(None, said.values())), colour)
    (line,) = stage.of_kind(hint_line.make_message_items(state, failed, hint), Text)
    assert (stage.BROKEN in line.text, line.colour) == (True, "warn")


def test_what_has_no_room_is_named_at_the_right_end_beside_the_hint_and_each_title_once(world):
    state = begin(world)
    layout = replace(LABS["explore"].get_layout(state), left_out={"a": "films", "b": "films", "c": "bars"})
    shown = hint_line.make_shared_items(state, layout, "Look.", 1)
    first, note = sorted(
        (one for one in stage.of_kind(shown, Text) if one.rect.y == layout.hint.y), key=lambda one: one.rect.x
    )
    assert (first.text, first.rect.x, note.rect.right) == ("Look.", layout.hint.x, layout.hint.right)
    assert first.rect.right < note.rect.x
    assert note.text.endswith(": films, bars")
    named = hint_line.name_unplaced(tuple(shown), layout, ("Noise",), state.ui_scale)
    assert [one.text for one in stage.of_kind(named, Text) if one.rect.right == layout.hint.right][-1].endswith(
        " films, bars, Noise"
    )
    assert len(named) == len(shown), "the note without the control is replaced"
