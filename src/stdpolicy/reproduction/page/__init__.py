"""One page with all results: figures, tables, and where every coded number stands.

``page.html.j2``, ``page.css``, ``language.js`` and ``page.js`` make the page (``filling`` puts them
together, for other pages too); the modules say what is on it:
``outline`` which figures and tables in which order, ``tables`` how tables are shown, ``sources``
where numbers stand, ``titles`` what tables are called. Captions of figures are in
:mod:`stdpolicy.figures.captions`.
"""

import pathlib

#: Where the page lies below the root.
PAGE = "reports/index.html"


def write_page(root: pathlib.Path, data: pathlib.Path | None = None) -> pathlib.Path:
    """Write ``reports/index.html``, a page of its own with all figures and tables.

    Pictures and tables are inside the page, which asks nothing of the network; links to files lead
    beside it. The same bytes for the same inputs.

    Parameters
    ----------
    root : path
        Folder with ``figures/``, ``reports/`` and, if there is one, the manifest.
    data : path, optional
        Folder with the tables that the results come from; the packaged ones without it.

    Returns
    -------
    path
        The page.

    Raises
    ------
    DataError
        When the tables have faults.
    UsageError
        When there are no results below the root, or the extra ``notebooks`` is not installed.
    """
    # Imported here, since only those who make the page need the packages.
    from stdpolicy.errors import UsageError
    from stdpolicy.files import write_text

    try:
        from stdpolicy.reproduction.page.writing import page
    except ImportError as error:
        raise UsageError(
            f"the page needs more packages ({error}); "
            "install them with: pip install 'stdpolicy[notebooks]'"
        ) from error
    path = root / PAGE
    write_text(path, page(root, data))
    return path
