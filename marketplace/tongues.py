"""In which language is a text written? By its small words, and by letters that no other of these languages has: enough to notice a wrong
one, two at once, or one that nobody here matches. Five neighbours are known by name, so that Czech is not taken for Slovak.

A guess is made only where it is plain. What is short, or mixed with names, gets none, and nobody is held up.
"""

import re
from collections import Counter

from academy.kernel.i18n import NATIVE_NAMES, Sentence, say
from academy.organisations.territories import Tongue
from academy.retrieval.stems import words

_SMALL = {
    "en": "the of and to in a is for we it that our are on with as be this have who not or they can one from by at an which their what you "
    "do no there has was were if them how all but more than some when would will could where nobody somebody",
    "it": "di e il la che è per un una in con non sono del della dei delle gli le i lo da al alla ai alle si a nel nella come chi ci più o "
    "ma se anche su noi dal dalla tra quando loro ha hanno questo questa cui degli dopo senza ogni nostro nostra nostri dello l un' dell "
    "all nell che cosa vorremmo cerchiamo nessuno già fino",
    "de": "der die das und in zu den mit von für ist wir nicht ein eine sich auf auch es an als dem im so aus bei oder wie einen einer nach "
    "zum zur wird haben sie unsere unser ihre über um sind kann können was wer aber nur noch vor durch keine",
    "hu": "a az és hogy nem is egy meg van de mi vagy ez azt ha csak el már még ki olyan mint nem minden fel nekünk akik ami amely kell "
    "lehet után között nincs sem ezt erre alatt szeretnénk keresünk több ahol majd akkor nagyon vannak volt amit ott itt hozzá",
    "sl": "in je na za se da so ki z v s po pri ne tudi kot ali pa bi smo od do iz o jih kako ter če ni naš naše naši vsak lahko brez med "
    "kjer nam jim še samo že sem ima imamo imajo iščemo ljudi tem teh",
    "sk": "a v sa na je so si to že by ako do pre od pri po ale aj nie sú za sme z zo ktoré ktorý ktorí ktorá ich nás čo alebo bez kde už "
    "iba len keď tak nám im má máme majú môže hľadáme každý u o k ktorej ktorých vo ku",
    "pl": "i w na z do się nie że jest to o za dla po jak od przez są a co ale tak już lub ich nas nam im które który którzy bez przy "
    "może można tylko ze oraz mają mamy gdzie być nasze nasz szukamy każdy także kiedy czy u jeszcze",
}
# languages that the academy does not compare, and that would be taken for one of its own
_NEIGHBOURS = {
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre "
    "cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque qué sólo han yo hay vez puede todos así nos "
    "ni parte tiene él uno donde bien tiempo mismo ese ahora cada e vida otro después te otros aunque esa eso hace otra gobierno tan "
    "durante siempre día tanto ella tres sí dijo gran buscamos tenemos necesitamos queremos ofrecemos nuestra nuestro nuestros nuestras "
    "somos quien quienes nadie hacer",
    "hr": "i u je na se da za su od s a koji o koja koje kao što ili ali nije iz do samo te po kako bi će sve ne ako bez kod ima smo već još "
    "nakon kada zbog prema oni ona mi vi nas nam naš naša naše naši svi može mogu treba imamo tražimo nudimo želimo trebamo kroz među ni "
    "sa gdje netko nitko ljudi ljudima tjedno tjednu djecu djeca djece sat sata poslije prije uz također jer",
    "cs": "a v se na je že s z o do i to k ve pro za by ale si po jako který která které jsou jsme ze od aby nebo být není také už když co "
    "jak tak či jen při ke více jejich nás nám náš naše naši má mají máme může můžeme mohou kteří kde bez nad pod mezi před hledáme "
    "potřebujeme nabízíme chceme lidí lidé lidem dětí děti každý každé své svůj jejíž byl byla bylo proto protože někdo nikdo něco",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont la avec aux d l n s c qu ou mais "
    "comme nous vous ils elle on leur leurs notre nos votre ces cette son sa ses être avoir fait tout tous deux aussi très sans entre "
    "après où chez cherchons avons sommes voulons proposons besoin ni même chaque peu peut",
    "ro": "de și în a la cu pe o un să nu se este că din pentru care mai sunt dar sau au ca ce prin lui fi după până fără noi ei lor cei cele "
    "al ale ai unei unui această acest aceste acești le ne ni iar când unde cum foarte doar între fiecare avem căutăm oferim dorim "
    "nevoie noastră nostru noștri noastre oameni oamenilor oamenii copii copiii nimeni cineva ori după săptămână",
}
OWN = frozenset(_SMALL)
SMALL = {code: frozenset(some.split()) for code, some in (_SMALL | _NEIGHBOURS).items()}
# a word with one of these is of that language as much as a small one
LETTERS = {code: frozenset(letters) for code, letters in {
    "de": "ß", "hu": "őű", "sk": "ľĺŕô", "pl": "ąęłńśźż", "es": "ñ", "hr": "đ", "cs": "řěů", "fr": "çœêâ", "ro": "ăâșțşţ",
}.items()}  # fmt: skip
_NONE: frozenset[str] = frozenset()

ENOUGH = 25  # words, before anything is said
PLAIN = 0.20  # so many of the words of a text are small ones of its language, at least
AHEAD = 1.5  # and so many times those of any other
STRANGE = 0.12  # and here so few are of any of the seven that it is in none
SECOND = 0.30  # share of the text that is in another language
SENTENCE = 6  # words, below which a sentence is in no language

_END = re.compile(r"(?<=[.!?…])\s+|\n+")


def small_words(text: str) -> dict[str, float]:
    """Of each language: which share of the words of the text are its small words, or have letters that it alone has."""
    said = words(text)
    return {
        code: sum(word in some or not LETTERS.get(code, _NONE).isdisjoint(word) for word in said) / len(said)
        if said
        else 0.0
        for code, some in SMALL.items()
    }


def language_of(text: str) -> str:
    """The language a text is plainly in; empty where that can't be said."""
    shares = sorted(((share, code) for code, share in small_words(text).items()), reverse=True)
    (first, code), (second, _other) = shares[:2]
    return code if first >= PLAIN and first >= AHEAD * second else ""


def is_in_none(text: str) -> bool:
    """Long enough to say so, and plainly in another language, or with hardly a small word of any of the seven."""
    if len(words(text)) < ENOUGH:
        return False
    own = max(share for code, share in small_words(text).items() if code in OWN)
    return own < STRANGE or bool((code := language_of(text)) and code not in OWN)


def languages_in(text: str) -> list[str]:
    """Those that a good part of the text is in, the most frequent first: two where somebody wrote the same twice."""
    found: Counter[str] = Counter()
    for sentence in _END.split(text):
        number = len(words(sentence))
        if number >= SENTENCE and (code := language_of(sentence)):
            found[code] += number
    whole = sum(found.values())
    return [code for code, number in found.most_common() if whole >= ENOUGH and number >= SECOND * whole]


def doubt(text: str, language: str) -> Sentence | None:
    """What speaks against the language that was chosen; plain enough to ask before it is public."""
    if len(words(text)) < ENOUGH:
        return None
    if is_in_none(text) and language not in languages_in(text):
        return say(
            "This seems to be in a language that the academy does not compare. Write it in one of these: %(languages)s.",
            languages=", ".join(NATIVE_NAMES[code] for code in _SMALL),
        )
    spoken = language_of(text)
    if spoken in OWN and spoken != language and language not in languages_in(text):
        return say("This reads like %(language)s. Choose the language that it is written in.", language=Tongue(spoken))
    return None


def advice(text: str) -> Sentence | None:
    """Two languages in one text: possible, but each half is heard worse."""
    spoken = languages_in(text)
    if len(spoken) < 2:
        return None
    return say(
        "This is written in two languages, %(one)s and %(other)s. It is found and compared better in one; say below in which "
        "languages people can write to you, and write the same again as a post of its own if you like.",
        one=Tongue(spoken[0]),
        other=Tongue(spoken[1]),
    )
