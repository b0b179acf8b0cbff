"""Why a file is not kept beside the ledger: one class per reason."""

from __future__ import annotations

from ledger.errors import Malformed, MediaTypeUnsupported, TooLarge, Unprocessable


class MediaKindRefused(MediaTypeUnsupported):
    title = "files of this kind are not kept beside the ledger"
    default_hint = "send a JPEG, PNG or WebP picture, a PDF document, or a 3D model as GLB"


class MediaTypeContradicted(MediaTypeUnsupported):
    title = "the file is not what its name or its header says"
    default_hint = "what the bytes are counts: name the file, or its Content-Type, after that"


class MediaTooLarge(TooLarge):
    title = "the file is larger than may be kept beside the ledger"


class MediaMalformed(Malformed):
    title = "the file does not follow the format that it begins with"
    default_hint = "open it in the program that made it, and export it again"


class MediaAnimated(Unprocessable):
    title = "a picture that moves is not kept as a picture"
    default_hint = "export one frame of it"


class PictureTooLarge(TooLarge):
    title = "the picture has more pixels than are shown"
    default_hint = "scale it down"


class PdfActive(Unprocessable):
    title = "the document can do something of its own when it is opened, or carries other files"
    default_hint = "print it into a new PDF, which leaves that out"


class PdfEncrypted(Unprocessable):
    title = "the document is encrypted, so that nobody can see here what is in it"
    default_hint = "save it without a password"


class PdfUninspectable(Unprocessable):
    title = "parts of the document cannot be looked into within the limits"
    default_hint = "print it into a new PDF"


class ModelReachesOut(Unprocessable):
    title = "the 3D model names things outside of itself"
    default_hint = "export it as one GLB with everything embedded"


class ModelBeyondViewer(Unprocessable):
    title = "the 3D model needs more than the viewer of this ledger has"
    default_hint = "export it uncompressed, without bones, as it stands"


class ModelTooComplex(TooLarge):
    title = "the 3D model has more parts than are looked through"


class ModelOutOfScale(Unprocessable):
    title = "the 3D model is no thing of a size that can be shown beside its declared dimensions"
    default_hint = "glTF measures in metres: check the unit of the export"


class MediaTellsPlace(Unprocessable):
    title = "a picture inside the 3D model carries data about how and where it was taken"
    default_hint = "strip its textures and export it again, or keep that on purpose"
