import datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stdpolicy import dates


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        ("2018", "2018-01-01", "2018-12-31"),
        ("2018-02", "2018-02-01", "2018-02-28"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("2000-02", "2000-02-01", "2000-02-29"),
        ("2019-12", "2019-12-01", "2019-12-31"),
        ("2020-02-29", "2020-02-29", "2020-02-29"),
    ],
)
def test_bounds(date, first, last):
    assert dates.bounds(date) == (first, last)


@given(st.dates())
def test_bounds_follow_the_calendar(day):
    iso = day.isoformat()
    assert dates.bounds(iso) == (iso, iso)
    first, last = map(datetime.date.fromisoformat, dates.bounds(iso[:7]))
    assert first == day.replace(day=1)
    assert last >= day
    assert last == datetime.date.max or (last + datetime.timedelta(days=1)).day == 1
    assert dates.bounds(iso[:4]) == (f"{iso[:4]}-01-01", f"{iso[:4]}-12-31")


@pytest.mark.parametrize(
    "date",
    [
        "2019-02-29",
        "2018-04-31",
        "2018-13",
        "2018-00",
        "2018-01-00",
        "0000",
        "18",
        "2018-1",
        "2018-1-1",
        "2018/01/05",
        "20180105",
        "2018-01-05T00:00",
        "2018 ",
        "2018\n",
        "2018年",
        "",
    ],
)
def test_what_is_no_date_is_refused_by_name(date):
    with pytest.raises(ValueError, match=r"not a date of the form|not in the calendar") as error:
        dates.bounds(date)
    assert repr(date) in str(error.value)


@pytest.mark.parametrize("date", ["２０１８", "２０１８-02", "٢٠١٨"])
def test_a_date_in_other_digits_is_refused(date):
    with pytest.raises(ValueError, match="not a date of the form"):
        dates.bounds(date)


def test_intervals_keep_the_index_and_the_gaps():
    given = pd.Series(["2018", pd.NA, "2020-02", "2019-10-20"], index=[7, 3, 5, 1], dtype="string")
    found = dates.intervals(given)
    assert list(found.index) == [7, 3, 5, 1]
    assert found.loc[5].tolist() == [pd.Timestamp("2020-02-01"), pd.Timestamp("2020-02-29")]
    assert found.loc[1].tolist() == [pd.Timestamp("2019-10-20")] * 2
    assert found.loc[3].isna().all()
    assert found["last"].max() == pd.Timestamp("2020-02-29")


@pytest.mark.parametrize("given", [[], [pd.NA, pd.NA]])
def test_intervals_without_dates_are_empty_dates(given):
    found = dates.intervals(pd.Series(given, dtype="string"))
    assert len(found) == len(given)
    assert all(pd.api.types.is_datetime64_dtype(kind) for kind in found.dtypes)
    assert found.isna().all(axis=None)


def test_intervals_refuse_an_impossible_date():
    with pytest.raises(ValueError, match="2018-02-30"):
        dates.intervals(pd.Series(["2018", "2018-02-30"]))
