"""The Interpolate lab: paths between anchors through latent space."""
