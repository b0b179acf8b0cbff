"""Words of the GS1 Core Business Vocabulary 2.0 by field, and the GS1 contexts that explain them.

Source: facts of the EPCIS 2.0 standard and CBV 2.0, as enumerated by their published JSON schema and JSON-LD context.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_CBV: Final = "https://ref.gs1.org/cbv/"
_VOC: Final = "https://gs1.org/voc/"
# Spellings the JSON binding refuses, because it has a bare word for the same.
_CBV_REFUSED: Final = ("urn:epcglobal:cbv", "http://ns.gs1.org/cbv/", "https://ns.gs1.org/cbv/")
_VOC_REFUSED: Final = ("http://gs1.org/voc/", "https://gs1.org/voc/", "http://www.gs1.org/voc/", "https://www.gs1.org/voc/")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What one field may say.

    Args:
        words: the bare words.
        spelt_out: other spellings of the same words, as a start that one of the words must follow.
        refused: starts of URIs that this field does not take.
        unknown: finding code for what is neither word nor acceptable URI.
        stranger: finding code for a bare word that is not in the list, where such a word is only marked.
    """

    words: frozenset[str]
    spelt_out: tuple[str, ...]
    refused: tuple[str, ...]
    unknown: str
    stranger: str = ""

    def knows(self, value: str) -> bool:
        """Whether `value`, a URI or CURIE, spells out one of the words."""
        return any(value.startswith(start) and value[len(start) :] in self.words for start in self.spelt_out)

    def word_for(self, value: str) -> str | None:
        """The bare word a refused spelling most likely means."""
        for part in (value.rpartition(":")[2], value.rpartition("/")[2], value.rpartition("-")[2]):
            if part in self.words:
                return part
        return None


def _cbv(words: str, kind: str, unknown: str) -> Vocabulary:
    return Vocabulary(frozenset(words.split()), (f"{_CBV}{kind}", f"cbv:{kind}"), _CBV_REFUSED, unknown)


def _voc(words: str, unknown: str, stranger: str = "") -> Vocabulary:
    return Vocabulary(frozenset(words.split()), ("gs1:",), _VOC_REFUSED, unknown, stranger)


BIZ_STEP: Final = _cbv(
    """accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
    decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting installing
    killing loading other packing picking receiving removing repackaging repairing replacing reserving retail_selling
    sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting unloading unpacking
    void_shipping""",
    "BizStep-",
    "BizStepUnknown",
)
DISPOSITION: Final = _cbv(
    """active available completeness_inferred completeness_verified conformant container_closed container_open damaged
    destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance
    mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled
    reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown""",
    "Disp-",
    "DispositionUnknown",
)
BIZ_TRANSACTION_TYPE: Final = _cbv(
    "bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt",
    "BTT-",
    "BizTransactionTypeUnknown",
)
SOURCE_DESTINATION_TYPE: Final = _cbv("location owning_party possessing_party", "SDT-", "SourceDestinationTypeUnknown")
ERROR_REASON: Final = _cbv("did_not_occur incorrect_data", "ER-", "ErrorReasonUnknown")
COMPONENT: Final = _cbv(
    """altitude axial_distance azimuth easting elevation_angle height latitude longitude northing polar_angle
    spherical_radius x y z""",
    "Comp-",
    "ComponentUnknown",
)
MEASUREMENT_TYPE: Final = _voc(
    """AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
    AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance Conductance
    Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity ElectricCharge
    ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency Illuminance Inductance
    Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux LuminousIntensity MagneticFlux
    MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate MassPerAreaTime MemoryCapacity
    MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux RadiantIntensity Radioactivity
    RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time
    Torque Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber""",
    "MeasurementTypeMalformed",
    "MeasurementTypeUnknown",
)
ALERT_TYPE: Final = _voc("ALARM_CONDITION ERROR_CONDITION", "AlertTypeUnknown")

ACTIONS: Final = ("OBSERVE", "ADD", "DELETE")

CONTEXT_SHA256: Final = bytes.fromhex("14b10c9d3e92d35f577bfc610fe5ec15aa2941124987919389d7cd9998516861")
PINNED_CONTEXTS: Final[Mapping[str, bytes]] = MappingProxyType(
    {
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld": CONTEXT_SHA256,
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld": CONTEXT_SHA256,
    }
)
"""GS1's context in its two spellings, with the SHA-256 of the bytes behind them."""

CONTEXT_PREFIXES: Final = frozenset({"epcis", "cbv", "cbvmda", "gs1", "rdfs", "owl", "xsd", "dcterms"})
"""What GS1's context declares."""
