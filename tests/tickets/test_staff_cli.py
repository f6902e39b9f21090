"""The desk at the command line: each step, what it prints, and what an export shows of a person."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.tickets import diagrams, export, masking
from bot.tickets.__main__ import _parser
from bot.tickets.model import FIELDS, Kind, State, Ticket
from bot.tickets.store import TicketStore
from bot.tickets.words import Category

ROW = {
    "no": "WO-1",
    "kind": "repair",
    "state": "registered",
    "brand": "viomi",
    "product": "refrigerator",
    "description": "不制冷,打13600136000",
    "name": "李雷",
    "phone": "13800138000",
    "contact": {"name": "韩梅梅", "phone": "010-66668888"},
    "address": "杭州市西湖区某路1号",
    "technician": "王师傅",
    "conversation": "13800138000",
    "created": "2026-11-01T09:00:00+08:00",
    "quote": {"items": [{"name": "检修", "amount": 80, "approved": True}]},
    "acceptance": {"by": "李雷", "works": True},
    "attachments": [{"name": "屏幕.jpg", "by": "韩梅梅"}],
    "history": [
        {
            "at": "2026-11-02T09:00:00+08:00",
            "actor": "desk",
            "event": "amended",
            "field": "contact",
            "old": {"name": "韩梅梅", "phone": "13900139000"},
            "new": {"name": "韩梅梅", "phone": "010-66668888"},
            "note": "客户改成 010-6666 8888",
        }
    ],
}
PERSONAL = ("李雷", "韩梅梅", "13800138000", "13900139000", "13600136000", "66668888", "6666 8888", "某路1号")


class Cli:
    """The commands, run in this process on the store of the test."""

    def __init__(self, store: TicketStore, capsys: pytest.CaptureFixture[str]) -> None:
        self.store, self.capsys = store, capsys

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """What a command prints, to either side; it ends with this code."""
        options = _parser().parse_args(arguments)
        assert options.run(self.store, options) == code
        out, err = self.capsys.readouterr()
        return out + err

    @property
    def ticket(self) -> Ticket:
        found = self.store.get("WO-1")
        assert found is not None
        return found


@pytest.fixture
def cli(store: TicketStore, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, at: Any) -> Cli:
    """The commands, with one repair that was moved in."""
    monkeypatch.setenv("BAOXIU_NOW", at.isoformat())
    (result,) = store.import_([ROW], at=at)
    assert result.outcome == "imported", result
    return Cli(store, capsys)


def test_a_repair_goes_its_way_at_the_command_line(cli: Cli, tmp_path: Path) -> None:
    """From the technician to the rating each step is one command, and the history names who gave it."""
    assert cli("assign", "WO-1", "--technician", "T-07", "--by", "小王") == "WO-1  dispatched  version 2\n"
    cli("move", "WO-1", "scheduled", "--date", "2026-11-22", "--from", "14:00", "--to", "16:00")
    cli("move", "WO-1", "diagnosing")
    cli("quote", "WO-1", "检修=80", "高空=")
    assert "quote.items[1].amount: missing" in cli("answer", "WO-1", "yes", code=1)
    cli("answer", "WO-1", "yes", "--without", "高空", "--note", "电话同意")
    cli("note", "WO-1", "客户要求带发票")
    photo = tmp_path / "屏幕.png"
    photo.write_bytes(b"12345")
    cli("attach", "WO-1", str(photo))
    cli("move", "WO-1", "awaiting_acceptance")
    lacking = cli("complete", "WO-1", code=1).splitlines()
    assert lacking[:2] == ["lacking: this is still missing:", "  sheet.found: missing"]
    sheet = tmp_path / "sheet.json"
    sheet.write_text(json.dumps({"found": "电容", "parts": [], "fees": [], "warranty": {"days": 90}}), "utf-8")
    cli("complete", "WO-1", "--sheet", str(sheet), "--accepted-by", "李雷")
    cli("rate", "WO-1", "5")
    ticket = cli.ticket
    assert (ticket.state, ticket.technician, ticket.rating) == (State.COMPLETED, "T-07", 5)
    assert ticket.appointment and ticket.appointment.from_ and ticket.appointment.from_.hour == 14
    assert (ticket.attachments[1].name, ticket.attachments[1].type, ticket.attachments[1].bytes) == (
        "屏幕.png",
        "image/png",
        5,
    )
    assert ("小王", "assigned") in [(row.actor, row.event) for row in cli.store.history("WO-1")]


def test_a_ticket_that_changed_meanwhile_is_left_alone(cli: Cli) -> None:
    """With --version nothing is done to a ticket that somebody has changed, and the change is named."""
    cli("assign", "WO-1", "--technician", "T-07", "--by", "小王")
    said = cli("move", "WO-1", "cancelled", "--version", "1", code=1)
    assert said.startswith("changed_meanwhile: somebody else has changed it") and "小王  assigned  technician" in said
    assert cli.ticket.state is State.DISPATCHED


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["move", "WO-9", "closed"], 1, "no ticket WO-9"),
        (["move", "WO-1", "repairing"], 1, "possible now: dispatched, taken_in, cancelled"),
        (["assign", "WO-1"], 2, "--technician or --assignee"),
        (["quote", "WO-1", "检修"], 2, "not NAME=YUAN"),
        (["quote", "WO-1", "检修=八十"], 1, "quote.items[0].amount: expected yuan"),
        (["attach", "WO-1", "/nowhere.jpg"], 2, "cannot read /nowhere.jpg"),
        (["complete", "WO-1", "--sheet", "/nowhere.json"], 2, "cannot read /nowhere.json"),
        (["rate", "WO-1", "5"], 1, "not_over: rating"),
        (["note", "WO-1", " "], 1, "no_note"),
        (["move", "WO-1", "scheduled", "--date", "2020-01-01"], 1, "appointment.date: 2020-01-01 is over"),
        (["move", "WO-1", "dispatched", "--date", "明天"], 1, "appointment.date: expected a day such as 2026-11-20"),
        (["quote", "WO-1", "检修=两百块钱左右"], 1, "quote.items[0].amount: expected yuan with at most two decimals"),
        (["set", "WO-1", "phone=1380013800o"], 1, "phone: '1380013800o' is no telephone number"),
        (["set", "WO-1", "contact.phone=12"], 1, "contact.phone: '12' is no telephone number"),
        (["set", "WO-1", "appointment.date=2020-01-01"], 1, "appointment.date: 2020-01-01 is over"),
        (["set", "WO-1", "rating=5"], 1, "rating: is not set by hand; these are: brand, "),
        (["set", "WO-1", "model"], 2, "'model' is not FIELD=VALUE"),
        (["set", "WO-1", "amount=两百块钱左右"], 1, "amount: expected yuan with at most two decimals"),
        (["show", "BX000000019"], 1, "no ticket BX000000019: a digit is wrong, missing or too many"),
        (["note", "BX12345678", "x"], 1, "no ticket BX12345678: a digit is wrong, missing or too many"),
        (["uphold", "WO-1", "--note", "属实"], 1, "not_for_this_kind: repair: this is not done with such a ticket"),
        (["review", "WO-1", "approved"], 1, "not_for_this_kind"),
        (["refund", "WO-1", "两百"], 1, "amount: expected yuan"),
        (["redo", "WO-1"], 1, "not_for_this_kind"),
    ],
)
def test_what_cannot_be_done_is_said(cli: Cli, arguments: Sequence[str], code: int, message: str) -> None:
    """A refusal ends with 1 and a wrong use with 2, each with a reason, and nothing is changed."""
    before = cli.ticket
    assert message in cli(*arguments, code=code)
    assert cli.ticket == before


def test_our_own_number_is_known_without_its_letters(cli: Cli, at: Any) -> None:
    """A number of ours is found however it is typed: without BX, in small or full-width letters, with blanks."""
    cli.store.import_([{**ROW, "no": "BX000000018", "draft_id": None}], at=at)
    for typed in ("000000018", "bx000000018", "ＢＸ０００００００１８", " BX 0000-00018 "):
        assert cli("note", typed, "已联系").startswith("BX000000018  ")


def test_a_word_that_is_none_is_told_which_there_are(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    """A state, a kind, a verdict that does not exist: the command says which do."""
    for arguments, named in (
        (("move", "WO-1", "fixed"), "'fixed' is none of registered, dispatched"),
        (("list", "--kind", "repairs"), "'repairs' is none of repair, installation"),
        (("review", "WO-1", "maybe"), "'maybe' is none of approved, refused"),
    ):
        with pytest.raises(SystemExit) as stop:
            cli(*arguments)
        assert stop.value.code == 2 and named in capsys.readouterr().err


def test_the_way_on_is_shown(cli: Cli) -> None:
    """`show` names the moves that are possible now, and those that need something first."""
    cli("assign", "WO-1", "--technician", "T-07")
    assert "possible now: cancelled\nneeds something first: scheduled (an appointment)" in cli("show", "WO-1")
    assert "appointment: missing (--date)" in cli("move", "WO-1", "scheduled", code=1)


def test_an_answer_is_to_lines_of_the_quote(cli: Cli) -> None:
    """A line that the customer does not want must be one of the quote; else nothing is agreed to."""
    cli("assign", "WO-1", "--technician", "T-07")
    cli("move", "WO-1", "scheduled", "--date", "2026-11-22")
    cli("move", "WO-1", "diagnosing")
    cli("quote", "WO-1", "检修=80", "主板=300")
    assert "the quote has no line 高空" in cli("answer", "WO-1", "yes", "--without", "高空", code=1)
    assert cli.ticket.state is State.QUOTED


@pytest.mark.parametrize("stars", ["6", "0", "五星"])
def test_there_are_one_to_five_stars(cli: Cli, stars: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Six stars are refused before anything is looked at, and the choice is named."""
    with pytest.raises(SystemExit) as stop:
        cli("rate", "WO-1", stars)
    assert stop.value.code == 2 and "rating" in capsys.readouterr().err
    assert cli.ticket.rating is None


def test_fields_are_written_by_hand(cli: Cli) -> None:
    """The second contact, the model, the due return visit: written part by part, taken away again, with their trace."""
    cli(
        "set",
        "WO-1",
        "contact.phone=13900139000",
        "model=BCD-400",
        "follow_up=2026-11-25T10:00:00+08:00",
        "--by",
        "小王",
    )
    ticket = cli.ticket
    assert ticket.contact is not None
    assert (ticket.contact.name, ticket.contact.phone, ticket.model) == ("韩梅梅", "13900139000", "BCD-400")
    cli("set", "WO-1", "contact=", "model=")
    assert (cli.ticket.contact, cli.ticket.model) == (None, None)
    assert ("小王", "amended", "model") in [(r.actor, r.event, r.field) for r in cli.store.history("WO-1")]


def test_what_is_made_good_is_one_command(cli: Cli, at: Any) -> None:
    """A complaint that is upheld, a service again, a refund and the yes to it: each prints the number it has opened."""
    row = {"no": "WO-2", "kind": "complaint", "state": "handling", "brand": "skyworth", "product": "tv", "amount": 50}
    cli.store.import_([{**row, "phone": "13800138000", "created": ROW["created"]}], at=at)
    said = cli("uphold", "WO-2", "--note", "核实属实")
    assert said.startswith("WO-2  resolved  version 2\nopened: refund BX")
    refund = said.split()[-1]
    assert cli("redo", "WO-2", "--date", "2026-11-30").startswith("WO-2  resolved  version 3\nopened: repair BX")
    assert "already_opened: BX" in cli("redo", "WO-2", code=1)
    cli("review", refund, "approved", "--amount", "45.5")
    cli("move", refund, "handling")
    assert cli("move", refund, "done").startswith(f"{refund}  done  ")
    found = cli.store.get(refund)
    assert found is not None and str(found.amount) == "45.5"


# What is shown of a person


def test_an_export_is_masked(cli: Cli) -> None:
    """Y99: neither table nor JSON names, reaches or locates anybody; things and staff keep their names."""
    for form in ("csv", "json"):
        said = cli("export", "--format", form)
        assert not [value for value in PERSONAL if value in said]
        assert "李**" in said and "138****8000" in said and "杭州市西湖" in said
        assert "检修" in said and "屏幕.jpg" in said and "王师傅" in said
    assert [row.event for row in cli.store.history("WO-1")] == ["amended", "imported"]


def test_an_export_that_reveals_is_written_down(cli: Cli) -> None:
    """With --reveal everything is shown, and each ticket's history says who looked and why."""
    said = cli("export", "--format", "json", "--reveal", "--by", "小王", "--note", "对账")
    assert json.loads(said)[0]["phone"] == "13800138000"
    look = cli.store.history("WO-1")[-1]
    assert (look.event, look.actor, look.note) == ("revealed", "小王", "对账")


def test_a_ticket_is_shown_masked_until_revealed(cli: Cli) -> None:
    """`show` masks the ticket and its history; --reveal shows both, and the look itself."""
    page = cli("show", "WO-1")
    assert not [value for value in PERSONAL if value in page]
    revealed = cli("show", "WO-1", "--reveal", "--by", "小王")
    assert "13800138000" in revealed and "某路1号" in revealed and "小王  revealed" in revealed


def test_a_table_has_a_column_for_every_field(cli: Cli) -> None:
    """Y29 Y34: the export names each field of a ticket, category, rating and fee lines among them, a value a column."""
    (row,) = csv.DictReader(io.StringIO(cli("export")))
    heads = {head.partition(".")[0] for head in row}
    assert heads == {*FIELDS, "missing"} - {"history"}
    assert (row["contact.name"], row["brand"], row["rating"]) == ("韩**", "viomi", "")
    assert json.loads(row["quote.items"]) == ROW["quote"]["items"]  # type: ignore[index]


def test_an_export_names_what_a_visit_still_lacks(cli: Cli) -> None:
    """Y13: whoever goes there sees which of name, phone, address, model and fault are not known yet."""
    (record,) = json.loads(cli("export", "--format", "json"))
    assert record["missing"] == ["model"]
    cli.store.amend(
        "WO-1", {"model": "BCD-400", "address": None, "description": None}, actor="desk", at=cli.ticket.created
    )
    (record,) = json.loads(cli("export", "--format", "json"))
    assert record["missing"] == ["address", "fault"]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", "\t=1"])
def test_words_of_a_customer_are_no_formula(text: str) -> None:
    """What a spreadsheet would run stands in the table as text."""
    record = dict.fromkeys((*FIELDS, "missing"), None) | {"description": text}
    (row,) = csv.DictReader(io.StringIO(export.table([record])))
    assert row["description"] == f"'{text}"


def test_an_export_is_filtered(cli: Cli, at: Any) -> None:
    """Y29: complaints and ratings are picked out by kind, state and day."""
    complaint = {**ROW, "no": "WO-2", "kind": "complaint", "category": Category.LATE.value, "created": at.isoformat()}
    cli.store.import_([complaint], at=at)

    def found(*options: str) -> list[str]:
        return [record["no"] for record in json.loads(cli("export", "--format", "json", *options))]

    assert found("--kind", "complaint") == found("--since", "2026-11-20") == ["WO-2"]
    assert found("--until", "2026-11-19") == found("--kind", "repair", "--open") == ["WO-1"]
    assert found("--technician", "T-1") == []


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("name", "欧阳娜娜", "欧**"),
        ("phone", "13800138000", "138****8000"),
        ("phone", "66668888", "6****"),
        ("address", "杭州", "杭****"),
        ("description", "单号BX000000018,打1380013 8000", "单号BX000000018,打138****8000"),
        ("description", "2026年3月买的,开裂2次", "2026年3月买的,开裂2次"),
        ("phone", None, None),
        ("phone", "", ""),
    ],
)
def test_a_mask_keeps_enough_to_tell_apart(field: str, value: str | None, shown: str | None) -> None:
    """A masked value tells customers apart and reaches none; what is not known stays that."""
    assert masking.masked_value(field, value) == shown


# Diagrams


def test_the_diagrams_are_current() -> None:
    """docs/tickets.md shows the lives as the code has them; `python -m bot.tickets diagrams` draws them anew."""
    page = diagrams.PAGE.read_text("utf-8")
    assert diagrams.drawn(page) == page


def test_every_life_is_drawn() -> None:
    """The life of each kind stands in docs/tickets.md, its own or that of a kind that lives alike."""
    page = diagrams.PAGE.read_text("utf-8")
    assert [kind for kind in Kind if f"```mermaid\n{diagrams.life(kind)}\n```" not in page] == []


def test_the_command_draws_what_has_changed(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A stale diagram is replaced by the command, and the words around it are left."""
    page = tmp_path / "tickets.md"
    page.write_text("before\n<!-- life: lead -->\nstale\n<!-- end -->\nafter\n", "utf-8")
    monkeypatch.setattr(diagrams, "PAGE", page)
    cli("diagrams")
    text = page.read_text("utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "stale" not in text
    assert "    registered --> handling\n" in text
