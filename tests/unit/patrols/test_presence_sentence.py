"""How much of a plan took place, in one sentence with figures people can read."""

from streife.patrols.sentences import presence_headline


def test_thousands_stand_apart() -> None:
    told = presence_headline("Gestern", planned=1200, visited=1041, minutes=10006, was=9684)
    assert "an 1.041 von 1.200 geplanten Orten" in told
    assert "9.684 von 10.006 geplanten Minuten" in told
    alone = presence_headline("Gestern", planned=0, visited=0, minutes=0, was=1234)
    assert "1.234 Minuten" in alone
