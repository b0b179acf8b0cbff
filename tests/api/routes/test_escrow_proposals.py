"""Records of several signers over HTTP: proposed, signed one after the other, written with the last signature."""

from __future__ import annotations

from ledger.evidence.batch import Batch
from ledger.evidence.note import sign_note
from ledger.evidence.spelling import parse_base64
from tests.api.escrow_market import BUYER, LINE, OWN_BUYER, SEED, MoneyWorld
from tests.market import HOST, MANIFEST, PROOF

PROPOSALS = "/escrow/proposals"
DAY_MS = 86_400_000


def proposed(money: MoneyWorld, buyer: str = BUYER) -> dict[str, object]:
    body = money.market.terms(buyer).to_body()
    answer = money.post(f"{PROPOSALS}?signer={buyer}", "tea", body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_line_is_agreed_by_two_held_keys(money: MoneyWorld) -> None:
    proposal = proposed(money)
    assert proposal["missing"] == [BUYER]
    waiting = money.get(PROPOSALS, "buyer").json()["proposals"]
    assert [one["id"] for one in waiting] == [proposal["id"]]
    assert money.get(PROPOSALS, "tea").json()["proposals"] == []
    done = money.post(f"{PROPOSALS}/{proposal['id']}/signatures", "buyer")
    assert done.status_code == 201, done.text
    assert done.json()["written"]["accepted"]
    assert done.json()["proposal"]["entry"] == done.json()["written"]["entry"]
    assert money.market.line(LINE).seq == 0
    assert money.get(PROPOSALS, "buyer").json()["proposals"] == []


def test_an_own_key_signs_the_text_that_it_has_checked(money: MoneyWorld) -> None:
    proposal = proposed(money, OWN_BUYER)
    shown = money.get(f"{PROPOSALS}/{proposal['id']}", "own-buyer").json()
    assert Batch.parse(shown["note"]).parties == (f"{HOST}/tea", OWN_BUYER)
    assert len(parse_base64(shown["seed"])) == 32
    headers = {"Idempotency-Key": "sign", "Content-Type": "text/plain; charset=utf-8"}
    line = money.own_line(shown["note"]).encode()
    done = money.client.post(f"{PROPOSALS}/{proposal['id']}/signatures", content=line, headers=headers)
    assert done.status_code == 201, done.text
    assert done.json()["written"]["accepted"]


def test_an_own_note_proposes_with_one_line_of_two(money: MoneyWorld) -> None:
    body = money.market.terms(OWN_BUYER).to_body()
    batch = money.draft([body], issuer=OWN_BUYER, signers=[f"{HOST}/tea"])
    answer = money.client.post(PROPOSALS, files=money.parts(batch, body), headers={"Idempotency-Key": "p"})
    assert answer.status_code == 201, answer.text
    assert answer.json()["missing"] == [f"{HOST}/tea"]
    done = money.post(f"{PROPOSALS}/{answer.json()['id']}/signatures", "tea")
    assert done.json()["written"]["accepted"], done.text


def test_a_refused_record_is_a_problem_for_the_last_signer(money: MoneyWorld) -> None:
    line = money.agreed()
    body = money.body("GoodsDispatched", line, serials=MANIFEST, event=PROOF)
    proposal = money.post(f"{PROPOSALS}?signer={HOST}/carrier", "tea", body).json()
    done = money.post(f"{PROPOSALS}/{proposal['id']}/signatures", "carrier")
    assert done.json()["refusal"] == "not_funded"
    assert done.json()["position"]


def test_a_signature_under_another_text_is_refused(money: MoneyWorld) -> None:
    proposal = proposed(money, OWN_BUYER)
    headers = {"Idempotency-Key": "sign", "Content-Type": "text/plain"}
    line = money.own_line(str(proposal["note"]).replace("size 1", "size 2")).encode()
    answer = money.client.post(f"{PROPOSALS}/{proposal['id']}/signatures", content=line, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "BatchSignatureWrong")
    assert money.get(f"{PROPOSALS}/{proposal['id']}", "tea").json()["missing"] == [OWN_BUYER]


def test_who_is_not_named_neither_reads_nor_signs(money: MoneyWorld) -> None:
    proposal = proposed(money)
    path = f"{PROPOSALS}/{proposal['id']}"
    assert money.get(path, "stranger").json()["code"] == "ProposalAbsent"
    assert money.get(path, "clock").status_code == 404
    assert money.post(f"{path}/signatures", "stranger").json()["code"] == "ProposalAbsent"
    assert money.client.get(path).status_code == 401


def test_a_proposal_expires(money: MoneyWorld) -> None:
    proposal = proposed(money)
    money.clock.offset_ms += 5 * DAY_MS
    assert money.get(PROPOSALS, "buyer").json()["proposals"] == []
    late = money.post(f"{PROPOSALS}/{proposal['id']}/signatures", "buyer")
    assert (late.status_code, late.json()["code"]) == (404, "ProposalAbsent")


def test_signing_again_changes_nothing(money: MoneyWorld) -> None:
    proposal = proposed(money)
    path = f"{PROPOSALS}/{proposal['id']}/signatures"
    assert money.post(path, "tea").json()["written"] is None
    first, again = money.post(path, "buyer").json(), money.post(path, "buyer").json()
    assert again["written"]["repeated"]
    assert again["written"]["verdicts"] == first["written"]["verdicts"]


def test_the_same_proposal_under_one_key_is_made_once(money: MoneyWorld) -> None:
    body = money.market.terms(BUYER).to_body()
    answers = [money.post(f"{PROPOSALS}?signer={BUYER}", "tea", body, key="p") for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert len(money.get(PROPOSALS, "buyer").json()["proposals"]) == 1


def test_proposals_that_cannot_be_are_refused(money: MoneyWorld) -> None:
    body = money.market.terms(BUYER).to_body()
    assert money.post(PROPOSALS, "tea", body).json()["code"] == "ProposalAlone"
    assert money.post(f"{PROPOSALS}?signer={HOST}/nobody", "tea", body).json()["code"] == "PartyNotAdmitted"
    assert money.post(f"{PROPOSALS}?signer={BUYER}", "tea", b'{"type":"OrderAgreed"}').json()["code"] == "BodyMemberMissing"
    assert money.post(f"{PROPOSALS}?signer={BUYER}", "own-buyer", body).json()["code"] == "NoHeldKey"
    many = "&".join(f"signer={HOST}/p{number}" for number in range(16))
    assert money.post(f"{PROPOSALS}?{many}", "tea", body).json()["code"] == "RequestMalformed"


def test_a_line_of_a_stranger_in_a_proposed_note_is_refused(money: MoneyWorld) -> None:
    body = money.market.terms(BUYER).to_body()
    batch = money.draft([body], issuer=f"{HOST}/tea", signers=[BUYER])
    note = sign_note(batch.text, [money.own]).to_bytes()
    parts = {"note": ("note", note), "seed": ("seed", SEED), "document": ("document", body)}
    answer = money.client.post(PROPOSALS, files=parts, headers={"Idempotency-Key": "p"})
    assert (answer.status_code, answer.json()["code"]) == (403, "SignatureLinesWrong")
