"""Words that end with a full stop where no sentence does, and words that begin sentences, in the languages of the news.

In small letters, without the full stop. Only lists, used by `sentences`.
"""

from __future__ import annotations


def _words(*lists: str) -> frozenset[str]:
    return frozenset(word for words in lists for word in words.split())


# Before a name, or before the word that they belong to: no sentence ends with one.
LEADING = _words(
    "mr mrs ms messrs dr drs prof rev hon pres sen rep gov gen col lt sgt cpl pvt capt cmdr cdr adm maj brig supt insp",
    "det ald amb atty mt ft approx est cf eg ie viz dist inf",
    "bzw sog bspw evtl ggf inkl exkl vgl zzgl abzgl ehem geb gest verh hrsg dipl ing frl mio mrd tsd",
    "mme mmes mlle mlles mgr env",
    "sra srta sres dra dña gral cnel ud uds lic arq avda sig sigg dott avv on exmo dhr mevr",
    "ul al tzw inż mgr hab płk kpt godz ok sn doç bl ca",
    "им напр проф акад ул вул пл просп бул пер обл рис см ср ген полк полковн инж канд св",
)
# They end a sentence if what begins one follows.
LATE = _words(
    "inc ltd co corp bros jr sr esq vs etc dept div univ assn ave blvd rd st ste",
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun",
    "usw str tel jh bd av ee uu cía pág ecc enz bijv tys mld zł kr",
    "гг др пр стр чел экз т тт д кв п пп ст рр",
)
# Units behind a number: they end a sentence if any capital letter follows.
UNITS = _words("тыс тис млн млрд руб грн коп сек мин час чел г р м")
# Before a number.
NUMBERED = _words("no nos nr nrs núm num art abs fig figs vol vols pp ch sec pt pg ст рис табл пп")
# In front of a letter, or a short word, that is a name of its own: Group D., Plan B., vitamin C.
LABELS = _words(
    "group plan vitamin grade class type category section appendix block wing gate terminal hepatitis team serie",
    "series schedule article annex zone sector area level part phase stage pool option",
    "version point route line exhibit model",
    "gruppe gruppen klasse anhang typ kategorie stufe groupe plan catégorie annexe grupo categoría gruppo gruppe grupa",
    "группа группы группе группой группу гепатит гепатита витамин план группі група групи",
)
# Behind a number with a full stop: the 3rd of October.
AFTER_ORDINALS = _words(
    "januar jänner februar märz april mai juni juli august september oktober november dezember",
    "jahrhundert jahrhunderts weltkrieg weltkriegs",
)
# Before such a number, where no sentence begins behind it.
BEFORE_ORDINALS = _words(
    "am der die das dem den des vom zum zur im bis ab seit beim einer jeder jede jeden nach vor und d kl dne",
)
# What sentences begin with, and names do not; without what is a name's particle in some language (le, la, de, van).
BEGINNINGS = _words(
    "the a an it its he she they we you i in on at by for from with without to of as but and or so if when while after",
    "before since until though although because this that these those there here his her their our my your one both",
    "all some many most few several not now then today yesterday tomorrow what who why how where which whose nobody",
    "nothing everyone everybody anyone such other others another meanwhile however still yet only even just also more",
    "under during between about despite according last next no-one neither either each every two three four five six",
    "der die das ein eine einer er sie es wir ich im am an auf mit nach bei für aber und oder doch wenn als da dann",
    "dort hier dies diese dieser dieses nun auch nur noch jetzt seit aus über unter vor um durch wer was wie wo",
    "warum zwei",
    "les un une il elle ils elles nous vous je ce cette ces dans sur pour par avec mais et ou si quand puis depuis",
    "selon après avant qui que où cela plus tout",
    "él ella ellos en con por para pero y cuando según tras desde este esta esto su sus se lo una unos",
    "gli nel nella ma quando dopo questo questa em ele ela eles mas",
    "он она они оно это этот эта в во на по с со и а но как что если когда после до затем там здесь теперь так все его",
    "её ее их мы вы я у к о об от за из при для также он позже",
    "він вона вони це цей ця та і й але якщо коли після потім тут тепер його її їх ми ви з із зі про також щоб",
)
