"""Random scenarios from a seed: policies with their parents and standards.

What a seed makes is the same everywhere, whatever the tz database: zones are named here,
and their changes are asked for only to place instants near them.
"""
from __future__ import annotations

from random import Random

from drafts import (CategoryDraft, ClauseDraft, DeploymentDraft, EntityDraft, MapDraft,
                    ModuleDraft, Scenario)
from random_conditions import Conditions, Leaves
from random_data import DataMaker, Reach, sentinel
from reckoning import Period

ZONES = """UTC Europe/Paris Europe/Berlin Europe/London Europe/Dublin America/New_York
    America/Sao_Paulo America/St_Johns America/Nuuk America/Scoresbysund America/Caracas
    America/Juneau America/Argentina/San_Luis Australia/Lord_Howe Australia/Sydney
    Pacific/Apia Pacific/Kwajalein Pacific/Chatham Pacific/Kiritimati Pacific/Norfolk
    Atlantic/Azores Africa/Casablanca Africa/Monrovia Africa/Cairo Antarctica/Troll
    Antarctica/Casey Asia/Kathmandu Asia/Tehran Asia/Kolkata Asia/Gaza Asia/Shanghai
    Asia/Pyongyang Asia/Manila Asia/Amman Etc/GMT+12 Etc/GMT-14
    Africa/El_Aaiun Africa/Freetown Africa/Juba Africa/Khartoum Africa/Tripoli
    Africa/Tunis Africa/Windhoek America/Anchorage America/Argentina/Tucuman
    America/Asuncion America/Bogota America/Cancun America/Chihuahua America/Danmarkshavn
    America/Detroit America/Dawson America/Goose_Bay America/Grand_Turk America/Guayaquil
    America/Havana America/Indiana/Knox America/Iqaluit America/Lima America/Metlakatla
    America/Miquelon America/Montevideo America/Noronha America/North_Dakota/Beulah
    America/Port-au-Prince America/Punta_Arenas America/Rankin_Inlet America/Resolute
    America/Santiago America/Tijuana America/Whitehorse America/Yakutat
    Antarctica/Davis Antarctica/Macquarie Antarctica/Mawson Antarctica/Palmer
    Antarctica/Vostok Asia/Almaty Asia/Anadyr Asia/Baku Asia/Barnaul Asia/Beirut
    Asia/Chita Asia/Choibalsan Asia/Colombo Asia/Damascus Asia/Dhaka Asia/Dili
    Asia/Famagusta Asia/Hebron Asia/Ho_Chi_Minh Asia/Hong_Kong Asia/Hovd Asia/Jakarta
    Asia/Jerusalem Asia/Karachi Asia/Khandyga Asia/Kuching Asia/Magadan Asia/Omsk
    Asia/Oral Asia/Pontianak Asia/Qyzylorda Asia/Sakhalin Asia/Seoul Asia/Singapore
    Asia/Srednekolymsk Asia/Taipei Asia/Tbilisi Asia/Thimphu Asia/Tokyo Asia/Ulaanbaatar
    Asia/Ust-Nera Asia/Vladivostok Asia/Yangon Asia/Yekaterinburg Atlantic/Bermuda
    Atlantic/Canary Atlantic/Cape_Verde Atlantic/Faroe Atlantic/Madeira
    Atlantic/Reykjavik Atlantic/South_Georgia Atlantic/Stanley Australia/Adelaide
    Australia/Brisbane Australia/Darwin Australia/Eucla Australia/Hobart Australia/Perth
    Europe/Athens Europe/Bucharest Europe/Chisinau Europe/Istanbul Europe/Kaliningrad
    Europe/Kyiv Europe/Lisbon Europe/Madrid Europe/Minsk Europe/Moscow Europe/Prague
    Europe/Riga Europe/Samara Europe/Saratov Europe/Simferopol Europe/Sofia
    Europe/Tallinn Europe/Tirane Europe/Vienna Europe/Vilnius Europe/Volgograd
    Europe/Warsaw Europe/Zurich Indian/Chagos Indian/Maldives Indian/Mauritius
    Pacific/Auckland Pacific/Bougainville Pacific/Easter Pacific/Efate Pacific/Fakaofo
    Pacific/Fiji Pacific/Galapagos Pacific/Gambier Pacific/Guadalcanal Pacific/Guam
    Pacific/Honolulu Pacific/Kanton Pacific/Kosrae Pacific/Marquesas Pacific/Nauru
    Pacific/Niue Pacific/Noumea Pacific/Pago_Pago Pacific/Palau Pacific/Pitcairn
    Pacific/Port_Moresby Pacific/Rarotonga Pacific/Tahiti Pacific/Tarawa
    Pacific/Tongatapu""".split()
COMMON_ZONES = ZONES[:36]

# What a record may hold, by name: its type, and how conditions name it.
TYPES = {
    "t0": "timestamp", "t1": "timestamp", "t2": "timestamp", "d0": "date", "d1": "date",
    "e1": "event", "e2": "event", "s1": "string", "from": "string", "n1": "int",
    "n2": "int", "u1": "uint", "f1": "double", "b1": "bool", "l1": "list<string>",
    "l2": "list<int>", "m1": "map<string, int>", "y1": "dyn", "z1": "bytes",
    "note": "string", "label": "string", "amount": "int"}
WORDS = ["from"]  # what is a name only after a dot
TIMES = ["t0", "t1", "t2", "d0", "d1", "e1", "e2"]
REDACTABLE = ["note", "label", "amount"]
EVENTS = ["e1", "e2"]

ENTITIES = {
    "customer": ["event terminated", 'event asked "A" @plausible("1900-01-01")',
                 "attribute held : bool", "attribute country : string",
                 "attribute level : int", "attribute since : timestamp",
                 "attribute tags : list<string>"],
    "employee": ["event left", "attribute grade : uint", "attribute born : date"]}
ENTITY_EVENTS = {"customer": ["terminated", "asked"], "employee": ["left"]}
ENTITY_TYPES = {
    "customer": {"terminated": "event", "asked": "event", "held": "bool",
                 "country": "string", "level": "int", "since": "timestamp",
                 "tags": "list<string>"},
    "employee": {"left": "event", "grade": "uint", "born": "date"}}

LEAF_OF = {"timestamp": "timestamp", "date": "timestamp", "event": "timestamp",
           "string": "string", "int": "int", "uint": "uint", "double": "double",
           "bool": "bool", "list<string>": "strings", "list<int>": "ints", "dyn": "dyn"}

TABLE = 'table ages "A" by country { "DE": 16  "FR": 15  "a": -1  default 13 }'
BARE_TABLE = 'table codes "C" by country { "DE": 1  "FR": 2  "": 0 }'


class Maker:
    """Makes one scenario."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)
        self.fields: list[str] = []
        self.of: list[str] = []
        self.periods: list[Reach] = []
        self.zones = ["UTC"]
        self.placements = ["db as primary"]
        self.key_field: str | None = None
        self.field_texts: list[str] = []

    def chance(self, share: float) -> bool:
        """True that often."""
        return self.random.random() < share

    # --- periods and anchors

    def window(self) -> str:
        """The period of a `within`, which nothing is counted back from."""
        text = self.period()
        self.periods.pop()
        return text

    def period(self) -> str:
        """A period as it is written; what it comes to is remembered."""
        pick = self.random.choice
        units = {"year": (12, 0, 0), "month": (1, 0, 0), "week": (0, 7, 0),
                 "day": (0, 1, 0), "hour": (0, 0, 3600), "minute": (0, 0, 60),
                 "second": (0, 0, 1)}
        count = 1 if self.chance(0.75) else pick((2, 3))
        terms, months, days, seconds = [], 0, 0, 0
        names = ("year", "month", "month", "week", "day", "day", "hour", "minute",
                 "second")
        for unit in self.random.sample(sorted(set(names)), min(count, len(set(names)))):
            number = pick((1, 1, 2, 3, 6, 7, 10, 13, 30, 36, 90))
            if self.chance(0.02):
                number = pick((5000, 8000)) if unit == "year" else 400
            terms.append(f"{number} {unit}" + ("s" if number > 1 else ""))
            months += number * units[unit][0]
            days += number * units[unit][1]
            seconds += number * units[unit][2]
        self.periods.append(Reach(Period(months, days, seconds), self.zones[-1]))
        return " + ".join(terms)

    def events(self) -> list[str]:
        """What can be awaited."""
        found = [name for name in EVENTS if name in self.fields]
        for entity in self.of:
            found += [f"{entity}.{name}" for name in ENTITY_EVENTS[entity]]
        return found

    def points(self) -> list[str]:
        """What can be counted from."""
        times = [name for name in TIMES if name in self.fields and name not in EVENTS]
        return times * 2 + self.events()

    def anchor(self) -> str:
        """[end of U of] X."""
        points = self.points()
        text = self.random.choice(points)
        distinct = sorted(set(points))
        if len(distinct) > 1 and self.chance(0.3):
            members = self.random.sample(distinct, min(len(distinct),
                                                       self.random.choice((2, 2, 3))))
            kind = self.random.choice(("latest", "earliest"))
            if len(members) == 3 and self.chance(0.2):
                members[1:] = [f"{kind} of ({', '.join(members[1:])})"]
            text = f"{kind} of ({', '.join(members)})"
        elif self.periods and self.chance(0.8):
            self.periods[-1].anchor = text.rsplit(".", 1)[-1]
        if self.chance(0.3):
            unit = self.random.choice(("day", "week", "sunday week", "month", "quarter",
                                       "year"))
            text = f"end of {unit} of {text}"
        return text

    def timing(self) -> str:
        """[immediately] [after D] [within W], W no less than D."""
        choice = self.random.randrange(6)
        if choice == 0:
            return ""
        if choice == 1:
            return " immediately"
        if choice == 2:
            return f" within {self.window()}"
        if choice == 3:
            return f" after {self.period()}"
        number = self.random.choice((1, 2, 5, 30))
        unit = self.random.choice(("day", "hour", "month"))
        within = number + self.random.choice((0, 1, 7))
        return f" after {number} {unit}s within {within} {unit}s"

    # --- clauses

    def leaves(self) -> Leaves:
        """What conditions can name."""
        found: Leaves = {}
        for name in self.fields:
            kind = LEAF_OF.get(TYPES[name])
            if kind is None or name in REDACTABLE:
                continue
            is_plain = name != "from" and self.chance(0.7)
            found.setdefault(kind, []).append(name if is_plain else f"record.{name}")
        for entity in self.of:
            for name, kind in ENTITY_TYPES[entity].items():
                if kind in LEAF_OF:
                    path = "parties." if self.chance(0.1) else ""
                    found.setdefault(LEAF_OF[kind], []).append(f"{path}{entity}.{name}")
        return found

    def guarded(self, head: str, share: float) -> ClauseDraft:
        """A clause that has a guard that often."""
        clause = ClauseDraft(head)
        if self.chance(share):
            tables = ["ages", "codes", "std.consent.age"] if self.chance(0.5) else []
            clause.guard = Conditions(self.random, self.leaves(), tables).condition()
            clause.word = self.random.choice(("when", "when", "unless"))
        if self.chance(0.05):
            clause.why = "so"
        return clause

    def form(self, is_last: bool) -> ClauseDraft:
        """A retain form."""
        share = 0.0 if is_last else 1.0
        choice = self.random.randrange(8)
        events = self.events()
        if choice == 0:
            return self.guarded("retain indefinitely", share)
        if choice <= 2 and events:
            event = self.random.choice(events)
            timing = self.timing()
            then = f" then delete{timing}" if timing or self.chance(0.3) else ""
            return self.guarded(f"retain until {event}{then}", share)
        head = f"retain {self.period()} from {self.anchor()}"
        if self.chance(0.4):
            head += f" then delete within {self.window()}"
        return self.guarded(head, share)

    def forms(self) -> list[ClauseDraft]:
        """All of a category's retain forms."""
        count = self.random.choice((0, 0, 0, 1, 1, 2))
        return [self.form(False) for _ in range(count)] + [self.form(True)]

    def other(self) -> ClauseDraft:
        """A clause that is no retain form."""
        events = self.events()
        kind = self.random.choice(("duty", "limit", "on", "on", "redact") * 3
                                  + ("flag", "hold"))
        if kind == "on" and events:
            return self.guarded(
                f"on {self.random.choice(events)} delete{self.timing()}", 0.4)
        if kind == "duty" and events and self.chance(0.4):
            return self.guarded(f"retain at least until {self.random.choice(events)}",
                                0.6)
        if kind in ("flag", "hold"):
            return self.guarded(kind, 1.0)
        names = [name for name in REDACTABLE if name in self.fields]
        if kind == "redact" and names:
            chosen = self.random.sample(names, self.random.randrange(len(names)) + 1)
            to = ""
            if self.chance(0.2) and "amount" not in chosen:
                to = ' to "x"'
            return self.guarded(f"redact {', '.join(chosen)}{to} after {self.period()} "
                                f"from {self.anchor()}", 0.4)
        word = "least" if kind == "duty" else "most"
        return self.guarded(f"retain at {word} {self.period()} from {self.anchor()}", 0.6)

    def others(self, most: int) -> list[ClauseDraft]:
        """Some of them."""
        return [self.other() for _ in range(self.random.randrange(most + 1))]

    # --- categories and modules

    def declared(self, created: str | None) -> list[str]:
        """The text of every field."""
        found = []
        for name in self.fields:
            text = f"{name} : {TYPES[name]}"
            if name == created:
                text += " @created"
            if name == self.key_field:
                text += " @key"
            if name in TIMES and self.chance(0.15):
                text += ' @plausible("1900-01-01"' + (
                    ', ahead "90 days")' if name not in EVENTS and self.chance(0.5)
                    else ")")
            found.append(text)
        return found

    def choose_fields(self) -> None:
        """Which fields and entities the category has."""
        times = ["t0"] + [name for name in TIMES[1:] if self.chance(0.4)]
        plain = [name for name in TYPES if name not in TIMES and self.chance(0.45)]
        self.fields = times + plain
        choice = self.random.randrange(10)
        self.of = [] if choice < 2 else ["customer"] if choice < 8 else \
            ["customer", "employee"]

    def header(self, extends: list[str], subject: list[str]) -> list[str]:
        """Everything of a module before its entities."""
        lines = [f"extends {name}" for name in extends]
        lines += [f"subject to {name}" for name in subject]
        lines.append("import std.gdpr, std.consent, parties")
        zone = "UTC"
        if self.chance(0.7):
            zone = self.random.choice(COMMON_ZONES if self.chance(0.6) else ZONES)
            lines.append(f'zone "{zone}"')
        self.zones.append(zone)
        if self.chance(0.2):
            lines.append("count whole days")
        if self.chance(0.25):
            lines.append(f"grace {self.window()}")
        return lines

    def whole_category(self) -> CategoryDraft:
        """A category that says everything."""
        created = None
        if self.chance(0.75):
            created = self.random.choice(
                [name for name in TIMES if name in self.fields and name not in EVENTS])
        if self.chance(0.15):
            self.key_field = self.random.choice(
                [name for name in ("s1", "n1", "u1", "z1") if name in self.fields]
                or [None])
        self.field_texts = self.declared(created)
        of = [name + (" optional" if self.chance(0.2) else "") for name in self.of]
        stored = "stored in db as primary"
        if self.chance(0.4):
            stored += f", queue as temporary for at most {self.period()}"
            self.placements.append("queue as temporary")
        return CategoryDraft(
            "c", of, self.field_texts, self.chance(0.15),
            ["purpose p", "basis std.gdpr.contract", stored], self.forms()
            + self.others(5))

    def amended_category(self) -> CategoryDraft:
        """What a module says of a category that its parent has."""
        draft = CategoryDraft("c")
        if self.chance(0.6):
            draft.clauses = self.forms() + self.others(3)
            draft.aspects.append('overrides retention because "so"')
        else:
            draft.clauses = [clause for clause in self.others(4)
                             if clause.head.split()[0] in ("flag", "hold", "redact")]
        if self.chance(0.3):
            draft.aspects.append("basis std.gdpr.contract")
        if self.chance(0.2):
            draft.fields = [*self.field_texts, "extra : string"]
            draft.is_strict = self.chance(0.3)
        if self.chance(0.2) and len(self.placements) > 1:
            draft.aspects.append("stored in db as primary, queue as temporary for at "
                                 f"most {self.period()}")
            if not draft.aspects[0].startswith("overrides"):
                draft.aspects.append('overrides retention because "so"')
        return draft

    def standard(self, name: str) -> ModuleDraft:
        """A standard: for every category, and for one of this name."""
        module = ModuleDraft(name, self.header([], []), [], [TABLE, BARE_TABLE])
        module.categories.append(CategoryDraft(None, clauses=self.others(3) or [
            self.other()]))
        if self.chance(0.5):
            clauses = self.others(3)
            if clauses:
                module.categories.append(CategoryDraft("c", clauses=clauses))
        return module

    def modules(self) -> list[ModuleDraft]:
        """The files, that of the category last."""
        parties = ModuleDraft("parties", entities=[
            EntityDraft(name, list(facts)) for name, facts in ENTITIES.items()
            if name in self.of or name == "customer"])
        standards = [self.standard(f"law{i}") for i in
                     range(self.random.choice((0, 0, 1, 1, 2)))]
        names = [module.name for module in standards]
        chain = ["m"] if self.chance(0.5) else \
            ["base", "m"] if self.chance(0.7) else ["root", "base", "m"]
        found = [parties, *standards]
        for i, name in enumerate(chain):
            subject = [law for law in names if self.chance(0.5) or name == "m"] \
                if name == "m" or self.chance(0.3) else []
            module = ModuleDraft(name, self.header(chain[max(i - 1, 0):i], subject))
            if i == 0:
                module.header.append('purpose p "P"')
            module.tables = [line.replace("ages", f"ages{i}").replace("codes",
                             f"codes{i}") for line in (TABLE, BARE_TABLE)]
            category = self.whole_category() if i == 0 else self.amended_category()
            for clause in category.clauses:
                if clause.guard is not None:
                    clause.guard = clause.guard.replace("ages[", f"ages{i}[").replace(
                        "codes[", f"codes{i}[").replace("in ages", f"in ages{i}") \
                        .replace("in codes", f"in codes{i}")
            if i == 0 or category.clauses or category.aspects:
                module.categories.append(category)
            found.append(module)
        return found

    # --- deployments

    def mapped(self, name: str, kind: str) -> MapDraft:
        """A field or fact, in a column that may be called and encoded otherwise."""
        column = f"{name}_col"
        if self.chance(0.6):
            column = f"record.{name}" if name in WORDS else name
        draft = MapDraft(name, column)
        if kind in ("timestamp", "event"):
            draft.encoding = self.random.choice(
                ("none", "none", "unix_s", "unix_ms", "unix_us", "unix_ns", "local"))
            draft.zone = self.random.choice(ZONES[1:])
        if self.chance(0.3):
            draft.absent = sentinel(self.random, kind, draft.encoding)
        return draft

    def hold_maps(self) -> list[MapDraft]:
        """What an entity's holds are."""
        found = []
        if self.chance(0.7):
            found.append(MapDraft("hold", self.random.choice(
                ("record.hold", "hold_col", "record.hold == true", "hold_at != null",
                 'hold_at != null && hold_at < "2"'))))
        if self.chance(0.7):
            found.append(self.mapped("hold_from", "timestamp"))
            if self.chance(0.8):
                found.append(self.mapped("hold_until", "timestamp"))
        return found

    def deployment(self) -> DeploymentDraft:
        """Where the records of one placement are."""
        placement = self.random.choice(self.placements + self.placements[1:])
        maps = [MapDraft(name, f"{name}_id") for name in self.of]
        maps += [self.mapped(name, TYPES[name]) for name in self.fields
                 if self.chance(0.6)]
        facts = {name: [self.mapped(*fact) for fact in ENTITY_TYPES[name].items()]
                 + self.hold_maps() for name in self.of}
        where = None
        if self.chance(0.3):
            where = self.random.choice(
                ('kind != "draft"', 'kind == "a" || size > 1', "size >= 0",
                 "size % 2 == 0", 'kind in ["a", "b", null]', "kind.size() < 3"))
        return DeploymentDraft("m", placement, [p for p in self.placements
                                                if p != placement], maps, facts, where,
                               self.random.choice(("jsonl", "sqlite")))

    def calendar(self, record_count: int) -> Scenario:
        """A few clauses without conditions, and records that are all about time."""
        self.fields = ["t0", "t1", "d1", "note"]
        zone = self.random.choice(COMMON_ZONES if self.chance(0.5) else ZONES)
        self.zones = [zone]
        module = ModuleDraft("m", ["import std.gdpr", f'zone "{zone}"', 'purpose p "P"'])
        if self.chance(0.2):
            module.header.insert(0, "count whole days")
        heads = []
        for head in ("retain", "redact note after")[:self.random.choice((1, 2, 2))]:
            text = f"{head} {self.period()} from "
            self.periods[-1].anchor = self.random.choice(self.fields[:3])
            heads.append(text + (self.anchor() if self.chance(0.3)
                                 else self.periods[-1].anchor))
        if self.chance(0.5):
            heads[0] += f" then delete within {self.window()}"
        module.categories.append(CategoryDraft(
            "c", [], [f"{name} : {TYPES[name]}" for name in self.fields], False,
            ["purpose p", "basis std.gdpr.contract", "stored in db as primary"],
            [ClauseDraft(head) for head in heads]))
        parties = ModuleDraft("parties")
        data = DataMaker(self.random, self.zones, self.periods)
        data.change_share, data.is_good = 0.7, True
        types = {name: TYPES[name] for name in self.fields}
        records = [data.record(types, {}) for _ in range(record_count)]
        return Scenario([parties, module], "m.c", {}, [], records, [data.now_text])

    def scenario(self, record_count: int) -> Scenario:
        """All of it."""
        if self.chance(0.12):
            return self.calendar(record_count)
        self.choose_fields()
        modules = self.modules()
        deployment = self.deployment() if self.chance(0.4) else None
        data = DataMaker(self.random, self.zones, self.periods)
        types = {name: TYPES[name] for name in self.fields}
        keys = {name: f"{name}_id" for name in self.of}
        if deployment is not None:
            data.maps = {each.name: each for each in deployment.maps}
            data.fact_maps = {name: {each.name: each for each in maps}
                              for name, maps in deployment.facts.items()}
        facts = [data.facts(name, ENTITY_TYPES[name], deployment is None)
                 for name in self.of]
        records = [data.record(types, keys) for _ in range(record_count)]
        is_csv = deployment is None and self.chance(0.15)
        return Scenario(modules, "m.c", keys, facts, records, [data.now_text],
                        deployment, is_csv)


def make(seed: str, record_count: int) -> Scenario:
    """The scenario of a seed."""
    return Maker(seed).scenario(record_count)
