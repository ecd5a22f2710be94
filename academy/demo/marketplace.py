"""What is needed and offered in the demonstration? Invented posts of invented organisations, some of which fit each other."""

from dataclasses import dataclass
from datetime import date, timedelta

from academy.accounts.models import Person
from academy.demo.organisations import ORGANISATIONS, organisation_of
from academy.kernel import clock
from academy.kernel.markup import POST, rendered
from marketplace import commands, queries
from marketplace.commands import Content, Promise
from marketplace.models import Kind, Listing, State

NEED, OFFER = Kind.NEED, Kind.OFFER


@dataclass(frozen=True, kw_only=True)
class Example:
    """A listing as its organisation would write it; place and languages are those of the organisation."""

    of: str
    kind: Kind
    title: str
    summary: str
    body: str
    resources: str
    about: str  # fields and goals
    targets: str
    language: str = "en"
    evidence: str = ""
    tried: str = ""
    better: str = ""
    quantity: str = ""
    conditions: str = "free"
    stage: str = ""
    remote: bool = False
    transferable: bool = False
    months: tuple[int, int] | None = None  # first and last day, in months from now
    standing: bool = False
    on_behalf_of: str = ""
    public_function: str = ""
    source: str = ""
    days_ago: int = 0
    state: State = State.PUBLISHED


EXAMPLES = (
    Example(
        of="Društvo Kolo",
        kind=NEED,
        days_ago=3,
        title="A place where teenagers can repair bicycles after school",
        summary="A warm room of some 40 m² three afternoons a week, and someone who can teach how to true a wheel.",
        body="About forty pupils aged 13 to 17 wait up to ninety minutes for the bus every afternoon. They asked for one thing: "
        "a room with tools.\n\nOur two volunteers have repaired bicycles with them in the schoolyard since April. In winter we "
        "cannot. We are looking for a **warm room** within ten minutes’ walk of the school, from January to May.",
        evidence="Survey of 112 pupils, two talks with parents.",
        tried="Repairing in the schoolyard, April to October.",
        better="Twenty pupils a week, and six of them teaching others by May.",
        quantity="About 40 m², three afternoons a week; tools for six are here, as many are missing",
        resources="space skills equipment",
        about="tso-f sdg-11 sdg-4",
        targets="children",
        stage="prototype",
        months=(1, 6),
    ),
    Example(
        of="Mladinski center Breg",
        kind=OFFER,
        days_ago=6,
        title="Workshop of the youth centre, three afternoons a week",
        summary="A heated room with benches and a stand for bicycles, for groups of teenagers who repair or build something.",
        body="Our workshop is used in the morning and stands empty after two o’clock. There are benches, vices, a bicycle stand and "
        "light. One of us is in the house, the group brings its own adult.\n\nClosed in February for works.",
        evidence="Two groups have used it since 2023; both are still here.",
        quantity="45 m², Monday, Wednesday and Thursday, 14 to 17",
        resources="space equipment",
        about="tso-f tso-a sdg-11",
        targets="children young-people",
        months=(0, 8),
    ),
    Example(
        of="Cooperativa Sottoportico",
        kind=OFFER,
        language="it",
        days_ago=6,
        title="Kit di attrezzi per ciclofficine di quartiere, in prestito",
        summary="Dodici postazioni complete per riparare biciclette, tre mesi alla volta. Vi raccontiamo come abbiamo fatto noi.",
        body="Quattro ciclofficine di quartiere, dal 2016. Ora abbiamo **un kit che gira**: cavalletti, chiavi, smagliacatena, "
        "centraruote. Lo prestiamo per tre mesi a chi comincia, con due giornate insieme per imparare.\n\nChi lo riceve paga il "
        "trasporto e alla fine scrive una pagina su com’è andata.",
        evidence="Quattro quartieri, circa 900 biciclette riparate, una guida pubblicata.",
        quantity="12 postazioni, tre mesi alla volta",
        resources="equipment training",
        about="tso-f sdg-11 sdg-12",
        targets="children everybody",
        standing=True,
        transferable=True,
        stage="scaling",
    ),
    Example(
        of="Društvo Kolo",
        kind=NEED,
        days_ago=12,
        title="Teenagers can change a tyre, and nobody can teach them to true a wheel",
        summary="Somebody with patience and skill, one afternoon every second week, for a group of eight.",
        body="The older ones would like to learn what we cannot teach: wheels, gears, brakes. We look for a craftsman or "
        "craftswoman, retired or not, who likes teenagers.",
        quantity="One afternoon every second week",
        resources="skills mentoring volunteers",
        about="tso-b sdg-4",
        targets="children",
        conditions="reimbursed",
        months=(1, 6),
    ),
    Example(
        of="Nachbarschaftswerk Linz",
        kind=OFFER,
        language="de",
        days_ago=20,
        title="Pensionierte Handwerkerinnen und Handwerker geben ihr Wissen weiter",
        summary="Zwölf Menschen, die ein Leben lang repariert haben, kommen für einige Nachmittage in Schulen und Jugendzentren.",
        body="Mechaniker, Tischlerin, Elektriker: Sie bringen Geduld mit und freuen sich über junge Leute, die es wissen wollen. "
        "Wir vermitteln, begleiten den ersten Besuch und bleiben erreichbar. Räder, Holz, Kabel.",
        evidence="Seit 2018 in vierzehn Schulen und drei Jugendzentren.",
        resources="skills mentoring volunteers",
        about="tso-b tso-h sdg-4",
        targets="children young-people older-people",
        conditions="reimbursed",
        transferable=True,
    ),
    Example(
        of="Základná škola Pri potoku",
        kind=NEED,
        days_ago=5,
        title="Parents who disagree have no place to talk it over",
        summary="We know how to invite; we do not know how to lead a table of parents who disagree. Five tables in the school hall.",
        body="A second language at school, mobile phones, the new timetable: every meeting ends in two camps. We would like to hold an "
        "evening with **five tables**, each led by somebody who can listen, and to learn how to do it ourselves next time.",
        evidence="Four meetings since 2025; in the last one a third of the parents left early.",
        tried="An open discussion with a microphone.",
        better="Parents come to a second evening, and two of them lead a table.",
        quantity="Five hosts for one evening, and a day of training",
        resources="skills training volunteers",
        about="tso-b tso-g sdg-4 sdg-16",
        targets="families staff",
        conditions="reimbursed",
        months=(2, 5),
    ),
    Example(
        of="Nachbarschaftswerk Linz",
        kind=OFFER,
        days_ago=9,
        title="We lead tables where people disagree, and teach others how",
        summary="Hosts for difficult conversations: a day of training on the spot or by video, and company on the evening itself.",
        body="Since 2009 we have held some two hundred evenings on things that divide a neighbourhood: a refugee home, a school, a "
        "playground. We train **hosts for tables** of six to eight people, come along the first time, and give you our plans.",
        evidence="About 200 evenings; a guide in German and English.",
        resources="training skills mentoring",
        about="tso-g tso-b sdg-16",
        targets="staff families",
        conditions="reimbursed",
        remote=True,
        transferable=True,
        stage="scaling",
    ),
    Example(
        of="Győri Diáktanács",
        kind=NEED,
        days_ago=11,
        title="Pupils never hear what became of their proposals",
        summary="Forty proposals to the city council since March and one letter of thanks. We want a public answer to each.",
        body="We collect proposals in eleven schools and hand them to the council. Then nothing is heard. We look for a simple way to "
        "show each proposal, where it stands and who is dealing with it, that a class can keep up to date.",
        evidence="Forty proposals, one answer. Interviews with sixty pupils.",
        tried="A wall in the town hall; it was taken down in the summer.",
        better="An answer to every proposal within three months.",
        resources="technology skills partner",
        about="tso-g sdg-16",
        targets="children young-people",
        remote=True,
    ),
    Example(
        of="Stadtteilwerkstatt Ostlicht",
        kind=OFFER,
        language="de",
        days_ago=15,
        title="Offene Software, die zeigt, was aus Vorschlägen geworden ist",
        summary="Eine kleine Anwendung für Räte und Schulen: jeder Vorschlag, sein Stand und die Antwort. Frei, mit Einrichtung.",
        body="Für unseren Stadtteilrat gebaut, seit zwei Jahren in Betrieb, auf Deutsch und Englisch. Wir richten sie ein, zeigen in "
        "zwei Stunden per Video, wie man sie pflegt, und helfen beim Übersetzen.",
        evidence="Drei Stadtteilräte, 240 Vorschläge, 87 % beantwortet.",
        resources="technology training",
        about="tso-g sdg-16 sdg-11",
        targets="everybody young-people",
        remote=True,
        transferable=True,
        stage="scaling",
    ),
    Example(
        of="Győri Diáktanács",
        kind=NEED,
        days_ago=2,
        title="Sixteen-year-olds have ideas for the summer and no money of their own",
        summary="Small sums for ten projects that young people lead themselves, and an adult who believes in them.",
        body="Last summer three groups painted, cooked and read aloud, and paid for it from their pockets. This year twelve groups would "
        "like to. Between 200 and 600 € for each is enough, and somebody who asks how it goes.",
        quantity="4,000 € for ten to twelve small projects",
        resources="funding mentoring",
        about="tso-h tso-a sdg-4 sdg-11",
        targets="young-people children",
        months=(5, 9),
    ),
    Example(
        of="Fondazione Ponte Lungo",
        kind=OFFER,
        language="it",
        days_ago=8,
        title="Piccoli contributi per progetti guidati da giovani",
        summary="Da 500 a 3.000 euro, domanda di una pagina, risposta in quattro settimane. E una persona che vi segue per un anno.",
        body="Finanziamo chi ha tra i 15 e i 25 anni e un’idea per il posto in cui vive. Niente rendiconti infiniti: tre foto, una "
        "pagina e una telefonata. Accettiamo domande in italiano, inglese e sloveno da chi sta vicino al confine e da più lontano.",
        evidence="64 progetti dal 2019; due su tre continuano.",
        quantity="Da 500 a 3.000 € per progetto",
        resources="funding mentoring",
        about="tso-h tso-a sdg-4",
        targets="young-people",
        remote=True,
        transferable=True,
    ),
    Example(
        of="Cooperativa Sottoportico",
        kind=NEED,
        language="it",
        days_ago=4,
        title="Facciamo tanto e non sappiamo dire che cosa cambia",
        summary="Chi coordina i volontari vorrebbe imparare a misurare pochi effetti, bene, senza diventare un ufficio.",
        body="Ciclofficine, cene, giornale: i numeri li abbiamo, ma quando ci chiedono **che cosa è cambiato** per le persone "
        "raccontiamo aneddoti. Cerchiamo qualcuno che ci aiuti a scegliere tre indicatori e a raccoglierli con i volontari.",
        evidence="Due bandi persi con la stessa nota: «impatto non dimostrato».",
        better="Tra sei mesi tre indicatori raccolti da noi, capiti da tutti.",
        resources="training mentoring data",
        about="tso-k tso-h sdg-17",
        targets="staff",
        conditions="reimbursed",
        remote=True,
    ),
    Example(
        of="Mérték Műhely",
        kind=OFFER,
        days_ago=14,
        title="Two days to choose what to measure, with your own people",
        summary="We help small organisations to measure the impact they care about: few indicators, collected by volunteers.",
        body="On the first day we draw what you believe changes, on the second we choose **three indicators** and try them. After six "
        "months we look together at what came out. By video or in your rooms; sheets and examples are yours to keep.",
        evidence="31 organisations in four countries since 2021.",
        resources="training mentoring data",
        about="tso-k tso-h sdg-17",
        targets="staff",
        conditions="reimbursed",
        remote=True,
        transferable=True,
        stage="sustaining",
    ),
    Example(
        of="Cooperativa Sottoportico",
        kind=NEED,
        language="it",
        days_ago=1,
        title="Ogni sabato il mercato butta due quintali di frutta e verdura buona",
        summary="Serve un posto fresco dove tenerla fino al lunedì, e un mezzo per portarla alle cucine popolari.",
        body="I venditori ce la darebbero, le tre cucine popolari la userebbero. In mezzo mancano una **cella o un locale fresco** e "
        "un furgone, dal sabato pomeriggio al lunedì mattina. Le mani ci sono: quindici volontari.",
        evidence="Pesato per sei sabati: tra 170 e 240 kg.",
        quantity="Circa 10 m² freschi e un furgone, nei fine settimana",
        resources="space equipment",
        about="tso-d sdg-2 sdg-12",
        targets="poverty homeless",
        months=(0, 8),
    ),
    Example(
        of="Comune di Valdombra",
        kind=OFFER,
        language="it",
        days_ago=10,
        title="Cella frigorifera e furgone comunali, liberi nel fine settimana",
        summary="Dal venerdì sera al lunedì mattina la cella della mensa e il furgone refrigerato non servono: li prestiamo.",
        body="La mensa scolastica chiude il venerdì. La cella (12 m²) e il **furgone** sono del Comune e assicurati; li diamo in uso "
        "gratuito ad associazioni che recuperano cibo, anche dei Comuni vicini. Il carburante è a carico di chi guida.",
        evidence="Due associazioni li usano dal 2024.",
        quantity="12 m² e un furgone, nei fine settimana",
        resources="equipment space",
        about="tso-d sdg-2 sdg-12",
        targets="poverty everybody",
        months=(0, 10),
    ),
    Example(
        of="Comune di Valdombra",
        kind=NEED,
        language="it",
        days_ago=7,
        title="Gli anziani delle frazioni non sanno quando passa il medico",
        summary="L’orario cambia ogni settimana e il foglio in bacheca non lo legge nessuno. Circa 400 persone sopra i 75 anni.",
        body="In nove frazioni il medico passa una volta alla settimana, in giorni diversi. Chi vive solo lo scopre tardi. Cerchiamo "
        "modi semplici per **farlo sapere in tempo**, e persone che bussino alla porta di chi non ha il telefono.",
        evidence="Undici colloqui in ambulatorio, tra settembre e ottobre; 38 visite mancate in due mesi.",
        tried="Foglio in bacheca, messaggio sul sito del Comune.",
        better="Meno di dieci visite mancate al mese.",
        resources="volunteers network partner",
        about="tso-d tso-c sdg-3",
        targets="older-people rural",
        conditions="reimbursed",
        stage="prompt",
    ),
    Example(
        of="Cooperativa Sottoportico",
        kind=OFFER,
        language="it",
        days_ago=18,
        title="Un giornale di strada che arriva alle porte di chi è solo",
        summary="Volontari che ogni settimana bussano alle persone anziane con un foglio di notizie del quartiere. Vi aiutiamo a farlo.",
        body="Una pagina, scritta grande: chi passa, che cosa succede, a chi telefonare. La portano i volontari, che si fermano a "
        "parlare. In quattro quartieri **chi vive solo sa quando passa il medico** e quando c’è il mercato. Veniamo a mostrarvi come.",
        evidence="Quattro quartieri, 620 porte, 70 volontari.",
        resources="volunteers network training",
        about="tso-d tso-c sdg-3",
        targets="older-people",
        conditions="reimbursed",
        transferable=True,
        stage="scaling",
    ),
    Example(
        of="Comune di Valdombra",
        kind=NEED,
        language="it",
        days_ago=16,
        title="Le famiglie appena arrivate girano da uno sportello all’altro",
        summary="Servono persone formate che le accompagnino nei primi due mesi, e qualcuno che insegni loro a farlo.",
        body="Anagrafe, scuola, medico, trasporti: ogni sportello conosce solo il proprio pezzo. Dodici volontari sono pronti ad "
        "**accompagnare le famiglie**, ma chiedono di essere preparati.",
        evidence="27 famiglie nel 2026, in media sei sportelli ciascuna.",
        on_behalf_of="tre famiglie arrivate a settembre",
        public_function="cofog-10",
        source="offline",
        resources="training mentoring",
        about="tso-d sdg-10",
        targets="migrants families",
        remote=True,
    ),
    Example(
        of="Nachbarschaftswerk Linz",
        kind=OFFER,
        days_ago=22,
        title="Six evenings for those who accompany newcomers",
        summary="A course by video for volunteers who go with newly arrived families to offices, schools and doctors.",
        body="How much to do for others and how much with them, what an office may ask, when to stop. Six evenings, at most fifteen "
        "people, with cases of your own. In English, German or with somebody who interprets.",
        evidence="19 courses since 2016, 240 people.",
        resources="training mentoring",
        about="tso-d tso-b sdg-10",
        targets="migrants staff",
        remote=True,
        transferable=True,
    ),
    Example(
        of="Spółdzielnia Wspólny Dach",
        kind=NEED,
        days_ago=13,
        title="Families wait three years while flats on the ground floor stand empty",
        summary="Nine flats need repair before anybody may live in them. We look for know-how to do it together with those who wait.",
        body="The city would lend us the flats if we put them right. Twenty families are ready to help on Saturdays. We have never done "
        "such a thing: plans, insurance, **who may do what**. We look for somebody who has.",
        evidence="A list of 63 families; an inspection of the nine flats.",
        resources="skills mentoring partner",
        about="tso-f sdg-11 sdg-1",
        targets="families homeless",
        conditions="reimbursed",
        remote=True,
        stage="proposal",
    ),
    Example(
        of="Nachbarschaftswerk Linz",
        kind=OFFER,
        language="de",
        days_ago=25,
        title="Leere Wohnungen mit den künftigen Bewohnern herrichten",
        summary="Wir beraten Genossenschaften und Vereine: Verträge, Versicherung, Bauleitung am Wochenende. Aus sieben Häusern gelernt.",
        body="Sieben Häuser, 41 Wohnungen, 130 Menschen, die mitgebaut haben. Wir teilen **Verträge, Pläne und Fehler** und kommen zwei "
        "Mal vorbei. Das meiste geht per Video.",
        evidence="Sieben Häuser seit 2012.",
        resources="skills mentoring",
        about="tso-f sdg-11",
        targets="families homeless",
        conditions="reimbursed",
        remote=True,
        transferable=True,
    ),
    Example(
        of="Spółdzielnia Wspólny Dach",
        kind=NEED,
        days_ago=21,
        title="Neighbours on one stairway no longer know each other",
        summary="A third of the households is new, a third is over seventy. We look for ways to bring them to one table.",
        body="Since the tenements were repaired people greet each other less. There is a courtyard, and twelve people who would help. "
        "We look for something **simple that others have tried**, with what one needs to know to begin.",
        resources="training data skills",
        about="tso-f tso-a sdg-11",
        targets="older-people families everybody",
        remote=True,
    ),
    Example(
        of="Cooperativa Sottoportico",
        kind=OFFER,
        language="it",
        days_ago=28,
        title="Cene di cortile: come si fanno, con il materiale pronto",
        summary="Una sera, un tavolo lungo, vicini che non si conoscono. Vi diamo la guida e un pomeriggio insieme, in presenza o in video.",
        body="Dal 2011 più di cento cene in cortile. Abbiamo scritto **tutto quello che serve**: inviti, permessi, spesa, che cosa fare "
        "quando piove e quando si litiga. In italiano e in inglese.",
        evidence="Oltre 100 cene; la guida è stata usata in sei città.",
        resources="training data",
        about="tso-f tso-a sdg-11",
        targets="everybody older-people families",
        remote=True,
        transferable=True,
        stage="scaling",
    ),
    Example(
        of="Stadtteilwerkstatt Ostlicht",
        kind=NEED,
        days_ago=17,
        title="Repair workshops work alone and apply for funds alone",
        summary="We look for partners in two other countries to write a joint proposal on repairing and lending instead of buying.",
        body="Everybody invents the same things: opening hours, insurance, how to pass on skill. We would like to compare, exchange "
        "people for a week, and write **one proposal** together in spring.",
        resources="partner network",
        about="tso-e tso-f sdg-12",
        targets="everybody staff",
        remote=True,
        months=(1, 5),
    ),
    Example(
        of="Društvo Kolo",
        kind=OFFER,
        days_ago=19,
        title="A small partner for projects on repair and young people",
        summary="We take part in joint proposals: a repair corner with teenagers, honest figures, and people who like to travel.",
        body="We are two volunteers and forty teenagers, and we know how to begin with nothing. We would be a **partner** for workshops, "
        "lending libraries and schools that want to repair instead of buying.",
        evidence="One Erasmus+ exchange, finished in 2025.",
        resources="partner network pilot-site",
        about="tso-e tso-f sdg-12",
        targets="children young-people staff",
        remote=True,
    ),
    Example(
        of="Gruppo Il Gelso",
        kind=NEED,
        language="it",
        title="I bambini della frazione non hanno un posto al coperto dopo la scuola",
        summary="Otto famiglie si danno il turno, ma le case sono piccole. Cerchiamo una stanza due pomeriggi alla settimana.",
        body="Tredici bambini dai sei agli undici anni. Gli adulti ci sono, i giochi anche. Manca un posto caldo, con un bagno.",
        quantity="Una stanza, due pomeriggi alla settimana",
        resources="space",
        about="tso-d sdg-4",
        targets="children families",
    ),
    Example(
        of="Cooperativa Sottoportico",
        kind=NEED,
        language="it",
        title="Un’app per gli anziani del rione",
        summary="",
        body="Da scrivere meglio con i volontari.",
        resources="technology",
        about="",
        targets="older-people",
        state=State.DRAFT,
    ),
)


def load(people: dict[str, Person]) -> None:
    owners = {facts[1]: (people[facts[0]], facts[3:7]) for facts in ORGANISATIONS}
    made = {example.title: _published(example, *owners[example.of]) for example in EXAMPLES}
    _interest_for_the_cooperative(people, made)
    _conversation_between_two_countries(people, made)
    _dinners_that_came_of_it(people, made)


def _published(example: Example, author: Person, place: tuple[str, str, str, list[str]]) -> Listing:
    country, nuts2, municipality, languages = place
    written = rendered(example.body, profile=POST)
    themes = example.about.split()
    content = Content(
        title=example.title,
        summary=example.summary,
        body=example.body,
        body_html=written.html,
        body_version=written.version,
        evidence=example.evidence,
        tried=example.tried,
        better=example.better,
        language=example.language,
        goals=[key for key in themes if key.startswith("sdg-")],
        fields=[key for key in themes if key.startswith("tso-")],
        targets=example.targets.split(),
        resources=example.resources.split(),
        stage=example.stage,
        country=country,
        nuts2=nuts2,
        municipality=municipality,
        remote=example.remote,
        transferable=example.transferable,
        contact_languages=languages,
        quantity=example.quantity,
        conditions=example.conditions,
        starts_on=_month(example.months, 0),
        ends_on=_month(example.months, 1),
        standing=example.standing,
        on_behalf_of=example.on_behalf_of,
        public_function=example.public_function,
        source=example.source,
    )
    organisation = organisation_of(author, example.of)
    listing = commands.draft_listing(example.kind, organisation.id, content, by=author)
    if example.state == State.PUBLISHED:
        commands.publish_listing(listing, by=author)
    if listing.published_at and listing.expires_at:  # as if it had been here for a while
        listing.published_at -= timedelta(days=example.days_ago)
        listing.expires_at -= timedelta(days=example.days_ago)
    return listing


def _month(months: tuple[int, int] | None, which: int) -> date | None:
    return None if months is None else clock.now().date() + timedelta(days=30 * months[which])


def _interest_for_the_cooperative(people: dict[str, Person], made: dict[str, Listing]) -> None:
    """What waits for organisation@example.org when it signs in."""
    note = (
        "We are two volunteers in Ptuj with forty teenagers who want to repair bicycles. We may have found a room; what we lack is a "
        "second set of tools and somebody who has done it before. Could the kit come to us from January?"
    )
    commands.show_interest(
        made["Kit di attrezzi per ciclofficine di quartiere, in prestito"],
        note,
        rendered(note, profile=POST),
        by=people["learner"],
        organisation_id=organisation_of(people["learner"], "Društvo Kolo").id,
        with_listing=made["A place where teenagers can repair bicycles after school"],
    )


def _conversation_between_two_countries(people: dict[str, Person], made: dict[str, Listing]) -> None:
    """One that has been accepted."""
    note = "Forty proposals and one letter of thanks: your software looks like what we miss. Does it speak Hungarian, or could we teach it?"
    interest = commands.show_interest(
        made["Offene Software, die zeigt, was aus Vorschlägen geworden ist"],
        note,
        rendered(note, profile=POST),
        by=people["coordinator"],
        organisation_id=organisation_of(people["coordinator"], "Győri Diáktanács").id,
        with_listing=made["Pupils never hear what became of their proposals"],
    )
    commands.accept_interest(interest, by=people["sabine"])
    answer = "It can learn: there are 180 sentences to translate. Shall we look at it together on Thursday, with two of your pupils?"
    commands.write_message(interest, answer, rendered(answer, profile=POST), key="demo-answer", by=people["sabine"])


def _dinners_that_came_of_it(people: dict[str, Person], made: dict[str, Listing]) -> None:
    """One that is done, as both sides say."""
    need, offer = people["marta"], people["organisation"]
    note = "Our stairways are repaired and silent. Could we have your guide, and an afternoon with you on the screen, before spring?"
    interest = commands.show_interest(
        made["Cene di cortile: come si fanno, con il materiale pronto"],
        note,
        rendered(note, profile=POST),
        by=need,
        organisation_id=organisation_of(need, "Spółdzielnia Wspólny Dach").id,
        with_listing=made["Neighbours on one stairway no longer know each other"],
    )
    commands.accept_interest(interest, by=offer)
    promises = [
        Promise(True, "The guide in English, and an afternoon by video", None),
        Promise(False, "Two dinners in the courtyard, with twelve who help", None),
    ]
    commands.propose_agreement(interest, "Two dinners in the courtyard by autumn", promises, by=need)
    agreement = queries.agreement_of(interest)
    assert agreement is not None
    commands.accept_agreement(agreement, by=offer)
    result = "Two dinners were held, and the neighbours of three stairways plan the third themselves."
    commands.tell_outcome(agreement, result, 64, ["sdg-11"], "Plates were counted.", by=need)
    commands.confirm_outcome(agreement, by=offer)
