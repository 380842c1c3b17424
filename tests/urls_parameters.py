"""Sample arguments of the addresses of parameters."""

from tests.url_samples import Place, Sample


def known(place: Place) -> Sample:
    """A parameter by its code: the same everywhere; what counts where stands on the page."""
    return Sample({"code": "education.start_age"}, everywhere=True)


SAMPLES = {
    "parameters:detail": known,
    "parameters:add": known,
}
