"""A study of one's own: other documents, drafted by machine, decided on by a person, then coded.

``new`` makes the folder, ``draft`` reads a document and proposes rows, ``review`` writes the page
on which a person decides, ``accept`` puts what was decided into the tables. ``sections`` and
``proposals`` say what is drafted, ``merging`` how a second acceptance meets changes made by hand.
``docs/study.md`` tells the way through and the forms of the files.
"""

from stdpolicy.study.accept import accept
from stdpolicy.study.draft import draft
from stdpolicy.study.new import new

__all__ = ["accept", "draft", "new"]
