"""What do the invented people talk about? Thirteen conversations, in the language that each would use."""

from dataclasses import dataclass

from academy.community.models import TopicKind

QUESTION, DISCUSSION = TopicKind.QUESTION, TopicKind.DISCUSSION


@dataclass(frozen=True)
class Said:
    who: str
    hours_ago: float
    text: str  # Markdown; {marta} is how one calls Marta
    useful_to: str = ""  # keys of people
    accepted: bool = False


@dataclass(frozen=True)
class Conversation:
    space: str
    kind: TopicKind
    language: str
    title: str
    said: tuple[Said, ...]
    lesson: str = ""


DAY = 24

CONVERSATIONS = (
    Conversation(
        "stakeholder-engagement",
        QUESTION,
        "en",
        "How do you count people who are not born yet?",
        (
            Said(
                "marta",
                13 * DAY,
                "In the lesson’s third ring there is “the next generation”. On our housing project everybody nods at that"
                " line and nobody does anything with it.\n\nHow have you given them a seat in practice? I mean something"
                " one can put in the minutes.",
                useful_to="learner giulio ilse lenka",
            ),
            Said(
                "zsofia",
                12 * DAY + 9,
                "We name a person. At each table one participant draws the card “2050” and may only speak for those who"
                " will be thirty then. Three rules made it work:\n\n"
                "1. the card changes hands at every meeting, so that nobody becomes “the child”;\n"
                "2. the speaker may **stop one decision**, once, and must say why;\n"
                "3. what was stopped is written in the minutes with the reason.\n\n"
                "> The veto was used twice in eight meetings. Both times we were glad.",
                useful_to="marta learner giulio ilse lenka organisation",
                accepted=True,
            ),
            Said(
                "giulio",
                10 * DAY + 2,
                "A caution from the side that has to sign: a veto in the minutes is not a veto in law. We call it a"
                " *reserve* and the council answers it in writing within thirty days. That answer is public.",
                useful_to="marta zsofia learner",
            ),
            Said(
                "lenka",
                26,
                "We tried the card with pupils of the primary school. They were much stricter than the adults: the new"
                " car park lasted four minutes. I can share the sheet we gave them, it is one page.",
                useful_to="marta",
            ),
        ),
        lesson="who-has-a-stake",
    ),
    Conversation(
        "active-citizenship",
        QUESTION,
        "en",
        "My need card became three needs. Which one do I keep?",
        (
            Said(
                "learner",
                6 * DAY,
                "I began with “young people leave Ptuj”. After talking to eleven of them I have three cards: no evening"
                " bus, no room to rehearse, and nobody who tells them which jobs exist here.\n\nThe activity asks for"
                " one. Do I choose the one most people named, or the one we could do something about?",
                useful_to="marta giulio",
            ),
            Said(
                "ilse",
                5 * DAY + 20,
                "Keep the one where you can name **somebody who would be in the room on Tuesday**. Not because the others"
                " matter less, but because a need card is a letter, and a letter needs a reader.\n\nPut the other two at"
                " the bottom as “also heard”. Somebody else may pick them up.",
                useful_to="learner marta lenka organisation",
                accepted=True,
            ),
            Said(
                "learner",
                5 * DAY + 2,
                "Then it is the rehearsal room: the caretaker of the old fire station offered to come. Thank you,"
                " {ilse}. The bus goes into “also heard”.",
                useful_to="ilse",
            ),
        ),
        lesson="seeing-a-need",
    ),
    Conversation(
        "active-citizenship",
        QUESTION,
        "it",
        "Patto di collaborazione: chi paga l’assicurazione di chi sistema il giardino?",
        (
            Said(
                "giulio",
                9 * DAY,
                "Stiamo scrivendo il nostro primo patto, per un giardino di quartiere. Sul resto siamo d’accordo, ma"
                " sull’assicurazione dei volontari l’ufficio legale e il comitato si rimpallano la questione da un mese.\n\n"
                "Nei vostri Comuni chi la paga, e dove è scritto?",
                useful_to="organisation",
            ),
            Said(
                "organisation",
                8 * DAY + 5,
                "Da noi il Comune ha una polizza per tutti i patti, e il regolamento dice in una riga chi è coperto e per"
                " che cosa. Al comitato resta un registro: nome, giorno, ora di inizio e di fine. Chi non firma il"
                " registro non è coperto, e questo va detto ad alta voce alla prima riunione.",
                useful_to="giulio learner",
            ),
            Said(
                "giulio",
                8 * DAY,
                "Il registro non ci era venuto in mente. Chiedo all’ufficio e poi racconto com’è andata.",
            ),
        ),
        lesson="commons-and-collaboration-pacts",
    ),
    Conversation(
        "social-business",
        QUESTION,
        "en",
        "May tenants charge their neighbours for a laundry they run themselves?",
        (
            Said(
                "marta",
                30,
                "Our cooperative has two machines in the cellar and people from the next house ask to use them. Four złoty"
                " a wash would pay for water and repairs.\n\nThe canvas has a box “who pays”. I can fill that one in."
                " What I can’t tell is whether this makes us a business, and who would know. Has anybody asked before"
                " they began, and whom?",
            ),
        ),
        lesson="who-pays-who-benefits",
    ),
    Conversation(
        "technology-and-creativity",
        DISCUSSION,
        "it",
        "Il prototipo di carta con gli anziani del cortile: che cosa abbiamo imparato",
        (
            Said(
                "organisation",
                7 * DAY,
                "Volevamo un’app per prestarsi le cose tra vicini. Prima di chiamare chiunque abbiamo fatto una bacheca di"
                " cartone con le buste, e l’abbiamo lasciata tre settimane in cortile.\n\n"
                "- Le buste più usate non erano quelle degli oggetti, ma «ho un’ora libera».\n"
                "- Nessuno ha scritto il cognome, tutti hanno scritto il piano.\n"
                "- La busta «cerco» è rimasta quasi vuota: chiedere è più difficile che offrire.\n\n"
                "L’app non la facciamo più. La bacheca è ancora lì.",
                useful_to="giulio learner marta zsofia",
            ),
            Said(
                "giulio",
                6 * DAY + 18,
                "«Tutti hanno scritto il piano» è la frase più utile che ho letto questo mese. Posso usarla con i colleghi"
                " che vogliono lo SPID anche per prenotare la sala?",
                useful_to="organisation",
            ),
            Said(
                "ilse",
                6 * DAY,
                "I read this with a translator, so forgive my English. In Linz “I am looking for” stayed empty too, until"
                " two people agreed to be the first every Monday. Asking needs somebody who begins.",
                useful_to="organisation giulio",
            ),
        ),
        lesson="prototype-and-test",
    ),
    Conversation(
        "impact-assessment",
        QUESTION,
        "en",
        "What do I count when nobody wants to fill in a questionnaire?",
        (
            Said(
                "lenka",
                11 * DAY,
                "Forty people come to our repair evenings, and four fill in the form. The four are always the same and"
                " always happy.\n\nWhat can I observe instead, without following people around?",
                useful_to="learner marta",
            ),
            Said(
                "tamas",
                10 * DAY + 8,
                "Count what people leave behind when they do what they came for. At a repair evening that is:\n\n"
                "| what you see | what it tells |\n| --- | --- |\n| things that leave working | whether it helps |\n"
                "| names on the list of helpers | whether people stay |\n| who explains to whom | whether it is learnt |\n\n"
                "Three tally sheets at the door, one person, ten minutes. Then ask **one** question aloud when they"
                " leave, the same one each time, and write the answer down as it was said.",
                useful_to="lenka learner marta ilse",
                accepted=True,
            ),
            Said(
                "lenka",
                9 * DAY,
                "We did it last night. 23 things came, 17 left working, and six of the helpers had come as guests in"
                " spring. That is more than two years of forms have told us.",
                useful_to="tamas",
            ),
        ),
        lesson="indicators-baselines-evidence",
    ),
    Conversation(
        "impact-investing",
        QUESTION,
        "en",
        "The bank asks for three years of accounts. We have one.",
        (
            Said(
                "marta",
                4 * DAY,
                "We need 18,000 euro for insulation, and the savings are easy to show. The cooperative bank likes the plan"
                " and asks for three years of accounts. We are fourteen months old.\n\nIs there anything that stands in"
                " for the other two?",
                useful_to="learner",
            ),
            Said(
                "zsofia",
                3 * DAY + 4,
                "Two things worked for a group here: a letter from the municipality that it will rent the ground floor for"
                " five years, and the rents of all members for the last year, **paid and on time**, as a table. The bank"
                " lent half and asked us to come back after the second balance sheet.",
                useful_to="marta giulio",
            ),
        ),
        lesson="loans-equity-social-impact-funds",
    ),
    Conversation(
        "social-innovation-policies",
        DISCUSSION,
        "it",
        "Co-progettazione o appalto: come l’avete spiegato a chi deve firmare?",
        (
            Said(
                "giulio",
                14 * DAY,
                "Lo dico da dentro il Comune: nessuno è contrario, ma chi firma ha paura. L’appalto lo conosce, la"
                " co-progettazione no, e se qualcosa va storto la firma è la sua.\n\nNoi abbiamo fatto così: una pagina,"
                " due colonne, le stesse sei domande (chi decide, chi paga, chi controlla, che cosa si pubblica, che cosa"
                " succede se si litiga, quando finisce). Ha funzionato meglio di trenta pagine di parere.",
                useful_to="organisation learner",
            ),
            Said(
                "organisation",
                13 * DAY,
                "Dall’altra parte del tavolo aggiungo una settima domanda: **chi fa che cosa se i soldi arrivano tardi?**"
                " Nelle nostre esperienze è lì che la collaborazione si rompe, non sui principi.",
                useful_to="giulio",
            ),
        ),
    ),
    Conversation(
        "general",
        DISCUSSION,
        "en",
        "Say hello: who are you, and what are you trying to change?",
        (
            Said(
                "admin",
                20 * DAY,
                "Three lines are enough: where you are, what you would like to be different there, and what you could"
                " help somebody else with.\n\nWrite in your own language. Somebody here reads it.",
                useful_to="learner marta",
            ),
            Said(
                "learner",
                19 * DAY,
                "Nives, Ptuj. I want young people to have one reason to stay on a Friday evening. I can help with"
                " applications for small youth grants; I have written nine and won four.",
                useful_to="marta giulio admin",
            ),
            Said(
                "organisation",
                18 * DAY,
                "Giulia, cooperativa Sottoportico. Vorrei che nei nostri cortili ci si parlasse prima di chiamare"
                " l’amministratore. Posso aiutare chi deve mettere d’accordo dodici condomìni.",
                useful_to="giulio",
            ),
            Said(
                "marta",
                12 * DAY,
                "Marta, Łódź, a housing cooperative of 64 flats. I would like our heating bill to be a thing we decide and"
                " not a thing that happens to us. I can show you how we run a general meeting in ninety minutes.",
                useful_to="organisation ilse zsofia",
            ),
            Said(
                "zsofia",
                3 * DAY,
                "Zsófia, Győr. Welcome all. {learner}, the four that won: would you show them to the people of our local"
                " edition on a Thursday?",
                useful_to="learner",
            ),
        ),
    ),
    Conversation(
        "general",
        QUESTION,
        "it",
        "Si può seguire il corso in due, dallo stesso computer?",
        (
            Said(
                "giulio",
                16 * DAY,
                "Con una collega vorremmo fare le lezioni insieme, in pausa pranzo, su un computer solo. Però a tutte e due"
                " le persone serve l’attestato. Come si fa?",
            ),
            Said(
                "admin",
                15 * DAY + 20,
                "Leggete insieme quanto volete: le lezioni sono aperte anche senza iscrizione. Per l’attestato ognuno entra"
                " con il proprio nome, segna le lezioni come fatte e risponde da sé ai quiz. Sullo stesso computer basta"
                " uscire e rientrare.",
                useful_to="giulio organisation",
                accepted=True,
            ),
        ),
    ),
    Conversation(
        "stakeholder-engagement",
        QUESTION,
        "it",
        "Come inviti chi lavora a turni?",
        (
            Said(
                "organisation",
                20,
                "Nella mappa abbiamo scritto «infermiere e operai della notte» e poi abbiamo fissato l’incontro alle 18."
                " Nessuno è venuto, com’era ovvio.\n\nChi ci è riuscito: avete cambiato l’ora, il luogo o il modo?",
            ),
        ),
        lesson="reaching-those-who-do-not-come",
    ),
    Conversation(
        "technology-and-creativity",
        QUESTION,
        "en",
        "How do I test an app idea with people who have no smartphone?",
        (
            Said(
                "learner",
                7,
                "Half of those the rehearsal room is for are under sixteen, and several share one old phone at home. The"
                " booking page works nicely on mine.\n\nHas anybody tested with text messages, or with a list on the"
                " door, before building anything?",
            ),
        ),
        lesson="technology-that-excludes-and-includes",
    ),
    Conversation(
        "gardens-and-commons",
        DISCUSSION,
        "en",
        "What do you do with a garden nobody waters in August?",
        (
            Said(
                "ilse",
                3 * DAY + 6,
                "Every year the same: in July twenty people, in August three. We have tried a list on the gate, and the list"
                " was empty too.\n\nWho has found something that is not one person with a hose?",
                useful_to="learner marta",
            ),
            Said(
                "organisation",
                2 * DAY + 3,
                "Da noi funziona il **vicino di aiuola**: chi parte lascia il rubinetto a una persona, non a un elenco. Due"
                " nomi per ogni letto, decisi a maggio davanti a un gelato.",
                useful_to="ilse",
            ),
        ),
    ),
)
