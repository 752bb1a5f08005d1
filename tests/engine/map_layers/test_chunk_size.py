from latent_explorer.engine.map_layers.chunk_size import ChunkSize


def test_a_piece_grows_where_the_work_is_quick_and_shrinks_where_it_is_slow():
    pace = ChunkSize(16, chunk_seconds=0.002)
    pace.record(16, 0.0001)
    assert pace.batch_size == 32
    pace.record(32, 0.064)
    assert pace.batch_size == 4
