"""Shows what a program draws with matplotlib in the page: as SVG, in the page's own colours."""

import io
import tempfile

import matplotlib
import page_svg
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_svg import FigureCanvasSVG

say = None  # of the part that runs: a function of a kind and a text, or None
page_svg._plain_colour = lambda value: {page_svg.INK: "currentColor"}.get(value, value)


class FigureManager(FigureManagerBase):
    """Shows all figures, and lets them go."""

    @classmethod
    def pyplot_show(cls, *, block=None):
        import matplotlib.pyplot as plt

        for number in plt.get_fignums():
            text = io.StringIO()
            plt.figure(number).savefig(text, format="svg", metadata={"Date": None, "Creator": None})
            if say is None:  # a plot of a block above
                continue
            try:
                svg = page_svg.slim_svg(text.getvalue(), f"run-{number}-", "The plot of your run")
                say("svg", svg)
            except ValueError as error:
                say("err", f"A plot cannot be shown here: {error}\n")
        plt.close("all")


class FigureCanvas(FigureCanvasSVG):
    """matplotlib looks for this name."""

    manager_class = FigureManager


def fresh():
    """Make matplotlib as it is at the start of a program."""
    import matplotlib.pyplot as plt

    plt.close("all")
    matplotlib.rcdefaults()
    matplotlib.rcParams.update(STYLE)


with tempfile.NamedTemporaryFile("w", suffix=".rc") as file:
    file.write(page_svg.MATPLOTLIBRC)
    file.flush()
    STYLE = matplotlib.rc_params_from_file(file.name, use_default_template=False)
matplotlib.use("module://page_plots")
STYLE["backend"] = "module://page_plots"
matplotlib.rcParams.update(STYLE)
