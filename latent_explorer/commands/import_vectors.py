"""`train.py import --vectors`: make the checkpoint of vectors without a model, with what is known of each."""

import argparse
import json
import os
from pathlib import Path

from latent_explorer import files
from latent_explorer.commands.exit_status import print_stdout, say
from latent_explorer.config import Map, schema
from latent_explorer.errors import InputError

MODEL_OPTIONS = ("encoder", "decoder", "source", "data", "pixels")


def run(options: argparse.Namespace, map_keys: dict[str, object], seed: int) -> int:
    """Import the vectors that the options name; `map_keys` are those of the section `map` that `--set` gives."""
    for name in MODEL_OPTIONS:
        if getattr(options, name) is not None:
            option = "--from" if name == "source" else f"--{name}"
            raise InputError(f"--vectors and {option} arrived together; vectors have no model")
    wanted = schema.decode(Map, map_keys, "map")
    allowed = {name: getattr(wanted, name) for name in ("methods", "points")}
    if wanted != Map(**allowed):
        raise InputError("--set map.methods and map.points go with --vectors; --metric cosine compares directions")

    from latent_explorer.data import metadata_file, projector_config, vector_file

    path, metadata, sprite = options.vectors, options.metadata, None
    if path.is_dir() or path.suffix == ".pbtxt":
        projector = projector_config.read(path)
        path, metadata, sprite = projector.vectors, metadata or projector.metadata, projector.sprite
        if projector.others:
            others = ", ".join(projector.others)[:200]
            say(f"{projector.vectors.name}, of {1 + len(projector.others)} embeddings; the others: {others}")
    vectors = vector_file.read(path, options.limit)
    count, known = len(vectors.values), metadata_file.Metadata(vectors.words or None)
    if metadata is not None:
        known = metadata_file.read(metadata, count, options.limit, text=options.text, label=options.label)
        say(f"{metadata.name}: {'; '.join(known.uses)}")
    elif options.text or options.label:
        raise InputError("--text and --label name columns of --metadata, which is missing")
    pictures = None if sprite is None else projector_config.cut_sprite(sprite, projector.tile, count)

    from latent_explorer.checkpoint.checkpoint import Checkpoint

    name = options.name or options.out.stem
    say(f"{name}: {count:,} vectors of {vectors.values.shape[1]:,} dimensions")
    checkpoint = Checkpoint.from_embeddings(
        vectors.values, known.texts or vectors.words or None, pictures, known.labels, attributes=known.attributes,
        name=name, methods=wanted.methods, points=wanted.points, metric=options.metric, seed=seed, say=say,
    )  # fmt: skip
    checkpoint.save(options.out)
    print_stdout(f"written: {options.out}  (open it: python demo.py {files.to_argument(os.fspath(options.out))})")
    if options.json:
        print_stdout(
            json.dumps({"checkpoint": os.fspath(Path(options.out)), "vectors": count, "dim": checkpoint.latent_dim})
        )
    return 0
