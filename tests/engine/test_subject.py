import numpy as np

from latent_explorer.engine.subject import MapPosition, Place, find_latents


def test_each_place_is_decoded_in_its_own_way_and_keeps_its_turn(world):
    atlas = world["first"].maps["tsne"]
    (x, y), (u, v) = atlas.xy[3].tolist(), atlas.xy[31].tolist()
    between = ((x + u) / 2, (y + v) / 2)
    places = [Place(between, 0.2), Place((x, y)), Place(between, method="nearest"), MapPosition((u, v), None)]
    found = find_latents(atlas, places)
    for z, place in zip(found, places, strict=True):
        alone = atlas.inverse_transform(np.array([place.xy], np.float32), place.resolution, method=place.method)
        np.testing.assert_allclose(z, alone[0], atol=1e-4)
    assert np.linalg.norm(found[0] - found[2]) > 1e-2  # one place, but another way
