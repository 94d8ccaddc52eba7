"""Plain words for specializations: heart means Cardiology. Pure."""

from collections.abc import Iterable

from services.names.folding import folded

# The usual name first, then other names that clinics use; then the words that people say instead.
_TABLE: tuple[tuple[tuple[str, ...], str], ...] = (
    (("Allergology", "Allergology and immunology", "Immunology"), "allergy allergies allergist hay-fever"),
    (("Cardiology",), "heart hearts cardiac cardiologist heart-disease blood-pressure"),
    (("Dentistry", "Dental medicine"), "tooth teeth dental dentist gums mouth"),
    (("Dermatology",), "skin dermatologist rash acne hair nails moles"),
    (("Endocrinology", "Diabetology"), "diabetes hormone hormones thyroid gland glands endocrinologist"),
    (
        ("Otorhinolaryngology", "ENT", "Otolaryngology", "Ear, nose and throat", "Ear, nose, throat"),
        "ear ears nose throat ent ear-nose-throat ear-nose-and-throat hearing sinus sinuses tonsils",
    ),
    (("Gastroenterology",), "stomach gut bowel bowels belly tummy digestion digestive gastro intestines"),
    (
        ("General medicine", "Family medicine", "General practice"),
        "gp family general family-doctor general-practitioner general-practice family-medicine flu cold",
    ),
    (("Geriatrics",), "old-age elderly older-people seniors aged"),
    (
        ("Gynaecology", "Gynaecology and obstetrics", "Obstetrics and gynaecology"),
        "woman women womens women's-health gynaecologist gynecologist gynae gyn period periods",
    ),
    (
        ("Obstetrics", "Obstetrics and gynaecology", "Gynaecology and obstetrics", "Gynaecology"),
        "pregnancy pregnant birth childbirth maternity obstetrician antenatal",
    ),
    (("Haematology", "Hematology"), "blood haematologist hematologist anaemia anemia"),
    (("Hepatology", "Gastroenterology"), "liver"),
    (("Nephrology",), "kidney kidneys renal nephrologist dialysis"),
    (
        ("Neurology",),
        "nerve nerves brain head headache headaches migraine neurologist epilepsy stroke nervous-system",
    ),
    (("Oncology",), "cancer tumour tumor tumours tumors oncologist"),
    (("Ophthalmology",), "eye eyes vision sight glasses ophthalmologist eye-sight"),
    (
        ("Orthopaedics", "Orthopedics"),
        "bone bones joint joints back spine knee knees hip hips fracture fractures orthopaedist orthopedist",
    ),
    (
        ("Paediatrics", "Pediatrics"),
        "child children childrens kid kids baby babies infant infants paediatrician pediatrician",
    ),
    (("Physiotherapy",), "physio physiotherapist physical-therapy"),
    (
        ("Psychiatry", "Psychotherapy", "Psychology"),
        "mental mental-health mind depression anxiety psychiatrist mood",
    ),
    (("Psychology", "Psychotherapy"), "psychologist"),
    (("Pulmonology", "Pneumology", "Respiratory medicine"), "lung lungs chest breathing asthma respiratory"),
    (("Rheumatology",), "rheumatism arthritis rheumatologist rheuma gout"),
    (("Urology",), "bladder prostate urine urinary urologist men mens men's-health"),
    (("Vascular surgery", "Vascular medicine"), "vein veins artery arteries varicose-veins"),
)
# Words that may stand around the word that matters.
AROUND = {"doctor", "doctors", "dr", "specialist", "specialists", "clinic", "medicine", "care", "health"}
AROUND |= {"problem", "problems", "disease", "diseases", "pain", "for", "my", "the", "a", "an", "s"}


def _plain(text: str) -> str:
    return folded(text.replace("'", " ").replace("’", " "))


_MEANT: dict[str, tuple[str, ...]] = {
    _plain(word): names for names, words in _TABLE for word in words.split()
}
# All names; enumerations such as "Ear, nose, throat" are left out.
NAMES = tuple(dict.fromkeys(name for names, _ in _TABLE for name in names if "," not in name))
USUAL = tuple(dict.fromkeys(names[0] for names, _ in _TABLE))


def meant(text: str) -> tuple[str, ...]:
    """Return the names of the specialization that plain words mean, the usual one first; or nothing.

    Heart, heart doctor and my heart mean Cardiology; heart surgery means nothing here.
    """
    words = _plain(text)
    if words in _MEANT:
        return _MEANT[words]
    return _MEANT.get(" ".join(word for word in words.split() if word not in AROUND), ())


def meant_among(text: str, names: Iterable[str]) -> list[str]:
    """Return those of the `names` that plain words mean, in the order of `meant`."""
    there = {folded(name): name for name in names}
    return [there[key] for name in meant(text) if (key := folded(name)) in there]
