"""Which words of a text say what it is about?

Those of four letters and more that are neither grammar nor said in every need and every offer, each under its stem, in the language of the
text. Two texts are compared by these stems and by the groups of three letters in them: no resource of a language is needed for that, and
`volontari` and `volunteers` are still a little alike.
"""

from collections.abc import Iterable

from academy.retrieval.stems import folded, forms, words
from marketplace.models import Listing

SHORTEST = 4
MOST = 60

_LITTLE = """
about after again also another around because been before being between both could does doing down during each
every find from give giving have having here into itself just keep like look looking make many more most much
must need needed needs never offer offered offering offers often only other others over please same should
since some such take than that their them then there these they thing things this those through time under
until very want wanted wants well were what when where which while will with within without work would your
yours ours people help year years month months week weeks three four five seven eight nine eleven twelve
somebody anybody everybody nobody nothing something anything everything know known good best first last less
even ever away back come comes goes going next whole
abbiamo agli alcuni alla alle allo altra altre altri altro anche ancora avere bisogno cercano cercare
cerchiamo cerco chiediamo come cosa così dagli dalla dalle dallo davvero degli della delle dello dentro dopo
dove essere facciamo fare fino fuori grazie hanno insieme invece loro meno mesi mettiamo molta molte molti
molto negli nella nelle nello nessun niente noi nostra nostre nostri nostro offerta offre offriamo ogni oltre
oppure ormai perché persona persone però piccola piccolo possiamo possono prima proprio qualche quando quanto
quella quelle quelli quello questa queste questi questo quindi senza serve servono siamo sempre solo sono
sotto sopra stata stato sugli sulla sulle sullo tanti tutta tutte tutti tutto ultimi uno usare vari verso
vogliamo volta anni anno settimana settimane volte aiuto quattro cinque sette otto nove dieci undici dodici
qualcuno qualcosa nulla tanto tanta meglio bene
aber alle allen auch auf aus bieten brauchen damit dann dass dazu deine denn dieser diese dieses doch durch
eine einem einen einer eines etwas für gegen haben hier ihre ihrem ihren immer jede jeden jeder kann keine
können mehr mit nach nicht noch nur oder ohne schon sehr sein seine sich sind suchen über und uns unser unsere
unserem unseren unter viele vom von vor wann warum weil wenn werden wie wieder wird wir woche wurde zum zur
zwei zwischen jahr jahre menschen drei vier fünf sechs sieben acht neun zehn elf zwölf jemand niemand nichts
alles gibt gerne
akik amely amelyek annak azok azon csak de egy egyik ehhez ennek erre ezek fel hanem hogy hozzá igen ilyen
keresünk kell kellene ki kínálunk között lehet lenne majd mert minden mint mivel most nagyon nálunk nem néhány
olyan segítség számára szeretnénk szükség szükségünk után vagy vagyunk valamint van vannak volt
ampak brez bila bili bilo celo danes dela drug drugi glede imajo imamo iščemo ker kako kateri katera katere
kjer lahko leta letih med mora morajo naj naša naše naši nekaj nismo njih nudimo oziroma pred preko prosimo
samo smo potrebujemo tudi toda tega tisti tiste vedno vendar več vse vseh zaradi zato želimo ljudi ljudje
alebo ako aby bola boli bolo budú ďalší hľadáme iba jeho jej každý kde keď kedy ktorá ktoré ktorí ktorý lebo
len majú máme medzi môže môžu musí naša naše naši nášho niečo oproti počas ponúkame potrebujeme pred preto
pretože pri rokov roky sme svoje tiež toto všetci však viac ľudí
albo bardzo będzie bez była były było chcemy czyli dla dlaczego gdzie jako jest jeszcze jego jej każdy które
którzy która który lub mają mamy może mogą nas nasz nasza nasze nimi oferujemy oraz ponieważ potrzebujemy
przed przez przy są szukamy się swoje tego też tylko wszystkie zawsze także ludzi osób
"""

LITTLE = frozenset(folded(word) for word in _LITTLE.split())


def telling_words(text: str, language: str) -> dict[str, str]:
    """Stem -> the word as it stands first, for at most MOST of them, in their order."""
    found: dict[str, str] = {}
    for word in words(text):
        plain = folded(word)
        if len(plain) < SHORTEST or plain in LITTLE or plain.isdigit():
            continue
        found.setdefault(forms(word, language)[-1], word)
        if len(found) == MOST:
            break
    return found


def words_of(listing: Listing, *, opening: int = 600) -> dict[str, str]:
    """What a listing is about, in words: its title, its summary and how its description begins."""
    return telling_words(f"{listing.title}. {listing.summary}. {listing.body[:opening]}", listing.language)


def words_of_title(listing: Listing) -> list[str]:
    return [*telling_words(listing.title, listing.language)]


def threes(stems: Iterable[str]) -> frozenset[str]:
    """The groups of three letters in these stems, the edges of each counted."""
    return frozenset(f" {stem} "[place : place + 3] for stem in stems for place in range(len(stem)))
