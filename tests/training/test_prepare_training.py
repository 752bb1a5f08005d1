"""What a training begins with: its images, its model and its completed config."""

from dataclasses import replace

import pytest
import torch

from latent_explorer import config
from latent_explorer.data.dataset import Dataset
from latent_explorer.errors import InputError
from latent_explorer.training import prepare_training
from latent_explorer.training.prepare_training import PreparedTraining

CPU = torch.device("cpu")


def prepare(digits: Dataset, **sections: dict[str, object]) -> PreparedTraining:
    made = config.from_dict({"model": {"latent_dim": 2, "hidden": [8]}, **sections})
    return prepare_training.prepare_with(digits, made, CPU, say=lambda _: None)


def test_validation_images_are_set_aside_with_their_labels(digits):
    made, again, other = (prepare(digits, training={"validation": 0.1, "seed": seed}) for seed in (3, 3, 4))
    assert len(made.validation) == round(0.1 * len(digits.train))
    assert torch.equal(made.validation.images, again.validation.images)
    assert not torch.equal(made.validation.images, other.validation.images)
    both = made.train + made.validation
    rows = torch.cat([both.images.flatten(1).long(), both.labels[:, None]], dim=1)
    whole = torch.cat([digits.train.images.flatten(1).long(), digits.train.labels[:, None]], dim=1)
    assert sorted(rows.tolist()) == sorted(whole.tolist())  # each once, with its own label
    assert prepare(digits).validation is None


def test_however_small_or_large_the_share_there_is_an_image_on_either_side(digits):
    few = replace(digits, train=digits.train.select(slice(0, 3)))
    for share in (0.001, 0.99):
        made = prepare(few, training={"validation": share})
        assert min(len(made.train), len(made.validation)) == 1


def test_the_last_step_of_an_epoch_takes_what_is_left(digits):
    made = prepare(digits, training={"batch_size": 1000}, data={"name": "digits"})
    assert (len(made.train), made.steps_per_epoch) == (1438, 2)
    assert replace(made, train=made.train.select(slice(0, 1000))).steps_per_epoch == 1


def test_the_parameters_are_counted_as_they_are_built(digits):
    made = prepare(digits)
    assert made.parameter_count == sum(p.numel() for p in made.model.parameters())
    assert made.parameter_count == prepare_training.count_parameters(made.config)


def test_a_seed_draws_the_weights_that_a_training_begins_with(digits):
    first, again, other = (prepare(digits, training={"seed": seed}).model.head.weight for seed in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_what_the_data_say_and_what_is_left_out_is_told_before_the_training(digits):
    said = []
    made = config.from_dict({"model": {"hidden": [8]}, "data": {"name": "digits", "leave_out": ["6"]}})
    prepared = prepare_training.prepare_with(replace(digits, remarks=("half a page",)), made, CPU, say=said.append)
    assert said[0] == "half a page"
    assert "181" in said[1]  # sixes
    assert 6 not in prepared.train.labels


def test_a_config_is_completed_by_what_a_training_found_and_keeps_what_it_says_itself():
    asked = config.from_dict({"map": {"perplexity": 9}, "objective": {"name": "conditional"}})
    trained = config.from_dict({"map": {"perplexity": 5}, "objective": {"name": "conditional", "classes": 7}})
    whole = prepare_training.complete(asked, trained)
    assert (whole.map.perplexity, whole.objective.classes) == (9, 7)
    plain = prepare_training.complete(config.from_dict({}), trained)
    assert (plain.map.perplexity, plain.objective.classes) == (5, None)


def test_a_conditional_model_has_the_classes_of_its_data(digits):
    assert prepare(digits, objective={"name": "conditional"}).config.objective.classes == 10
    assert prepare(digits).config.objective.classes is None
    for dataset, classes in ((digits, 9), (replace(digits, class_names=()), None)):
        with pytest.raises(InputError, match=r"^objective\.(classes|name): "):
            prepare(dataset, objective={"name": "conditional", "classes": classes})


@pytest.mark.parametrize(
    ("count", "asked", "used"), [(200, None, 30.0), (91, None, 30.0), (90, None, 29.0), (16, None, 5.0), (16, 5.0, 5.0)]
)
def test_the_perplexity_is_as_large_as_the_dots_allow(count, asked, used):
    said = []
    made = config.from_dict({"map": {"points": 200, "perplexity": asked}})
    filled = prepare_training.fill_in_perplexity(made, count, said.append)
    assert filled.map.perplexity == used
    assert len(said) == (asked is None and used < prepare_training.DEFAULT_PERPLEXITY)
    if asked:
        with pytest.raises(InputError, match=rf"^map\.perplexity: 5 arrived for {count - 1}"):
            prepare_training.fill_in_perplexity(made, count - 1, said.append)


def test_presets_leave_the_perplexity_to_the_number_of_dots():
    for name in config.list_preset_names():
        said = []
        preset = config.load(name)
        assert prepare_training.fill_in_perplexity(preset, 60, said.append).map.perplexity == 19
        assert bool(said) == ("tsne" in preset.map.methods)
        assert prepare_training.fill_in_perplexity(preset, 1000, print).map.perplexity == 30


@pytest.mark.parametrize(("limit", "threads"), [(10**12, 1), (0, 2)])
def test_a_small_training_takes_one_thread_and_gives_the_others_back(digits, monkeypatch, limit, threads):
    made, before = prepare(digits), torch.get_num_threads()
    monkeypatch.setattr(prepare_training, "SINGLE_THREAD_LIMIT", limit)
    seen = []

    def train() -> None:
        with prepare_training.limit_threads(made):
            seen.append(torch.get_num_threads())
            raise ValueError("it went wrong")

    torch.set_num_threads(2)
    try:
        with pytest.raises(ValueError, match="it went wrong"):
            train()
        assert (seen, torch.get_num_threads()) == ([threads], 2)
    finally:
        torch.set_num_threads(before)
