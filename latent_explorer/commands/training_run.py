"""A complete training run: prepare data and model, train, build and save the checkpoint, report."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from latent_explorer import device, files, models, training
from latent_explorer.arrays import Floats
from latent_explorer.checkpoint import build_checkpoint, checkpoint_paths
from latent_explorer.checkpoint import judge as judges
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.snapshots import Moment
from latent_explorer.commands import fit_judge
from latent_explorer.commands import progress as console
from latent_explorer.commands import resume as resumption
from latent_explorer.commands.exit_status import Say
from latent_explorer.commands.snapshot_recorder import SnapshotRecorder
from latent_explorer.config import Config
from latent_explorer.data.split import Split
from latent_explorer.errors import InputError, StoppedError, WorkError
from latent_explorer.metrics import linear_probe as quality
from latent_explorer.metrics import reconstruction
from latent_explorer.training import distributed, prepare_training
from latent_explorer.training.device_fallback import fit_on_any_device
from latent_explorer.training.interrupts import Interrupts, handle_interrupts, report_out_of_memory
from latent_explorer.training.prepare_training import PreparedTraining, limit_threads

COLLAPSED_SPREAD = 1e-3
"""Standard deviation of the latents, relative to their size, below which their codes are called one point."""
COLLAPSE_WARNING = (
    "warning: all codes are (nearly) one point: nothing was learnt about the images; a smaller training.learning_rate "
    "or objective.beta, or other images, may help"
)
DIVERGENCE_ADVICE = "a smaller training.learning_rate may help"


@dataclass
class Report:
    """The result of a training run, as `--json` prints it."""

    checkpoint: str
    preset: str
    epochs: int
    seconds: float
    """Duration of the training loop alone."""
    train_images_per_second: float
    parameters: int
    device: str
    test: dict[str, float]
    code_bytes: int
    """Bytes of one latent vector: float32, or the bits of its codes."""
    maps: list[str] = field(default_factory=list)
    features: dict[str, dict[str, float]] = field(default_factory=dict)
    """With `--probe`: accuracies with few labels and with all, of the latents, the pixels and the PCA components."""
    r2: dict[str, float] = field(default_factory=dict)
    """Of the columns of a table: the share of its held-out variance that the reconstruction explains."""
    snapshots: str | None = None
    """Path of the snapshots file, with `--snapshots`."""
    judge: str | None = None
    """Path of the judge of pictures, with `--judge`."""
    allow_import: str | None = None
    """Package of the custom network, which `demo.py` imports only with `--allow-import`."""
    stopped: bool = False
    diverged: bool = False
    collapsed: bool = False
    """Whether all latents are (nearly) one point."""

    @property
    def status(self) -> int:
        return 1 if self.diverged else 0

    def as_dict(self) -> dict[str, Any]:
        return dict(vars(self))

    def to_text(self) -> str:
        figures = "  ".join(f"{name} {value:.4g}" for name, value in self.test.items())
        allowed = f" --allow-import {self.allow_import}" if self.allow_import else ""
        features = f"{quality.format_table(self.features)}\n" if self.features else ""
        columns = ", ".join(f"{name} {value:.2f}" for name, value in self.r2.items())
        explained = f"held-out R^2: {columns}\n" if columns else ""
        return (
            f"{self.preset}: {self.epochs} epochs in {self.seconds:.1f} s on {self.device}, "
            f"{self.train_images_per_second:,.0f} samples/s, {self.parameters:,} parameters\n"
            f"held-out: {figures}\n{explained}{features}"
            f"written: {self.checkpoint}  (open it: python demo.py {files.to_argument(self.checkpoint)}{allowed})"
            + "".join(f"\nwritten: {path}" for path in (self.snapshots, self.judge) if path)
            + (f"\n{COLLAPSE_WARNING}" if self.collapsed else "")
        )


def run(
    config: Config, *, preset: str, out: Path, data_dir: str | None, say: Say, resume: bool = False,
    probe: bool = False, judge: bool = False, snapshots: int | None = None, allow_import: Collection[str] = (),
    epoch_done: Callable[[training.Epoch], None] = lambda _: None,
) -> Report | None:  # fmt: skip
    """Train `config` and write the checkpoint to `out`; Ctrl-C ends the training and saves what was learnt.

    `resume` continues an interrupted training; `probe` measures the linear-probe accuracy; `judge` fits a judge of
    pictures; `snapshots` is the number of snapshots in a file beside `out`; `allow_import` names the packages that a
    custom network may come from; `epoch_done` is called with every epoch's metrics. Of several `torchrun` processes
    only the leader writes and returns a report; the others return None.
    """
    if out.suffix != checkpoint_paths.SUFFIX:
        raise InputError(f"--out {out}: a file name that ends in {checkpoint_paths.SUFFIX} is allowed")
    prepare_training.check_map_methods(config)
    with distributed.join_process_group(device.pick(config.training.device, say)) as where:
        prepare = partial(prepare_training.prepare, config, where, data_dir=data_dir, allow_import=allow_import)
        if not distributed.is_leader():
            run_follower(prepare(say=lambda _: None))
            return None
        files.check_writable(out, "--out")
        if out.exists() and not resume:
            say(f"{out} of an earlier training is there and will be replaced")
        with resumption.exclusive_run(out):
            prepared = prepare(say=say)
            if probe and not prepared.dataset.class_names:
                raise InputError("--probe: the data set has no labels; one with labels is needed")
            if judge:
                fit_judge.check_samples(prepared.dataset, "--judge")
            say(
                f"{preset}: {len(prepared.dataset.train):,} {prepared.dataset.kind.words.many} of "
                f"{prepared.dataset.describe_size()}, {prepared.parameter_count:,} parameters, "
                f"{config.objective.name}, on {where}"
            )
            with limit_threads(prepared), handle_interrupts() as interrupts:
                lead = _Leader(prepared, out, say, interrupts)
                return lead.run(
                    preset, resume=resume, probe=probe, judge=judge, snapshots=snapshots, epoch_done=epoch_done
                )


def run_follower(prepared: PreparedTraining) -> None:
    """Train in a process that is not the leader: the same steps, without output."""
    with limit_threads(prepared), handle_interrupts() as interrupts, interrupts.enter_training():
        training.fit(
            prepared.model, prepared.train.images, prepared.config.training, labels=prepared.train.labels,
            validation=prepared.validation, stop=lambda: interrupts.stop_requested,
        )  # fmt: skip


@dataclass
class _Leader:
    """The training run of the only process, or of the leader of several."""

    prepared: PreparedTraining
    out: Path
    say: Say
    interrupts: Interrupts

    def run(
        self, preset: str, *, resume: bool, probe: bool, judge: bool, snapshots: int | None,
        epoch_done: Callable[[training.Epoch], None],
    ) -> Report:  # fmt: skip
        config, dataset, model = self.prepared.config, self.prepared.dataset, self.prepared.model
        network = config.model.network
        code = models.custom_network.hash_source(network)
        origin = training.make_run_fingerprint(config.as_dict(), dataset.train.images, self.prepared.device.type, code)
        resumable = resumption.Resumption(self.out, origin, self.say)
        state = resumable.load_state(resume=resume)
        if state is None:
            resumable.mark_beginning()
        camera = self._make_recorder(snapshots, state) if snapshots else None
        history = self._train(state, resumable, camera, epoch_done)
        self._report_ending(history)
        with report_out_of_memory("what was learnt", "fewer images (data.limit)"):
            built = build_checkpoint.make_checkpoint(
                Checkpoint, self.prepared, history, preset=preset, interrupts=self.interrupts, say=self.say, probe=probe
            )
        if camera is not None:
            camera.add(Moment(self._count_steps(history), built.latents, built.weights))
        saved = build_checkpoint.save(built, self._choose_target(history))
        if not history.stopped:
            resumable.delete_state()
        judge_path = self._fit_judge(saved) if judge else None
        return Report(
            checkpoint=str(saved),
            preset=preset,
            epochs=len(history.epochs),
            seconds=round(history.seconds, 3),
            train_images_per_second=round(history.images_per_second, 1),
            parameters=self.prepared.parameter_count,
            device=str(self.prepared.device),
            test=built.metrics["test"],
            code_bytes=model.code_bytes,
            maps=list(built.maps),
            r2=built.metrics.get("r2", {}),
            features=built.metrics.get("features", {}),
            snapshots=str(camera.path) if camera is not None else None,
            judge=str(judge_path) if judge_path is not None else None,
            allow_import=models.custom_network.get_package(network) if "." in network else None,
            stopped=history.stopped,
            diverged=history.diverged_in is not None,
            collapsed=_is_one_point(built.latents, has_prior=config.objective.traits.has_prior),
        )

    def _fit_judge(self, saved: Path) -> Path | None:
        """Fit a judge of pictures to the training images of all classes, and write it beside the checkpoint; after
        Ctrl-C there is none."""
        try:
            with self.interrupts.enter_optional():
                judge = fit_judge.fit(self.prepared.dataset, self.say, build_checkpoint.SKIP)
        except KeyboardInterrupt:
            self.say("interrupted: there is no judge of pictures")
            return None
        path = saved.with_suffix(judges.SUFFIX)
        try:
            judges.save(path, judge)
        except WorkError as error:
            self.say(f"{error}; there is no judge of pictures")
            return None
        return path

    def _train(
        self, state: training.RunState | None, resumable: resumption.Resumption, recorder: SnapshotRecorder | None,
        epoch_done: Callable[[training.Epoch], None],
    ) -> training.History:  # fmt: skip
        settings, train, test = self.prepared.config.training, self.prepared.train, self.prepared.parts.held_out

        def measure(model: models.Autoencoder) -> dict[str, float]:
            return reconstruction.evaluate_subset(model, test.images, test.labels, seed=settings.seed)

        with (
            self.interrupts.enter_training(),
            console.show_progress(settings.epochs) as progress,
            report_out_of_memory("the training", "a smaller model or training.batch_size"),
        ):
            return fit_on_any_device(
                self.prepared.model, train.images, settings, self.say, labels=train.labels,
                validation=self.prepared.validation, measure=measure, progress=progress, epoch_done=epoch_done,
                state=state, save_state=resumable.save_state, stop=lambda: self.interrupts.stop_requested,
                before_step=recorder.before_step if recorder is not None else None,
            )  # fmt: skip

    def _choose_target(self, history: training.History) -> Path:
        """Return the path to write: `out`, or `NAME-diverged` if the training diverged and `out` exists."""
        if history.diverged_in is None or not self.out.exists():
            return self.out
        beside = self.out.with_stem(f"{self.out.stem}-diverged")
        self.say(f"{self.out} is left as it was")
        return beside

    def _make_recorder(self, count: int, state: training.RunState | None) -> SnapshotRecorder:
        config, dataset, steps = self.prepared.config, self.prepared.dataset, self.prepared.steps_per_epoch
        train, test = dataset.train, dataset.test
        indices = build_checkpoint.draw_indices(len(train), len(test), config.map.points, config.training.seed)
        images, labels = torch.cat([train.images, test.images]), torch.cat([train.labels, test.labels])
        camera = SnapshotRecorder(
            self.out, config, dataset.class_names, Split(images[indices], labels[indices]), indices,
            steps_per_epoch=steps, count=count, say=self.say, source=dataset.folder_digest,
        )  # fmt: skip
        if state is not None:
            camera.resume(len(state.history.epochs) * steps + state.step)
        return camera

    def _count_steps(self, history: training.History) -> int:
        """Return the number of training steps done, also if the last epoch was interrupted."""
        images, batch = len(self.prepared.train), self.prepared.config.training.batch_size
        whole = history.images_seen // images
        return whole * self.prepared.steps_per_epoch + -(-(history.images_seen - whole * images) // batch)

    def _report_ending(self, history: training.History) -> None:
        """Report how the training ended; raise `WorkError` or `StoppedError` if there are no weights to save."""
        done, nothing = len(history.epochs), f"nothing was learnt and {self.out} was not written"
        if history.diverged_in:
            trouble = f"the loss became NaN or infinite in epoch {history.diverged_in}"
            if not done:
                raise WorkError(f"{trouble}: {nothing}; {DIVERGENCE_ADVICE}")
            self.say(f"{trouble}; the weights of epoch {history.diverged_in - 1} are kept; {DIVERGENCE_ADVICE}")
        elif not done:
            raise StoppedError(f"stopped before the first step: {nothing}")
        elif history.stopped:
            self.say(
                f"stopped in epoch {done} of {self.prepared.config.training.epochs}; keeping what was learnt "
                "(the same command with --resume goes on)"
            )
        elif history.early:
            self.say(f"ended early: the validation loss has not fallen since epoch {history.best}")


def _is_one_point(latents: Floats, *, has_prior: bool) -> bool:
    """Return True if latents (M, d) hardly differ, measured by their size, or by the prior's if that is larger."""
    size = max(float(np.abs(latents).max()), 1.0 if has_prior else 0.0)
    return float(latents.std(axis=0, dtype=np.float64).max()) <= COLLAPSED_SPREAD * size
