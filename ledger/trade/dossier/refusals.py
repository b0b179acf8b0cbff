"""Why a dossier record is refused although it is well-formed: one class per reason."""

from __future__ import annotations

from ledger.errors import Absent, SuyuanError, Unprocessable, Untrusted


class DossierRefused(SuyuanError):
    """Marks what the rules of the dossier refuse; never raised itself."""

    title = "the rules of who may say what of goods and parties refuse it"


class DescribedByAnother(Untrusted, DossierRefused):
    title = "a party describes only itself"


class WithdrawnByAnother(Untrusted, DossierRefused):
    title = "a statement is withdrawn by whoever made it; an inspection by an authority too"


class RecallByStranger(Untrusted, DossierRefused):
    title = "goods are recalled by their brand, a maker of all of them, an inspector, customs or an authority"
    default_hint = "ask the brand or an authority; or report a test of the goods"


class RecallEndedByAnother(Untrusted, DossierRefused):
    title = "a recall is ended by whoever issued it, or by an authority"


class LicenceOfOneself(Untrusted, DossierRefused):
    title = "nobody checks its own licence"


class ExaminerNotIndependent(Untrusted, DossierRefused):
    """`wanted` says what ties the examiner to the brand, the maker or the party."""

    title = "an examiner is one interest with those whose goods or affairs it examines"
    default_hint = "have it examined by somebody independent; say it as a description if you are the seller"


class NamedRecordAbsent(Absent, DossierRefused):
    title = "the record that this one names does not stand in this ledger, or was erased"


class NamedRecordWrong(Unprocessable, DossierRefused):
    title = "the record that this one names is of another type"


class SerialsOfAnothersBrand(Untrusted, DossierRefused):
    title = "serial numbers of a licensed brand's goods are issued by that brand, or by who belongs to it"
    default_hint = "let the brand issue them; who makes goods for it signs the events"


class TypeHasItsOwnWay(Unprocessable, DossierRefused):
    title = "records of this type are not posted: the ledger writes them in a way of their own"
