"""The labs, one folder each. To add one, write it and add its line here."""

from latent_explorer.labs.anomaly.lab import Anomaly
from latent_explorer.labs.arithmetic.lab import Arithmetic
from latent_explorer.labs.cluster.lab import Cluster
from latent_explorer.labs.compare.lab import Compare
from latent_explorer.labs.compress.lab import Compress
from latent_explorer.labs.denoise.lab import Denoise
from latent_explorer.labs.explore.lab import Explore
from latent_explorer.labs.generate.lab import Generate
from latent_explorer.labs.interpolate.lab import Interpolate
from latent_explorer.labs.learn.lab import Learn
from latent_explorer.scene.lab import Lab

LABS: dict[str, Lab] = {
    lab.name: lab
    for lab in (
        Explore(),
        Compare(),
        Interpolate(),
        Arithmetic(),
        Generate(),
        Denoise(),
        Anomaly(),
        Compress(),
        Cluster(),
        Learn(),
    )
}
