"""What limits the news stands beside it; a person called by surname alone is named in full."""

from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.english.sentences import split_sentences
from newsletter.highlights.candidates import LONGEST_EVENT, find_candidates, join_denial, join_neighbours
from newsletter.highlights.naming import name_subject
from newsletter.highlights.summarize import summarize_story
from newsletter.model import Article, Beside, Highlight, PublisherKind
from tests.support.factories import make_article, make_publisher

LOAN = (
    "Quillback Ferries has received a letter of interest for a loan of up to $210 million for its yard in Bergen.\n\n"
    "The loan would have a term of 15 years and cover 58% of the cost of the yard, which is to build 12 ferries a year.\n\n"
    "Quillback has hired 140 people at the yard since March, half of them welders from the closed dock in Stavanger.\n\n"
    "The yard will use 9,000 tonnes of steel a year, which Quillback buys from two mills in Sweden and Finland.\n\n"
    "Its order book stood at 31 ferries at the end of June, up from 22 ferries a year earlier, the company reported.\n\n"
    "The letter of interest is based on figures of the company. {limit}"
)


LOAN_TITLE = "Quillback Ferries receives letter of interest for $210 million loan"


def tell(text: str, kind: PublisherKind = PublisherKind.OTHER, *, title: str = LOAN_TITLE) -> list[str]:
    """The highlights of an article, about a loan where no ``title`` is given."""
    article: Article = make_article(
        title=title,
        text=text,
        publisher=make_publisher("The Bergen Herald", kind=kind),
    )
    return [highlight.text for highlight in summarize_story((article,), settings=Editorial())]


def read_release(text: str, *, title: str) -> tuple[Highlight, ...]:
    """The highlights of a release of Acme Docks."""
    publisher = make_publisher("Acme Docks", kind=PublisherKind.ISSUER)
    return summarize_story((make_article(title=title, text=text, publisher=publisher),), settings=Editorial())


@pytest.mark.parametrize(
    "limit",
    [
        "The letter does not commit the bank to lend, and the bank has not yet examined the yard.",
        "Any loan remains subject to the approval of the board of the bank and of the ministry.",
    ],
)
def test_the_limit_of_the_news_is_told(limit: str) -> None:
    told = tell(LOAN.format(limit=limit))
    assert any(limit.split(maxsplit=1)[1][:40] in text for text in told), told


def test_what_was_chosen_for_its_worth_says_that_it_limits_the_news_as_well() -> None:
    limit = "Any loan depends on the approval of the ministry, which has 58% of the votes in the board of the bank."
    text = LOAN.format(limit=limit)
    article = make_article(title=LOAN_TITLE, text=text, publisher=make_publisher("The Bergen Herald"))
    shown = summarize_story((article,), settings=Editorial())
    assert [Beside.LIMIT in one.reasons for one in shown if "depends on" in one.text] == [True]


@pytest.mark.parametrize(
    ("below", "told"),
    [
        ("It did not.", "for its yard in Bergen; it did not."),
        ("It has not been signed.", "for its yard in Bergen; it has not been signed."),
        ("The bank did not name them.", "for its yard in Bergen."),
        (
            "But it must still pay for a survey.",
            "for its yard in Bergen; it must still pay for a survey.",
        ),
        ("So far it has drawn $3 million.", "for its yard in Bergen; so far it has drawn $3 million."),
    ],
)
def test_a_short_sentence_that_takes_back_the_one_above_is_told_with_it(below: str, told: str) -> None:
    text = LOAN.format(limit="").replace("for its yard in Bergen.", f"for its yard in Bergen. {below}")
    assert tell(text)[0].endswith(told)


def test_that_a_deal_binds_nobody_is_told_however_little_else_is_said() -> None:
    told = tell(LOAN.format(limit="The letter is non-binding."))
    assert any(one.endswith("the letter is non-binding.") for one in told)


def test_the_other_statement_of_the_events_sentence_is_told_right_below_it() -> None:
    text = (
        "Under rules which the Ministry of Ports made public on Monday, sellers of 23 kinds of hull, among them tankers, "
        "barges and four kinds of ferry, will from October 1 need approval for each sale abroad, and the harbour master "
        "of Bergen will hand out the forms.\n\n"
        "Companies can apply for a new kind, valid for a year, but only for customers in 29 countries on a list annexed "
        "to the rules. Norway, which takes about 28 percent of Denmark’s exports of such hulls, is not for the time "
        "being.\n\n"
        "The rules may cost the five listed yards 60 million crowns in yearly sales, or roughly 7 percent, a broker "
        "said.\n\n"
        "Shares in Quillback Ferries, which gets 71 percent of its sales from abroad, fell 9.3 percent on Monday."
    )
    told = tell(text, title="In Bergen, hulls wait for a stamp")
    assert told[1] == "The harbour master of Bergen will hand out the forms."


def test_the_second_half_of_a_headline_is_told() -> None:
    text = LOAN.format(
        limit="Dockers of the Baltic union have been on strike since Monday over the night shifts."
    )
    title = f"{LOAN_TITLE}, but dockers are on strike"
    assert any(one.startswith("Dockers of the Baltic union") for one in tell(text, title=title))
    assert not any(one.startswith("Dockers of the Baltic union") for one in tell(text))


def test_two_sentences_in_one_bullet_may_be_taken_back_as_well() -> None:
    text = (
        "Quillback Ferries has a licence for the bay of Bergen. It told its owners in May that it would apply for a new "
        "licence for the bay. It will not."
    )
    article = make_article(title="", text=text)
    (pair,) = join_neighbours([article], find_candidates(article, max_words=34), max_words=34)
    told = join_denial(pair, max_words=LONGEST_EVENT)
    assert told.text.endswith("a new licence for the bay. It will not.")
    assert [cited.sentence for cited in told.citations][2] == "It will not."


@pytest.mark.parametrize("between", ["", "They say that it was paid 4 million kroner too much. "])
def test_an_accusation_is_told_with_the_denial_that_stands_below_it(between: str) -> None:
    accused = (
        "Prosecutors in Bergen have charged Quillback Ferries with having billed the town for 31 ferries that were never "
        "built, in two contracts of 2021 and 2023. "
    )
    denial = "Quillback, which belongs to two funds, denies this and says that it will go to court. "
    told = tell(
        accused + between + denial + LOAN.partition("\n\n")[2].format(limit=""), title="Quillback charged"
    )
    assert told[:2] == [accused.strip(), denial.strip()]


def test_nothing_is_taken_back_where_a_clause_went_that_may_be_meant() -> None:
    text = (
        "Quillback Ferries bought the yard on Monday for 40 million euros, along with a loan of a further 90 million euros "
        "that the town had promised for its dock. It did not come."
    )
    (cut,) = find_candidates(make_article(title="", text=text), max_words=24)[:1]
    assert cut.cut
    assert join_denial(cut, max_words=LONGEST_EVENT) is cut


def test_two_sources_that_differ_are_both_shown_where_one_is_taken_back() -> None:
    promise = "Quillback Ferries has received the promise of a loan of {} million for its yard in Bergen from the state bank."
    one = make_article(
        title="Quillback receives promise of $210 million", text=f"{promise.format('$210')} It did not come."
    )
    two = make_article(
        "article-2",
        title="Quillback receives promise of $250 million",
        text=promise.format("$250"),
        publisher=make_publisher("Ferry Weekly"),
    )
    told = [highlight.text for highlight in summarize_story((one, two), settings=Editorial())]
    assert [text for text in told if "loan of" in text] == [promise.format("$210"), promise.format("$250")]


def test_the_bank_is_not_whose_release_it_is() -> None:
    text = "Lund Mills Ltd (“Lund” or the “Company”) today reported its quarter. Lund Mills made 140 tonnes.\n\nThe bank has withdrawn its loan of $3 million."
    article = make_article(
        title="Lund Mills makes 140 tonnes",
        text=text,
        publisher=make_publisher("Lund Mills", kind=PublisherKind.ISSUER),
    )
    shown = [one.shown for one in find_candidates(article, max_words=34)]
    assert not any("Lund Mills has withdrawn" in text for text in shown)


def test_a_person_called_by_surname_alone_is_named_in_full() -> None:
    text = "Ada Hartman, founder of the yard, showed the dock.\n\nHartman pays ports $40 a hull.\n\nCells are dear. Fuel Cells, a firm, pays."
    sentences = split_sentences(text)
    told = [name_subject(s.text, s, sentences, title="A dock") for s in sentences]
    assert "Ada Hartman pays ports $40 a hull." in told
    assert "Cells are dear." in told


@pytest.mark.parametrize(
    "text",
    [
        "George Washington was president of the states. It rained.\n\nWashington imposed a tariff in May.\n\nIn Washington it snowed.",
        "Karl Lund, founder of Lund Mills, retired.\n\nLund makes 40 tonnes.",
        "Ada Hartman, president, met Karl Hartman.\n\nHartman pays.",
    ],
)
def test_a_surname_that_may_be_another_stays(text: str) -> None:
    sentences = split_sentences(text)
    told = [name_subject(s.text, s, sentences, title="A dock") for s in sentences]
    assert next(s.text for s in sentences if s.text.startswith(("Washington", "Lund", "Hartman"))) in told


def test_an_accusation_is_told_with_its_denial() -> None:
    told = tell(
        "Acme is suing its former auditors for $40 million in a court in Oslo, it said on Monday.\n\n"
        "The ferry company lost $90 million in 2024 after a clerk moved the money of its tickets to a bank in Riga.\n\n"
        "It has sold two of its nine ferries since then and cut 300 of its 1,100 jobs.\n\n"
        "Fares to the islands rose by 12% in May, the third rise within a year.\n\n"
        "Passengers fell by 9% to 2.1 million in the first half.\n\n"
        "The bank lent it $60 million in March against its last seven ferries.\n\n"
        "The auditors, Lund and Tor, have denied negligence and will contest the claim."
    )
    assert any("denied negligence" in text for text in told), told


def test_a_caveat_that_shares_no_word_with_the_news_is_told() -> None:
    text = (
        "Quillback Metals has cut 41 metres grading 2.4% copper in hole RD-25 at its Ridge project in Nevada.\n\n"
        "The hole was drilled 340 metres north of all earlier ones and extends the zone to 1.2 kilometres.\n\n"
        "Two more holes cut 12 metres grading 1.1% and 9 metres grading 0.8% copper.\n\n"
        "Quillback plans 14 more holes and 6,000 metres by June, at a cost of $3 million.\n\n"
        "Copper stood at $9,800 a tonne in London on Monday, 4% more than a month before.\n\n"
        "Lengths are core lengths; true widths are estimated at 55% to 70% of those reported."
    )
    article = make_article(title="Quillback cuts 41 metres of copper ore at Ridge", text=text)
    told = [highlight.text for highlight in summarize_story((article,), settings=Editorial())]
    assert any("true widths" in one for one in told), told


def test_what_an_authority_refuses_is_told_first_however_short() -> None:
    text = (
        "The Harbour Court heard the case of Acme Docks on 3 May. Acme Docks asked for a permit to dredge 41 hectares "
        "of the bay of Bari for 21 years. Fishermen of Bari showed that the bay has 212 kinds of fish.\n\n"
        "The application is refused. Acme Docks pays the costs of 31,000 euros."
    )
    told = tell(text, PublisherKind.REGULATOR, title="Decision on the application of Acme Docks")
    assert told[0] == "The application is refused."


def test_what_limits_a_companys_own_news_needs_no_lead_in() -> None:
    text = (
        "Acme Docks today announced an offering of 4 million shares. Acme Docks owns 31 ferries in Bari and in Oslo. "
        "The offering is subject to market conditions, and there can be no assurance that it may be completed."
    )
    told = {one.text: one.lead_in for one in read_release(text, title="Acme Docks announces offering")}
    limit = next(lead for words, lead in told.items() if "no assurance" in words)
    assert limit is None


def test_a_deal_is_told_with_that_it_binds_nobody_beside_another_limit() -> None:
    text = (
        "Quillback Ferries announced a partnership with Borealis to sail from Bergen to Oslo in May. Its 12 ferries may "
        "carry 4,000 cars a day, subject to the rules of the port. Tickets will cost 40 euros.\n\n"
        "Borealis owns 31 ferries and had sales of 418 million euros last year.\n\n"
        "Quillback and Borealis have signed a non-binding memorandum of understanding."
    )
    article = make_article(title="Quillback and Borealis join to sail to Oslo", text=text)
    told = [highlight.text for highlight in summarize_story((article,), settings=Editorial())]
    assert any("non-binding" in one for one in told), told


def test_a_list_of_conditions_is_told_at_length() -> None:
    conditions = (
        "The deal is subject to conditions that are usual for a contract of this kind, among which are a decision of the "
        "board of Borealis to build the yard, a loan by the end of August, the consent of the port of Oslo, and a permit "
        "for the second quay at Bergen, which the council has yet to grant."
    )
    text = (
        "Quillback Ferries announces a contract with Borealis for 12 ferries over 15 years, worth 418 million euros.\n\n"
        "Under it Borealis will buy 70% of the berths of each ferry, and may buy half of the others in summer.\n\n"
        f"Quillback owns 31 ferries and sails to Oslo. It had sales of 90 million euros last year.\n\n{conditions}"
    )
    assert conditions in tell(text, title="Quillback and Borealis sign 15-year contract for 12 ferries")


def test_a_company_is_named_behind_an_opening_of_its_own_release() -> None:
    text = (
        "Acme Docks Inc. (“Acme Docks” or the “Company”) today announced a plan to sell 4 yards in Bari and Oslo.\n\n"
        "Based on its current plan, the Company has concluded that there is substantial doubt about its ability to go on."
    )
    (told,) = (one for one in read_release(text, title="Acme Docks announces plan") if "doubt" in one.text)
    assert told.text.startswith("Based on its current plan, Acme Docks has concluded")
    assert told.lead_in is None


def test_a_limit_is_told_though_its_reader_may_ask_of_what() -> None:
    text = (
        "Quillback Metals cut 46 metres of 3.1% copper in hole 41 at its Ridge project, its deepest so far.\n\n"
        "Hole 39 cut 12 metres of 1.1% and hole 42 cut 9 metres of 0.8%. Quillback plans 14 more holes by June.\n\n"
        "A sample of 140 kilograms gave a concentrate of 34% at a recovery of 58%.\n\n"
        "In hole 41 the dip is not yet well known; on few data, true width may be a quarter of the interval."
    )
    article = make_article(title="Quillback cuts 46 metres of copper ore at Ridge", text=text)
    told = [highlight.text for highlight in summarize_story((article,), settings=Editorial())]
    assert any("true width" in one for one in told), told


def test_a_closure_is_told_with_the_jobs_that_it_costs() -> None:
    text = (
        "Quillback Ferries will close its dock in Bergen in May and move the work to its yard in Stavanger.\n\n"
        "The new yard cost $210 million, has 12 cranes and will build 31 ferries a year, the company said on Monday.\n\n"
        "Its order book stood at 31 ferries at the end of June, up from 22 ferries a year earlier, the company reported.\n\n"
        "The yard will use 9,000 tonnes of steel a year, which Quillback buys from two mills in Sweden and Finland.\n\n"
        "The council of Stavanger granted the permit in March, and the state pays $14 million of the cost.\n\n"
        "A total of 310 jobs are at risk."
    )
    told = tell(text, title="Quillback to close dock in Bergen")
    assert any("310 jobs" in one for one in told), told
