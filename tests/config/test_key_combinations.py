"""Keys that do not go together are refused, with what arrived and what is allowed."""

import pytest

from latent_explorer import config
from latent_explorer.errors import InputError


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"training": {"patience": 3}}, r"training\.patience: 3 arrived with training\.validation 0"),
        ({"training": {"keep": "best"}}, r"training\.keep: best arrived with training\.validation 0"),
        ({"training": {"freeze": True}}, r"training\.freeze: true arrived without training\.start"),
        ({"training": {"freeze": True, "start": "x"}}, r"arrived with objective\.name plain; .* diffusion"),
        ({"data": {"attributes": "a.csv"}}, r"data\.attributes: 'a\.csv' arrived with data\.name digits"),
        ({"data": {"shape": [1, 8, 8]}}, r"data\.shape: \[1, 8, 8\] arrived with data\.name digits"),
        ({"data": {"window": 100}}, r"data\.window arrived with data\.name digits; it is allowed with signal"),
        ({"data": {"name": "wine", "size": 8}}, r"data\.size arrived with data\.name wine"),
        ({"model": {"network": "mlpp"}}, r"model\.network: 'mlpp' arrived; one of mlp, cnn"),
        ({"model": {"network": "onnx"}, "objective": {"name": "sparse"}}, r"objective\.name: sparse arrived with"),
        ({"model": {"pixel_range": [1, 0]}}, r"model\.pixel_range: \[1, 0\] arrived; black below white"),
        ({"map": {"methods": ["pca", "pca"]}}, r"map\.methods: \['pca', 'pca'\] names a method twice"),
    ],
)
def test_what_does_not_go_together_is_refused(values, said):
    with pytest.raises(InputError, match=said) as caught:
        config.from_dict(values, source="mine.yaml")
    assert str(caught.value).startswith("mine.yaml: ")


@pytest.mark.parametrize(
    ("model", "objective", "said"),
    [
        ({"output": "linear"}, {"loss": "bce"}, r"objective\.loss: bce arrived with model\.output linear"),
        ({"output": "linear", "network": "a.B"}, {"loss": "mse"}, r"model\.network: a\.B arrived with model\.output"),
        ({"output": "tanh"}, {}, r"model\.output: .tanh. .*sigmoid, linear"),
    ],
)
def test_a_linear_output_goes_with_the_squared_error_alone(model, objective, said):
    with pytest.raises(InputError, match=said):
        config.from_dict({"model": model, "objective": objective})
    for fitting in ({"loss": "mse"}, {"name": "robust"}):  # correntropy is of squared errors too
        assert config.from_dict({"model": {"output": "linear"}, "objective": fitting}).model.output == "linear"
